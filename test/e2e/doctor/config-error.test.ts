import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type FunctionsHost, startFunctionsHost } from '../../sandbox/functions-host/start.ts'
import { DIST } from '../../sandbox/start-sandbox.ts'
import { eventually, pause } from '../support/suite.ts'

const GOOD = {
  AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
  PUBLIC_BASE_URL: 'http://127.0.0.1:7071',
  ENTRA_TENANT_ID: '6f1d2c3b-4a59-4e68-8c77-9b8a7c6d5e4f',
  ENTRA_CLIENT_ID: '2b7e1516-28ae-4d2a-9f4c-3c4fcf098815',
  ENTRA_CREDENTIAL: 'client-secret',
  ENTRA_CLIENT_SECRET: 'sandbox~Q8v-K3mTz.w7XcR5hYp0LsD2fGj6NbA',
  DATAVERSE_URL: 'https://contoso.crm11.dynamics.com',
  TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true',
}
const BAD = {
  PUBLIC_BASE_URL: 'http://bad-value.example/path',
  ENTRA_TENANT_ID: 'bad-value-tenant',
  ENTRA_CLIENT_SECRET: 'bad-value',
  DATAVERSE_URL: 'bad-value-url',
  BRAND_COLOR: '#ffff00',
  ENTRA_TENNANT: 'bad-value-name',
}
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const start = (settings: Readonly<Record<string, string>>) =>
  startFunctionsHost({ appDir: DIST, env: { ...GOOD, LOCAL_KEY_FILE: join(folder, 'keys.json'), ...settings } })
const reports = async (host: FunctionsHost) => (await host.logs()).filter((line) => line.includes('config.invalid'))

describe('settings that are wrong', () => {
  let host: FunctionsHost
  beforeAll(async () => {
    host = await start(BAD)
  })
  afterAll(() => host.close())
  const get = (path: string, accept: string, method = 'GET') =>
    fetch(`${host.url}${path}`, { method, headers: { accept }, redirect: 'manual' })

  test.each(['/', '/health', '/oauth/authorize', '/oauth/callback'])(
    '%s: 503 with a page that is safe',
    async (path) => {
      const answer = await get(path, 'text/html')
      expect(answer.status).toBe(503)
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
      expect(answer.headers.get('retry-after')).toBe('60')
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      const text = await answer.text()
      expect(text).toContain('not set up yet')
      for (const name of Object.keys(BAD)) expect(text).not.toContain(name)
      expect(text).not.toContain('bad-value')
    },
  )

  test.each([
    ['/oauth/token', 'POST'],
    ['/oauth/register', 'POST'],
    ['/mcp', 'POST'],
    ['/.well-known/oauth-authorization-server', 'GET'],
    ['/.well-known/oauth-protected-resource/mcp', 'GET'],
  ])('%s: 503 with JSON', async (path, method) => {
    const answer = await get(path, 'application/json', method)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '60'])
    expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
  })

  test('one line in the log names every bad setting and the value of none, and the worker lives', async () => {
    await Promise.all(Array.from({ length: 10 }, () => get('/mcp', '*/*', 'POST')))
    await eventually(async () => (await reports(host)).length > 0)
    await pause(50)
    const [line, ...more] = await reports(host)
    expect(more).toEqual([])
    expect(line).toContain('[error]')
    for (const name of Object.keys(BAD)) expect(line).toContain(name)
    expect((await host.logs()).join('\n')).not.toContain('bad-value')
    expect((await get('/health', '*/*')).status).toBe(503)
  })

  test('the timer does not fail either', async () => {
    await expect(host.runTimer('sweep')).resolves.toBeUndefined()
    expect(await reports(host)).toHaveLength(1)
  })
})

describe('settings that would leave a lock open', () => {
  test('a placeholder, a plain secret outside Development, any redirect address: refused together', async () => {
    const host = await start({
      AZURE_FUNCTIONS_ENVIRONMENT: 'Production',
      STATIC_CLIENT_ID: '<your-client-id>',
      REDIRECT_URI_ALLOW_LIST: 'https://*',
      ACCESS_TOKEN_LIFETIME: '1',
    })
    expect((await fetch(`${host.url}/health`)).status).toBe(503)
    const line = await eventually(async () => (await reports(host))[0])
    const named = ['ENTRA_CLIENT_SECRET', 'TABLES_CONNECTION_STRING', 'LOCAL_KEY_FILE', 'STATIC_CLIENT_ID']
    for (const name of [...named, 'PUBLIC_BASE_URL', 'REDIRECT_URI_ALLOW_LIST', 'ACCESS_TOKEN_LIFETIME'])
      expect(line).toContain(name)
    await host.close()
  })
})

describe('in Azure, where logs are queried', () => {
  test('it is one JSON event, which names every bad setting and no value', async () => {
    const host = await start({ ...BAD, AZURE_FUNCTIONS_ENVIRONMENT: 'Production' })
    await Promise.all(Array.from({ length: 5 }, () => fetch(`${host.url}/health`)))
    const line = await eventually(async () => (await reports(host))[0])
    const event = JSON.parse(line.slice(line.indexOf('{'))) as Record<string, unknown>
    expect(event).toMatchObject({
      event: 'config.invalid',
      outcome: 'error',
      correlationId: expect.any(String) as unknown,
    })
    for (const name of Object.keys(BAD)) expect(event.settings).toContain(name)
    expect(event.count).toBe(String(event.settings).split('; ').length)
    expect(line).not.toContain('bad-value')
    expect(await reports(host)).toHaveLength(1)
    await host.close()
  })
})
