import { beforeAll, describe, expect, test } from '@jest/globals'
import { type App, startFunctionsHost } from '../../sandbox/functions-host/start.ts'
import { ENTRA_CLIENT_ID, TENANT_ID } from '../../sandbox/people.ts'
import { DIST } from '../../sandbox/start-sandbox.ts'
import { appointAdministrator, appointPipeline, pipelineToken, tokenOf } from '../support/administrator.ts'
import { call, connect, MARCUS, PRIYA } from '../support/oauth.ts'
import { startStorageProxy } from '../support/storage-proxy.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { dumpTables } from '../support/table-dump.ts'

const sandbox = useSandbox({ deployed: true })
beforeAll(() => {
  appointAdministrator(sandbox(), PRIYA)
  appointPipeline(sandbox())
})

type Sent = { readonly headers?: Readonly<Record<string, string>>; readonly body?: string; readonly method?: string }
const manage = (
  token: string | undefined,
  { headers = {}, method = 'POST', body }: Sent = {},
  host: App = sandbox().app,
) =>
  call({
    // PUT and PATCH are none that a client of ours would send.
    method: method as 'POST',
    url: `${host.url}/manage`,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: body ?? '{"command":"check"}' }),
  })

type Finding = { readonly name: string; readonly status: string; readonly code?: string; readonly found: string }
const findings = async (host?: App): Promise<readonly Finding[]> => {
  const { status, json } = await manage(await tokenOf(sandbox(), PRIYA), {}, host)
  expect(status).toBe(200)
  return json.checks as readonly Finding[]
}
const troubles = async (host?: App) =>
  (await findings(host)).filter(({ status }) => status !== 'ok').map(({ name, code }) => `${name} ${code ?? ''}`)

describe('the deep check', () => {
  test('tells an administrator that everything is there', async () => {
    const { status, headers, json } = await manage(await tokenOf(sandbox(), PRIYA))
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(json).toMatchObject({ command: 'check', version: expect.stringMatching(/^\d+\.\d+\.\d+/) as unknown })
    const checks = json.checks as readonly Finding[]
    expect(checks.filter((one) => one.status !== 'ok')).toEqual([])
    expect(json.passed).toBe(true)
    expect(checks.map(({ name }) => name)).toEqual([
      ...['storage', 'vault', 'entra-credential', 'dataverse', 'clock', 'reports', 'terms', 'settings'],
    ])
  })

  test('leaves no row behind', async () => {
    await findings()
    const left = (await dumpTables(sandbox().azurite)).filter(
      ({ properties }) => properties.partitionKey === 'manage-check',
    )
    expect(left).toEqual([])
  })

  test('serves a pipeline with the role', async () => {
    expect((await manage(await pipelineToken(sandbox()))).status).toBe(200)
  })

  test('is logged, with who asked and without what they sent', async () => {
    const token = await tokenOf(sandbox(), PRIYA)
    await manage(token)
    const line = await eventually(async () => (await events(sandbox().app, 'manage.called')).at(-1))
    expect(line).toMatch(/step=check outcome=ok .*count=0 .*userId=0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e01/)
    expect((await sandbox().app.logs()).join('\n')).not.toContain(token.split('.')[2])
    expect((await sandbox().app.logs()).join('\n')).not.toContain(PRIYA)
  })

  test('works in stream mode', async () => {
    const streaming = await sandbox().startInstance({ HTTP_STREAMS: 'true' })
    expect(await troubles(streaming)).toEqual([])
  })
})

describe('who is refused', () => {
  test('nobody without a token', async () => {
    const { status, headers, json } = await manage(undefined)
    expect([status, json.error]).toEqual([401, 'invalid_token'])
    expect(headers.get('www-authenticate')).toMatch(/^Bearer realm="manage", scope="[^"]+\/MCP\.Access"$/)
  })

  test('a person without the role, and the log names them by id alone', async () => {
    const { status, headers, json } = await manage(await tokenOf(sandbox(), MARCUS))
    expect([status, json.error]).toEqual([403, 'insufficient_scope'])
    expect(headers.get('www-authenticate')).toContain('error="insufficient_scope"')
    const line = await eventually(async () => (await events(sandbox().app, 'manage.refused')).at(-1))
    expect(line).toMatch(/code=no-role status=403 userId=0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e02/)
  })

  test('whoever brings a token of ours, or of Dataverse', async () => {
    const { access, refresh } = await connect(sandbox(), PRIYA)
    const dataverse = await sandbox().entra.mintDataverseToken(PRIYA)
    for (const token of [access, refresh, dataverse]) {
      const { status, json } = await manage(token)
      expect([status, json.error]).toEqual([401, 'invalid_token'])
    }
  })

  test('an administrator’s token opens nothing else', async () => {
    const token = await tokenOf(sandbox(), PRIYA)
    const { status } = await call({
      method: 'POST',
      url: sandbox().mcpUrl,
      body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    })
    expect(status).toBe(401)
  })

  test.each(['https://evil.example', 'https://chatgpt.com', 'null'])('a page of %s, without CORS', async (origin) => {
    const { status, headers } = await manage(await tokenOf(sandbox(), PRIYA), { headers: { origin } })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([403, null])
  })

  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is 405, and says what is allowed', async (method) => {
    const { status, headers } = await manage(await tokenOf(sandbox(), PRIYA), { method })
    expect([status, headers.get('allow')]).toEqual([405, 'POST'])
    expect(headers.get('access-control-allow-methods')).toBeNull()
  })

  test('a body of more than 8 KB', async () => {
    const body = JSON.stringify({ command: 'check', filler: 'x'.repeat(8 * 1024) })
    expect((await manage(await tokenOf(sandbox(), PRIYA), { body })).status).toBe(413)
  })

  test('an unknown command, and one that every object has', async () => {
    const token = await tokenOf(sandbox(), PRIYA)
    for (const command of ['wipe', 'constructor']) {
      const { status, json } = await manage(token, { body: JSON.stringify({ command }) })
      expect([status, json.error]).toEqual([400, 'invalid_request'])
    }
  })
})

describe('one thing that is broken is named, and hides nothing else', () => {
  test('a client secret that Entra does not know', async () => {
    const host = await sandbox().startFromSources({ ENTRA_CLIENT_SECRET: 'another~Q8v-K3mTz.w7XcR5hYp0LsD2fGj6NbA' })
    expect(await troubles(host)).toEqual(['entra-credential secret-wrong'])
  })

  test('an address that is no Dynamics 365', async () => {
    const host = await sandbox().startFromSources({ DATAVERSE_URL: sandbox().entra.url })
    expect(await troubles(host)).toEqual(['entra-credential dataverse-not-in-tenant', 'dataverse not-dataverse'])
  })

  test('tables that are away', async () => {
    const proxy = await startStorageProxy(sandbox().azurite)
    const host = await sandbox().startFromSources({ TABLES_CONNECTION_STRING: proxy.connectionString })
    proxy.set('down')
    expect(await troubles(host)).toEqual([
      'storage storage-unreachable',
      'reports reports-unreadable',
      'terms terms-unreadable',
    ])
    await proxy.close()
  })
})

describe('a deployment whose services are all away', () => {
  test('answers for its health, and refuses whoever brings no token of Entra’s, asking nobody', async () => {
    const away = 'https://127.0.0.1:9'
    const host = await startFunctionsHost({
      appDir: DIST,
      env: {
        AZURE_FUNCTIONS_ENVIRONMENT: 'Production',
        PUBLIC_BASE_URL: 'https://crm.contoso.com',
        ENTRA_TENANT_ID: TENANT_ID,
        ENTRA_CLIENT_ID,
        MANAGED_IDENTITY_CLIENT_ID: ENTRA_CLIENT_ID,
        DATAVERSE_URL: away,
        TABLES_ENDPOINT: away,
        KEY_VAULT_URL: away,
        ENTRA_AUTHORITY_HOST: away,
      },
    })
    expect((await fetch(`${host.url}/health`)).status).toBe(200)
    expect((await manage(undefined, {}, host)).status).toBe(401)
    expect((await manage('dma_x.y.z', {}, host)).status).toBe(401)
    const { status, headers } = await manage(await tokenOf(sandbox(), PRIYA), {}, host)
    expect([status, headers.get('retry-after')]).toEqual([503, '5'])
    expect((await host.logs()).join('\n')).not.toContain('config.invalid')
    await host.close()
  })
})

describe('a flood', () => {
  test('of one address is stopped, before anybody looks at its tokens', async () => {
    const host = await sandbox().startFromSources()
    const before = sandbox().entra.counters().jwks
    const answers = await Promise.all(Array.from({ length: 110 }, () => manage('a.b.c', {}, host)))
    const count = (status: number) => answers.filter((one) => one.status === status).length
    expect([count(401), count(429)]).toEqual([100, 10])
    expect(answers.find((one) => one.status === 429)?.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(sandbox().entra.counters().jwks).toBe(before)
  })
})
