// Not in a bare npm test: walks an app for each list of clients that leaves some out or lets others in.
import { describe, expect, test } from '@jest/globals'
import { CLIENT_NAMES } from '../../../infra/doctor/clients/needs.ts'
import { standingsIn, type Wish } from '../../../infra/doctor/clients/standing.ts'
import { diagnose, type DiagnoseOptions, type Report } from '../../../infra/doctor/diagnose.ts'
import { admissionBy, followed, type Settings } from '../../unit/infra/doctor/cures.ts'
import { examine, faultsIn, useStage, withCode } from './stage.ts'

/** Outside Development no path of a person's own machine is admitted unless somebody says so. */
const DEPLOYED = { LOOPBACK_REDIRECTS: 'false', CLIENT_ID_METADATA_DOCUMENTS: 'off' }
const stage = useStage(DEPLOYED)

const exactly = (...names: Wish['names']): DiagnoseOptions => ({ clients: { names, exact: true } })
const atLeast = (...names: Wish['names']): DiagnoseOptions => ({ clients: { names, exact: false } })

/** What it says of each client is what the settings say, which is where cures are tried in their thousands. */
const agrees = (report: Report, settings: Settings): Report => {
  expect(report.clients).toEqual(standingsIn(admissionBy({ ...DEPLOYED, ...settings })))
  return report
}

/** A new deployment’s settings are those of the stage; each other set is an instance of its own. */
async function look(settings: Settings, options?: DiagnoseOptions): Promise<Report> {
  if (Object.keys(settings).length > 0) stage().proxy.target = (await stage().instance(settings)).url
  return agrees(await examine(stage(), options), settings)
}

const admittedIn = ({ clients = [] }: Report): readonly string[] =>
  clients.filter(({ admitted }) => admitted === 'yes').map(({ name }) => name)
const stepIn = ({ findings }: Report, step: string) => findings.find((one) => one.step === step)
const fixIn = (report: Report, code: string): string => withCode(report, code)?.fix ?? ''

const CLAUDE: Settings = { CLIENTS: 'claude' }
const BOTH: Settings = { CLIENTS: 'chatgpt,claude' }
const ALL: Settings = { CLIENTS: CLIENT_NAMES.join(','), HTTP_STREAMS: 'true' }
/** Claude by one of its addresses, the Inspector without its pages. */
const LISTS: Settings = {
  REDIRECT_URI_ALLOW_LIST: 'https://claude.ai/api/mcp/auth_callback',
  LOOPBACK_REDIRECTS: '/oauth/callback,/oauth/callback/debug',
}

describe('a new deployment', () => {
  test('admits ChatGPT alone, refuses bodies in chunks, and is told in few requests', async () => {
    const asked: string[] = []
    stage().proxy.fault = { request: (one) => (asked.push(`${one.method} ${one.path}`), one) }
    const report = await look({})
    expect(faultsIn(report)).toEqual([])
    expect(admittedIn(report)).toEqual(['chatgpt'])
    expect(report.chunkedBodies).toBe('refused')
    expect(followed(stepIn(report, 'chunked')?.fix ?? '', {})).toEqual({ HTTP_STREAMS: 'true' })
    expect(asked.filter((line) => line === 'POST /oauth/register').length).toBeLessThanOrEqual(10)
  })

  test('is as it was wished', async () => {
    expect(faultsIn(await look({}, exactly('chatgpt')))).toEqual([])
  })

  test('that has had enough of refusing is not guessed at', async () => {
    stage().proxy.fault = {
      instead: ({ method, path, body }) =>
        method === 'POST' && path === '/oauth/register' && !body.includes('chatgpt.com')
          ? { status: 429, headers: new Headers({ 'retry-after': '60' }), body: 'Too many requests from this address.' }
          : undefined,
    }
    const report = await examine(stage())
    expect(faultsIn(report)).toEqual([])
    expect(stepIn(report, 'clients')?.found).toMatch(/^may connect: chatgpt; not told: codex/)
  })
})

describe('who is missing, or too many', () => {
  test('Claude alone: what admits ChatGPT leaves Claude in', async () => {
    const before = await look(CLAUDE)
    expect(faultsIn(before)).toEqual(['failed chatgpt-redirect-refused'])
    const settings = followed(fixIn(before, 'chatgpt-redirect-refused'), CLAUDE)
    expect(settings).toEqual(BOTH)
    expect(faultsIn(await look(settings))).toEqual([])
  })

  test.each<[what: string, settings: Settings, options: DiagnoseOptions, faults: string[], value: string]>([
    ['Claude alone, as wished', CLAUDE, exactly('claude'), [], ''],
    [
      'Claude in place of two others',
      CLAUDE,
      exactly('chatgpt', 'cursor'),
      ['chatgpt-redirect-refused', 'clients-missing', 'clients-surplus'],
      'chatgpt,cursor',
    ],
    ['both, as wished', BOTH, exactly('chatgpt', 'claude'), [], ''],
    ['one too many', BOTH, exactly('chatgpt'), ['clients-surplus'], 'chatgpt'],
    ['ChatGPT, who ought not', BOTH, exactly('claude'), ['clients-surplus'], 'claude'],
    ['more than must be, where more may', BOTH, atLeast('claude'), [], ''],
    ['one of another', BOTH, atLeast('chatgpt', 'cursor'), ['clients-missing'], 'chatgpt,claude,cursor'],
    ['all of them, as wished', ALL, exactly(...CLIENT_NAMES), [], ''],
  ])('%s', async (_, settings, options, codes, value) => {
    const report = await look(settings, options)
    expect(faultsIn(report)).toEqual(codes.map((code) => `failed ${code}`))
    for (const code of codes) expect(followed(fixIn(report, code), {})).toEqual({ CLIENTS: value })
  })

  test('by a list in part, and told to be taken out there', async () => {
    const halves = await look(LISTS)
    expect(faultsIn(halves)).toEqual(['warning client-half-admitted'])
    expect(withCode(halves, 'client-half-admitted')?.found).toMatch(/claude \(.*inspector \(/)
    const surplus = await look(LISTS, exactly('chatgpt'))
    expect(faultsIn(surplus)).toEqual(['failed clients-surplus'])
    expect(fixIn(surplus, 'clients-surplus')).toMatch(/REDIRECT_URI_ALLOW_LIST.*\n {2}azd env get-values$/)
  })

  test('any program of a person’s own machine, where the app has a name of the Internet', async () => {
    const origin = 'https://crm.example'
    const settings = { LOOPBACK_REDIRECTS: 'true' }
    stage().proxy.target = (await stage().instance({ ...settings, PUBLIC_BASE_URL: origin })).url
    const report = await diagnose(`${origin}/mcp`, {
      attempts: 1,
      timeoutMs: 5_000,
      fetch: stage().proxy.fetch,
    })
    expect(faultsIn(agrees(report, settings))).toEqual(['warning any-loopback-admitted'])
  })
})

test('bodies in chunks arrive in stream mode', async () => {
  const report = await look(ALL)
  expect(report.chunkedBodies).toBe('taken')
  expect(stepIn(report, 'chunked')).not.toHaveProperty('fix')
})
