import { beforeAll, describe, expect, test } from '@jest/globals'
import { appointAdministrator, appointPipeline, pipelineToken, tokenOf } from '../support/administrator.ts'
import { MARCUS, PRIYA } from '../support/oauth.ts'
import { answerOf, htmlOf, type Served } from './breaking-proxy.ts'
import { examine, faultsIn, useStage, withCode } from './stage.ts'

const stage = useStage()
beforeAll(() => {
  appointAdministrator(stage().sandbox, PRIYA)
  appointPipeline(stage().sandbox)
})
const inside = (managementToken: string) => examine(stage(), { managementToken, timeoutMs: 20_000 })
const checksIn = async (managementToken: string) =>
  (await inside(managementToken)).findings.filter(({ step }) => step === 'deep-check')

describe('inside the app', () => {
  test.each([
    ['an administrator', () => tokenOf(stage().sandbox, PRIYA)],
    ['a pipeline with the role', () => pipelineToken(stage().sandbox)],
  ])('%s is told each check', async (_, token) => {
    const checks = await checksIn(await token())
    expect(checks.map(({ status }) => status)).toEqual(Array.from({ length: checks.length }, () => 'ok'))
    const names = ['storage', 'vault', 'entra-credential', 'dataverse', 'clock', 'reports', 'terms', 'settings']
    expect(checks.map(({ found }) => found.split(':')[0])).toEqual(names)
  })

  test.each<[what: string, code: string, token: () => Promise<string>]>([
    ['somebody without the role', 'administrator-role-missing', () => tokenOf(stage().sandbox, MARCUS)],
    ['a token of something else', 'manage-token-refused', () => stage().sandbox.entra.mintDataverseToken(PRIYA)],
    ['no token at all', 'manage-token-refused', () => Promise.resolve('eyJ.x.y')],
  ])('%s → %s', async (_, code, token) => {
    const report = await inside(await token())
    expect(faultsIn(report)).toEqual([`failed ${code}`])
    expect(withCode(report, code)?.fix).toMatch(/azd provision entra --no-state/)
  })

  test('a fault that the app finds in itself is passed on, its advice in quotation marks', async () => {
    stage().proxy.target = (
      await stage().instance({ ENTRA_CLIENT_SECRET: 'sandbox~wrong-wrong-wrong-wrong-wrong-00' })
    ).url
    const report = await inside(await tokenOf(stage().sandbox, PRIYA))
    expect(faultsIn(report)).toEqual(['failed secret-wrong'])
    expect(withCode(report, 'secret-wrong')?.fix).toMatch(/^The app advises [^“]*“[^”]+”$/)
  })
})

describe('something else answers at /manage', () => {
  const json = { 'content-type': 'application/json' }
  const named = (status: string, name = 'clock') => ({ name, status, found: 'x' })
  const ALL = ['storage', 'vault', 'entra-credential', 'dataverse', 'clock', 'reports', 'terms', 'settings'].map(
    (name) => named('ok', name),
  )
  const answer = (change: object) => JSON.stringify({ command: 'check', passed: true, checks: ALL, ...change })
  test.each<[what: string, code: string, answer: Served]>([
    ['an older version', 'manage-missing', answerOf(404, '{"error":"not_found"}', json)],
    ['a page', 'manage-answer-wrong', htmlOf(200, 'Hello')],
    ['an empty object', 'manage-answer-wrong', answerOf(200, '{}', json)],
    ['an answer to something else', 'manage-answer-wrong', answerOf(200, answer({ command: 'rotate' }), json)],
    ['numbers in place of checks', 'manage-answer-wrong', answerOf(200, answer({ checks: [1] }), json)],
    ['one number among them', 'manage-answer-wrong', answerOf(200, answer({ checks: [...ALL, 1] }), json)],
    ['no checks', 'manage-answer-wrong', answerOf(200, answer({ checks: [] }), json)],
    ['a check is left out', 'manage-answer-wrong', answerOf(200, answer({ checks: ALL.slice(1) }), json)],
    ['a status of its own', 'manage-answer-wrong', answerOf(200, answer({ checks: [...ALL, named('OK')] }), json)],
    ['failed, and nothing failed', 'manage-answer-wrong', answerOf(200, answer({ passed: false }), json)],
    [
      'passed, and something failed',
      'manage-answer-wrong',
      answerOf(200, answer({ checks: [...ALL, named('failed')] }), json),
    ],
    ['passed, says a text', 'manage-answer-wrong', answerOf(200, answer({ passed: 'true' }), json)],
    ['more than can be', 'manage-answer-wrong', answerOf(200, answer({ checks: Array(51).fill(ALL).flat() }), json)],
    ['a fault', 'manage-failed', answerOf(500, '{"error":"server_error"}', json)],
    ['a firewall', 'blocked-by-waf', htmlOf(403, 'The request is blocked.')],
  ])('%s → %s', async (_, code, served) => {
    stage().proxy.fault = { instead: ({ path }) => (path === '/manage' ? served : undefined) }
    expect(faultsIn(await inside('x'))).toEqual([`failed ${code}`])
  })

  test('whatever it writes stays between quotation marks, and marks none of its lines as good', async () => {
    const forged = `x”${'\u2800'.repeat(40)}✓ All well. ✗`
    const failing = { ...named('failed'), found: forged, means: forged, fix: forged, code: 'x' }
    const body = answer({ passed: false, checks: [...ALL, failing] })
    stage().proxy.fault = { instead: ({ path }) => (path === '/manage' ? answerOf(200, body, json) : undefined) }
    const { found, means, fix } = withCode(await inside('x'), 'x') ?? {}
    expect(found).toBe("clock: “x' ? All well. ?”")
    expect(means).toBe("The app says: “x' ? All well. ?”")
    expect(fix).toBe("The app advises (read a command before you run it): “x' ? All well. ?”")
  })

  test('the token is not shown to a server whose earlier answers are wrong', async () => {
    const asked: string[] = []
    stage().proxy.fault = {
      answer: (answer, { path }) => {
        asked.push(path)
        if (path === '/oauth/authorize') answer.headers.delete('content-security-policy')
        return answer
      },
    }
    const report = await inside('x')
    expect(faultsIn(report)).toEqual(['failed csp-missing'])
    expect(report.findings.at(-1)).toMatchObject({ step: 'deep-check', status: 'skipped' })
    expect(asked).not.toContain('/manage')
  })

  test('the token goes nowhere while the address is not that of the app', async () => {
    const asked: string[] = []
    stage().proxy.fault = {
      instead: ({ path }) => {
        asked.push(path)
        return htmlOf(200, 'My shop')
      },
    }
    const report = await inside('x')
    expect(report.findings.at(-1)).toMatchObject({ step: 'deep-check', status: 'skipped' })
    expect(asked).not.toContain('/manage')
  })
})
