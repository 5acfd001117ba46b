// Not in a bare npm test: starts and walks an app for each wrong setting.
import { describe, expect, test } from '@jest/globals'
import { KNOWN_CLIENTS } from '../../../shared/config/clients/known-clients.ts'
import { diagnose } from '../../../infra/doctor/diagnose.ts'
import { examine, examineWithSignIn, faultsIn, useStage, withCode } from './stage.ts'

const stage = useStage()
type Settings = Readonly<Record<string, string>>

const NOWHERE =
  'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;TableEndpoint=http://127.0.0.1:9/devstoreaccount1;'

/** What CLIENTS=chatgpt admits, written out. */
const BY_LISTS: Settings = {
  CLIENTS: 'none',
  REDIRECT_URI_ALLOW_LIST: KNOWN_CLIENTS.chatgpt.redirectUris.join(' '),
  ALLOWED_ORIGINS: KNOWN_CLIENTS.chatgpt.origins.join(' '),
}
const CLOSED: Settings = { REGISTRATION: 'closed', LOOPBACK_REDIRECTS: '/doctor/callback' }
const PUBLISHED: Settings = { PUBLIC_BASE_URL: 'https://crm.example', LOOPBACK_REDIRECTS: 'false' }
const OTHER_DOCUMENTS: Settings = {
  ...BY_LISTS,
  CLIENT_ID_METADATA_DOCUMENTS: 'on',
  CLIENT_ID_METADATA_DOMAINS: 'apps.example',
}
const SET_CLIENTS = 'azd env set CLIENTS "chatgpt'

describe('a setting of the app is the cause', () => {
  test.each<[what: string, finding: string, settings: Settings, command: string]>([
    ['wrong settings', 'failed config-invalid', { DATAVERSE_URL: 'not an address' }, 'config.invalid'],
    ['nobody may come in', 'failed registration-closed', CLOSED, 'azd env set REGISTRATION open'],
    ['ChatGPT is not among the clients', 'failed chatgpt-redirect-refused', { CLIENTS: 'claude' }, SET_CLIENTS],
    [
      'one of its addresses is not admitted',
      'failed chatgpt-redirect-refused',
      { ...BY_LISTS, REDIRECT_URI_ALLOW_LIST: 'https://chatgpt.com/connector_platform_oauth_redirect' },
      SET_CLIENTS,
    ],
    [
      'pages of others alone',
      'warning cors-chatgpt-missing',
      { ...BY_LISTS, ALLOWED_ORIGINS: 'https://intranet.example' },
      SET_CLIENTS,
    ],
    ['documents of others alone', 'failed client-document-refused', OTHER_DOCUMENTS, SET_CLIENTS],
    ['another address', 'failed base-url-mismatch', PUBLISHED, 'azd env get-value MCP_URL'],
    ['no storage', 'failed storage-or-keys-unavailable', { TABLES_CONNECTION_STRING: NOWHERE }, 'npm run doctor -- '],
  ])('%s → %s', async (_, finding, settings, command) => {
    stage().proxy.target = (await stage().instance(settings)).url
    const report = await examine(stage(), { timeoutMs: 20_000 })
    expect(faultsIn(report)).toEqual([finding])
    expect(withCode(report, finding.split(' ')[1] ?? '')?.fix).toContain(command)
  })

  test('nobody may come in: whom the addresses would admit is not guessed', async () => {
    stage().proxy.target = (await stage().instance(CLOSED)).url
    const { findings, clients } = await examine(stage())
    const found = expect.stringContaining('REGISTRATION=closed')
    expect(findings).toContainEqual({ step: 'clients', status: 'skipped', found })
    expect(new Set(clients?.map(({ admitted }) => admitted))).toEqual(new Set(['unknown']))
  })

  test('documents of others alone: who has all addresses lacks the host of its own', async () => {
    stage().proxy.target = (await stage().instance(OTHER_DOCUMENTS)).url
    const { clients } = await examine(stage())
    for (const name of ['chatgpt', 'codex', 'claude-code', 'goose', 'zed'] as const)
      expect(clients).toContainEqual(expect.objectContaining({ name, lacking: KNOWN_CLIENTS[name].metadataDomains }))
  })
})

describe('the doctor is a client like others', () => {
  const path = '/doctor/callback'
  test.each<[what: string, settings: Settings, faults: string[]]>([
    ['its own path is admitted', { LOOPBACK_REDIRECTS: path }, []],
    ['another path is', { LOOPBACK_REDIRECTS: '/callback' }, ['failed loopback-refused']],
    ['none is', { LOOPBACK_REDIRECTS: 'false' }, ['failed loopback-refused']],
    ['nobody may register', CLOSED, ['failed registration-closed', 'failed doctor-not-registered']],
  ])('%s', async (_, settings, faults) => {
    stage().proxy.target = (await stage().instance(settings)).url
    const report = await examineWithSignIn(stage())
    expect(faultsIn(report)).toEqual(faults)
    const told = withCode(report, faults.at(-1)?.split(' ')[1] ?? '')
    if (faults.length === 0) return
    const commands = (told?.fix ?? '').split('\n').filter((line) => line.startsWith('  '))
    const [admit, remove] = [
      commands.indexOf(`  azd env set LOOPBACK_REDIRECTS ${path}`),
      commands.indexOf('  azd env set LOOPBACK_REDIRECTS='),
    ]
    expect(admit).toBeGreaterThanOrEqual(0)
    expect(remove).toBeGreaterThan(admit)
    expect(commands.at(-1)).toBe('  azd provision platform')
  })
})

describe('behind a public name', () => {
  /** The app, and what stands in front of it, under a name that only this test knows. */
  const behind = () => ({ attempts: 1, timeoutMs: 5_000, fetch: stage().proxy.fetch })

  test('all is well', async () => {
    stage().proxy.target = (await stage().instance(PUBLISHED)).url
    const report = await diagnose('https://crm.example/mcp', behind())
    expect(report.findings.filter(({ status }) => status !== 'ok')).toEqual([])
  })

  test('every address begins with http: because something rewrites it', async () => {
    stage().proxy.target = (await stage().instance(PUBLISHED)).url
    stage().proxy.fault = {
      answer: (answer) => {
        const challenge = answer.headers.get('www-authenticate')
        if (challenge !== null)
          answer.headers.set('www-authenticate', challenge.replaceAll('https://crm', 'http://crm'))
        return { ...answer, body: answer.body.replaceAll('https://crm', 'http://crm') }
      },
    }
    const report = await diagnose('https://crm.example/mcp', behind())
    expect(faultsIn(report)).toEqual(['failed http-urls'])
    expect(report.findings.filter(({ status }) => status === 'skipped')).toHaveLength(8)
  })

  test('only the sign-in’s document does', async () => {
    stage().proxy.target = (await stage().instance(PUBLISHED)).url
    stage().proxy.fault = {
      answer: (answer, { path }) =>
        /authorization-server|openid/.test(path)
          ? { ...answer, body: answer.body.replaceAll('https://crm', 'http://crm') }
          : answer,
    }
    const report = await diagnose('https://crm.example/mcp', behind())
    expect(faultsIn(report)).toEqual(['failed http-urls'])
  })
})
