import { afterEach, describe, expect, test } from '@jest/globals'
import { fitsInProcess, startInProcess } from '../../../sandbox/functions-host/in-process.ts'
import type { App } from '../../../sandbox/functions-host/start.ts'
import { ENTRA_CLIENT_ID, TENANT_ID } from '../../../sandbox/people.ts'

const started: App[] = []
const start = async (env: Readonly<Record<string, string>>): Promise<App> => {
  const app = await startInProcess({ env })
  started.push(app)
  return app
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.close()))
})

const settingsOf = (name: string) => ({
  AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
  PUBLIC_BASE_URL: `https://${name}.example`,
  ENTRA_TENANT_ID: TENANT_ID,
  ENTRA_CLIENT_ID,
  ENTRA_CREDENTIAL: 'client-secret',
  ENTRA_CLIENT_SECRET: 'sandbox~Q8v-K3mTz.w7XcR5hYp0LsD2fGj6NbA',
  DATAVERSE_URL: 'https://contoso.crm11.dynamics.com',
  TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true',
  LOCAL_KEY_FILE: '/nowhere/keys.json',
})

const resourceOf = async ({ url }: App): Promise<unknown> =>
  (await fetch(`${url}/.well-known/oauth-protected-resource/mcp`)).json()

describe('instances in one process', () => {
  test('each have their own settings and log, also one whose settings are wrong', async () => {
    const environment = { ...process.env }
    const [one, two, wrong] = await Promise.all([start(settingsOf('one')), start(settingsOf('two')), start({})])
    expect([await resourceOf(one), await resourceOf(two)]).toMatchObject([
      { resource: 'https://one.example/mcp' },
      { resource: 'https://two.example/mcp' },
    ])
    for (let asked = 0; asked < 2; asked += 1) expect((await fetch(`${wrong.url}/health`)).status).toBe(503)
    const told = async (app: App) => (await app.logs()).filter((line) => line.includes('config.invalid')).length
    expect(await Promise.all([one, two, wrong].map(told))).toEqual([0, 0, 1])
    expect(process.env).toEqual(environment)
  })

  test('run their own timer', async () => {
    const [one, two] = [await start(settingsOf('one')), await start({})]
    await two.runTimer('sweep')
    expect((await two.logs()).join('\n')).toContain('config.invalid')
    expect(await one.logs()).toEqual([])
    await expect(one.runTimer('nothing')).rejects.toThrow('no timer function "nothing"')
  })

  test('read headers as bytes while one of them runs, and leave the global as it was when the last is closed', async () => {
    const native = globalThis.Request
    const [one, two] = [await start(settingsOf('one')), await start(settingsOf('two'))]
    await Promise.all([one.close(), one.close()])
    expect((await fetch(`${two.url}/health`, { headers: { cookie: 'a=\u00e9' } })).status).not.toBe(500)
    expect(globalThis.Request).not.toBe(native)
    await two.close()
    expect(globalThis.Request).toBe(native)
    await expect(fetch(two.url)).rejects.toThrow()
  })
})

test.each([
  [{ BRAND_NAME: 'x', CALLS_PER_MINUTE: '0' }, true],
  [{ HTTP_STREAMS: 'true' }, false],
  [{ languageWorkers__node__arguments: '--max-http-header-size=32768' }, false],
  [{ NODE_OPTIONS: '--import=x' }, false],
  [{ IDENTITY_ENDPOINT: 'http://127.0.0.1' }, false],
  [{ APPLICATIONINSIGHTS_CONNECTION_STRING: 'x' }, false],
])('%j fits into a process with others: %s', (env, fits) => {
  expect(fitsInProcess(env)).toBe(fits)
})
