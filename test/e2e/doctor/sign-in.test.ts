// Not in a bare npm test: signs in once for each fault on the way.
import { describe, expect, test } from '@jest/globals'
import { MARCUS, PRIYA } from '../support/oauth.ts'
import { answerOf, type Fault, type Passed } from './breaking-proxy.ts'
import { examine, examineWithSignIn, faultsIn, personAt, useStage, withCode } from './stage.ts'

const stage = useStage()
const TOM = 'tom.becker@harbourpine.example'
const GRACE = 'grace.okafor@harbourpine.example'

const JSON_TYPE = { 'content-type': 'application/json' }
const isRefresh = ({ path, body }: Passed) => path === '/oauth/token' && body.includes('grant_type=refresh_token')
/** The doctor's own trials come before the sign-in, and are left alone. */
const isRealCode = ({ path, body }: Passed) =>
  path === '/oauth/token' && body.includes('grant_type=authorization_code') && !body.includes('AAAAAAAA')
const isCall = ({ path, headers, body }: Passed, of: string) =>
  path === '/mcp' && (headers.get('mcp-method') === of || body.includes(`"name":"${of}"`))

const callback = (change: (url: URL) => void): Fault => ({
  answer: (answer) => {
    const location = answer.headers.get('location') ?? ''
    if (!location.includes('/doctor/callback')) return answer
    const url = new URL(location)
    change(url)
    answer.headers.set('location', url.href)
    return answer
  },
})
const tokenAnswer = (change: (tokens: Record<string, unknown>) => void): Fault => ({
  answer: (answer, request) => {
    if (!isRealCode(request)) return answer
    const tokens = JSON.parse(answer.body) as Record<string, unknown>
    change(tokens)
    return { ...answer, body: JSON.stringify(tokens) }
  },
})
const instead = (matches: (request: Passed) => boolean, status: number, body = '', headers = JSON_TYPE): Fault => ({
  instead: (request) => (matches(request) ? answerOf(status, body, headers) : undefined),
})
const rpc = (result: unknown) => JSON.stringify({ jsonrpc: '2.0', id: 'doctor', result })

describe('a real sign-in', () => {
  test('walks all the way, and prints neither token, code nor person', async () => {
    const secrets: string[] = []
    stage().proxy.fault = {
      answer: (answer) => {
        const given = `${answer.body} ${answer.headers.get('location') ?? ''}`
        secrets.push(...(given.match(/\bdm[acr]_[\w.-]{20,}/g) ?? []))
        return answer
      },
    }
    const report = await examineWithSignIn(stage())
    expect(faultsIn(report)).toEqual([])
    const found = report.findings.filter(({ step }) => step === 'sign-in').map((finding) => finding.found)
    expect(found).toEqual([
      expect.stringContaining('state and iss'),
      expect.stringContaining('refresh token'),
      expect.stringContaining('tools'),
      expect.stringContaining('whoami'),
      expect.stringContaining('query_crm'),
      expect.stringContaining('refresh'),
      expect.stringContaining('given back'),
    ])
    expect(secrets.length).toBeGreaterThan(3)
    const printed = JSON.stringify(report)
    for (const secret of secrets) expect(printed).not.toContain(secret)
    expect(printed).not.toMatch(/dm[acr]_|Priya|priya/)
  })
})

const FAULTS: readonly (readonly [what: string, finding: string, fault: Fault])[] = [
  ['an answer without iss', 'failed iss-missing', callback((url) => url.searchParams.delete('iss'))],
  [
    'an answer of another issuer',
    'failed iss-wrong',
    callback((url) => url.searchParams.set('iss', 'https://evil.example')),
  ],
  ['an answer without code', 'failed answer-without-code', callback((url) => url.searchParams.delete('code'))],
  ['the token endpoint fails', 'failed token-endpoint-failed', instead(isRealCode, 500, '{"error":"server_error"}')],
  ['the code is refused', 'failed code-refused', instead(isRealCode, 400, '{"error":"invalid_grant"}')],
  ['tokens of another type', 'failed token-answer-incomplete', tokenAnswer((tokens) => (tokens.token_type = 'mac'))],
  ['no refresh token', 'failed refresh-token-missing', tokenAnswer((tokens) => delete tokens.refresh_token)],
  ['the refresh is refused', 'failed refresh-refused', instead(isRefresh, 400, '{"error":"invalid_grant"}')],
  ['the refresh fails', 'failed app-unavailable', instead(isRefresh, 502)],
  [
    'a fresh token is refused',
    'failed fresh-token-refused',
    instead((one) => isCall(one, 'tools/list') && one.headers.has('authorization'), 401),
  ],
  [
    'other tools',
    'failed tools-missing',
    {
      // Only while the token is good: a revoked one is refused by the app itself.
      answer: (answer, request) =>
        isCall(request, 'tools/list') && answer.status === 200
          ? answerOf(200, rpc({ tools: [{ name: 'ping' }] }), JSON_TYPE)
          : answer,
    },
  ],
  [
    'Dynamics refuses',
    'failed tool-failed',
    instead(
      (one) => isCall(one, 'query_crm'),
      200,
      rpc({ isError: true, content: [{ type: 'text', text: 'prvReadAccount' }] }),
    ),
  ],
  ['no MCP answer', 'failed mcp-failed', instead((one) => isCall(one, 'whoami'), 200, '{}')],
  [
    'revocation without effect',
    'failed revoke-without-effect',
    instead(({ path, body }) => path === '/oauth/revoke' && !body.includes('AAAAAAAA'), 200),
  ],
]

describe('broken on the way', () => {
  test.each(FAULTS)('%s → %s', async (_, finding, fault) => {
    stage().proxy.fault = fault
    const report = await examineWithSignIn(stage())
    expect([...new Set(faultsIn(report))]).toEqual([finding])
    expect(withCode(report, finding.split(' ')[1] ?? '')?.fix).toMatch(/\w{3}/)
  })

  test('another state than was sent', async () => {
    stage().proxy.fault = callback((url) => url.searchParams.set('state', 'x'))
    // The way there may take longer than that: what came until the person was through with it counts.
    const report = await examine(stage(), { signIn: { ...personAt(PRIYA), timeoutMs: 20 } })
    expect(faultsIn(report)).toEqual(['failed state-changed'])
  })

  test('a browser that never comes back', async () => {
    const report = await examine(stage(), { signIn: { open: () => Promise.resolve(), timeoutMs: 20 } })
    expect(faultsIn(report)).toEqual(['failed sign-in-timeout'])
    const { fix } = withCode(report, 'sign-in-timeout') ?? {}
    for (const known of ['AADSTS90094', 'AADSTS50105', 'AADSTS65001', 'AADSTS50011']) expect(fix).toContain(known)
    expect(fix).toContain('azd hooks run postprovision --layer entra')
  })
})

describe('refused, and the person follows the link of the page', () => {
  test.each([
    ['nobody consented', 'consent-missing', PRIYA, { consent: false }],
    ['not assigned', 'not-assigned', PRIYA, { refuse: { authorize: 'AADSTS50105' }, refuseBy: 'redirect' }],
    ['unknown to Dynamics 365', 'no-dynamics-user', TOM, {}],
    ['disabled in Dynamics 365', 'no-dynamics-user', GRACE, {}],
    [
      'Entra is down',
      'sign-in-unavailable',
      MARCUS,
      { fault: { 'token.authorization_code': { kind: 'down', status: 503, body: 'html' } } },
    ],
  ] as const)('%s → %s', async (_, code, upn, change) => {
    stage().sandbox.entra.behaviour(upn, change)
    const report = await examineWithSignIn(stage(), upn)
    expect(faultsIn(report)).toEqual([`failed ${code}`])
    expect(withCode(report, code)?.fix).toMatch(/\w{3}/)
  })
})
