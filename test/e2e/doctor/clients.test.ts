import { describe, expect, test } from '@jest/globals'
import { CLIENT_NAMES } from '../../../infra/doctor/clients/needs.ts'
import { diagnose, type DiagnoseOptions, type Report } from '../../../infra/doctor/diagnose.ts'
import type { ClientName } from '../../../shared/config/known-clients.ts'
import { examine, faultsIn, useStage, withCode } from './stage.ts'

const stage = useStage()
type Settings = Readonly<Record<string, string>>

/** Outside Development no path of a person's own machine is admitted unless somebody says so. */
const DEPLOYED: Settings = { LOOPBACK_REDIRECTS: 'false' }

const exactly = (...names: readonly ClientName[]): DiagnoseOptions => ({ clients: { names, exact: true } })
const atLeast = (...names: readonly ClientName[]): DiagnoseOptions => ({ clients: { names, exact: false } })

async function look(settings: Settings, options?: DiagnoseOptions): Promise<Report> {
  stage().proxy.target = (await stage().instance({ ...DEPLOYED, ...settings })).url
  return examine(stage(), options)
}

/** Under a name of the Internet, since what suits a trial on this machine is no fault there. */
async function lookFromOutside(settings: Settings): Promise<Report> {
  const origin = 'https://crm.example'
  const instance = await stage().instance({ ...DEPLOYED, PUBLIC_BASE_URL: origin, ...settings })
  stage().proxy.target = instance.url
  return diagnose(`${origin}/mcp`, {
    attempts: 1,
    timeoutMs: 5_000,
    fetch: (input, init) => fetch((input as string).replace(origin, stage().proxy.url), init),
  })
}

const admittedIn = ({ clients = [] }: Report): string =>
  clients
    .filter(({ admitted }) => admitted === 'yes')
    .map(({ name }) => name)
    .join(',')

/** The settings once somebody has typed what the cure says, and nothing else. */
function followed(fix: string, settings: Settings): Settings {
  const after: Record<string, string> = { ...settings }
  for (const line of fix.split('\n')) {
    const [, name, quoted = '', bare = ''] = /^ {2}azd env set ([A-Z_]+)(?:=| "([^"]*)"| (\S+))$/.exec(line) ?? []
    const value = quoted + bare
    if (name === undefined) continue
    if (value === '') Reflect.deleteProperty(after, name)
    else after[name] = value
  }
  expect(after).not.toEqual(settings)
  return after
}

const CLAUDE_AI = 'https://claude.ai/api/mcp/auth_callback'

describe('whom CLIENTS names', () => {
  test.each(['chatgpt', 'cursor'] as const)('%s alone is admitted, and nobody of other addresses', async (name) => {
    const report = await look({ CLIENTS: name }, exactly(name))
    expect(faultsIn(report)).toEqual([])
    expect(admittedIn(report).split(',')).toContain(name)
  })

  test('ChatGPT alone is a new deployment’s, and the line says how another gets in', async () => {
    const report = await look({ CLIENTS: 'chatgpt' })
    expect(faultsIn(report)).toEqual([])
    expect(admittedIn(report)).toBe('chatgpt')
    const { found, fix = '' } = report.findings.find(({ step }) => step === 'clients') ?? {}
    expect(found).toBe(`may connect: chatgpt; may not: ${CLIENT_NAMES.slice(1).join(', ')}`)
    const next = await look(followed(fix, { CLIENTS: 'chatgpt' }))
    expect(admittedIn(next).split(',')).toEqual(expect.arrayContaining(['chatgpt', CLIENT_NAMES[1]]))
  })

  test('all of them together', async () => {
    const report = await look({ CLIENTS: CLIENT_NAMES.join(',') }, exactly(...CLIENT_NAMES))
    expect(faultsIn(report)).toEqual([])
    expect(report.findings.find(({ step }) => step === 'clients')).not.toHaveProperty('fix')
    expect(admittedIn(report)).toBe(CLIENT_NAMES.join(','))
  })

  test('few requests tell it', async () => {
    const asked: string[] = []
    stage().proxy.fault = {
      request: (one) => {
        if (one.path === '/oauth/register') asked.push(one.body)
        return one
      },
    }
    await look({ CLIENTS: 'chatgpt' })
    expect(asked.length).toBeLessThanOrEqual(10)
  })
})

type Case = [what: string, findings: readonly string[], settings: Settings, options?: DiagnoseOptions]

describe('who is missing, or too many: the cure, followed to the letter, is one', () => {
  test.each<Case>([
    ['Claude alone', ['failed chatgpt-redirect-refused'], { CLIENTS: 'claude' }],
    ['one who ought to be', ['failed clients-missing'], { CLIENTS: 'chatgpt' }, exactly('chatgpt', 'vscode')],
    ['one of another', ['failed clients-missing'], { CLIENTS: 'chatgpt,claude' }, atLeast('chatgpt', 'cursor')],
    ['one too many', ['failed clients-surplus'], { CLIENTS: 'chatgpt,claude' }, exactly('chatgpt')],
    ['ChatGPT, who ought not', ['failed clients-surplus'], { CLIENTS: 'chatgpt,claude' }, exactly('claude')],
    [
      'the wrong one',
      ['failed chatgpt-redirect-refused', 'failed clients-missing', 'failed clients-surplus'],
      { CLIENTS: 'claude' },
      exactly('chatgpt', 'cursor'),
    ],
    ['half of one by a path', ['warning client-half-admitted'], { LOOPBACK_REDIRECTS: '/' }],
    ['half of one by an address', ['warning client-half-admitted'], { REDIRECT_URI_ALLOW_LIST: CLAUDE_AI }],
    [
      'all addresses of one, but not its pages',
      ['warning client-half-admitted'],
      { LOOPBACK_REDIRECTS: '/oauth/callback,/oauth/callback/debug' },
    ],
  ])('%s', async (_, findings, settings, options) => {
    const before = await look(settings, options)
    expect(faultsIn(before)).toEqual(findings)
    for (const finding of findings) {
      const { fix = '' } = withCode(before, finding.split(' ')[1] ?? '') ?? {}
      const after = await look(followed(fix, settings), options)
      expect(faultsIn(after)).toEqual([])
      if (options?.clients?.exact === true) continue
      for (const name of admittedIn(before).split(',')) expect(admittedIn(after).split(',')).toContain(name)
    }
  })

  test('any program of a person’s own machine', async () => {
    const settings = { LOOPBACK_REDIRECTS: 'true' }
    const before = await lookFromOutside(settings)
    expect(faultsIn(before)).toEqual(['warning any-loopback-admitted'])
    const { fix = '' } = withCode(before, 'any-loopback-admitted') ?? {}
    const after = await lookFromOutside({ ...followed(fix, settings), LOOPBACK_REDIRECTS: 'false' })
    expect(faultsIn(after)).toEqual([])
    expect(admittedIn(after)).toBe(admittedIn(before))
  })

  test('on this machine it is no fault', async () => {
    expect(faultsIn(await look({ LOOPBACK_REDIRECTS: 'true' }))).toEqual([])
  })

  test('what stands in a list of its own is told to be taken out there', async () => {
    const report = await look({ REDIRECT_URI_ALLOW_LIST: CLAUDE_AI }, exactly('chatgpt'))
    expect(faultsIn(report)).toEqual(['failed clients-surplus'])
    expect(withCode(report, 'clients-surplus')?.fix).toMatch(/REDIRECT_URI_ALLOW_LIST.*\n {2}azd env get-values$/)
  })
})

describe('what cannot be told is not guessed', () => {
  test('registration is closed', async () => {
    const report = await look({ REGISTRATION: 'closed' })
    expect(faultsIn(report)).toEqual(['failed registration-closed'])
    const skipped = report.findings.find(({ step }) => step === 'clients')
    expect(skipped).toMatchObject({ status: 'skipped', found: expect.stringContaining('REGISTRATION=closed') })
    expect(report.clients?.every(({ admitted }) => admitted === 'unknown')).toBe(true)
  })

  test('the app has had enough of refusing', async () => {
    stage().proxy.fault = {
      instead: ({ path, body }) =>
        path === '/oauth/register' && !body.includes('chatgpt.com')
          ? { status: 429, headers: new Headers({ 'retry-after': '60' }), body: 'Too many requests from this address.' }
          : undefined,
    }
    const report = await look({ CLIENTS: 'claude,chatgpt' })
    expect(faultsIn(report)).toEqual([])
    expect(report.findings.find(({ step }) => step === 'clients')?.found).toMatch(
      /^may connect: chatgpt; not told: codex/,
    )
  })
})

describe('bodies in chunks', () => {
  test.each([
    ['false', 'refused'],
    ['true', 'taken'],
  ] as const)('HTTP_STREAMS=%s: %s', async (setting, chunkedBodies) => {
    const settings = { HTTP_STREAMS: setting }
    const report = await look(settings)
    expect(faultsIn(report)).toEqual([])
    expect(report.chunkedBodies).toBe(chunkedBodies)
    if (chunkedBodies === 'taken') return
    const { fix = '' } = report.findings.find(({ step }) => step === 'chunked') ?? {}
    expect(followed(fix, settings)).toEqual({ HTTP_STREAMS: 'true' })
  })
})
