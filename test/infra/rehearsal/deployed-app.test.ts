// Not in a bare npm test: starts built instances of the app.
import { setTimeout } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { ROLES } from '../../sandbox/azure/access/role-definitions.ts'
import type { DeployedApp } from '../../sandbox/azure/start-deployed-app.ts'
import { createChatGpt } from '../../sandbox/chatgpt/client.ts'
import type { FederatedCredential } from '../../sandbox/entra/directory/types.ts'
import { person } from '../../sandbox/people.ts'
import { appRights, type Cloud, IDENTITY, makeKeys, SETTINGS, startCloud } from './support/cloud.ts'

jest.setTimeout(60_000)

const PRIYA = person('sales rep').upn
let cloud: Cloud
let app: DeployedApp | undefined

beforeAll(async () => {
  cloud = await startCloud()
  await makeKeys(cloud)
  await cloud.tables.sync()
})
afterAll(() => cloud.close())
afterEach(async () => {
  await app?.stop()
  app = undefined
  Object.assign(cloud.state, { assignments: appRights(), delayMs: 0, identities: [IDENTITY] })
})

const chatGpt = () => createChatGpt({ mcpUrl: `${cloud.base}/mcp` })

test('with exactly the template’s settings a person signs in over https and gets rows', async () => {
  app = await cloud.deployZip()
  const client = chatGpt()
  await client.connect(PRIYA)
  const { structuredContent } = await client.callTool('query_crm', { entity: 'account', top: 3 })
  expect(structuredContent).toMatchObject({ rows: expect.arrayContaining([expect.anything()]) as unknown })
  await client.refresh()
  expect(JSON.stringify((await client.callTool('whoami')).structuredContent)).toContain(person('sales rep').name)
  expect((await app.host.logs()).filter((line) => /\[(error|critical)\]/.test(line))).toEqual([])
  await app.stop()
  app = undefined
  const asked = new Set(cloud.identity.requests().map(({ resource }) => resource))
  expect(asked).toEqual(
    new Set([
      'https://vault.azure.net',
      'https://storage.azure.com',
      'api://AzureADTokenExchange',
      'https://monitor.azure.com',
    ]),
  )
  expect(Object.keys(cloud.ingestion.envelopes())).toContain('RemoteDependencyData')
  expect(cloud.ingestion.refused()).toEqual([])
})

describe('with one right missing', () => {
  const CASES: [string, () => unknown, RegExp][] = [
    ['the role to read keys', () => (cloud.state.assignments = appRights(ROLES.keyVaultSecretsUser)), /HTTP 503/],
    [
      'the role for the tables',
      () => (cloud.state.assignments = appRights(ROLES.storageTableDataContributor)),
      /HTTP 503/,
    ],
    ['the identity at the site', () => (cloud.state.identities = []), /HTTP 503/],
  ]
  test.each(CASES)('%s: nobody signs in', async (_name, take, failure) => {
    take()
    app = await cloud.deploy()
    await expect(chatGpt().connect(PRIYA)).rejects.toThrow(failure)
  })

  const CREDENTIALS: [string, (found: FederatedCredential[]) => FederatedCredential[], RegExp][] = [
    ['none', () => [], /AADSTS70025/],
    ['one of another identity', (all) => all.map((one) => ({ ...one, subject: IDENTITY.clientId })), /AADSTS700213/],
  ]
  test.each(CREDENTIALS)('the federated credential, %s: the sign-in ends on our page', async (_name, change, code) => {
    const [registration] = cloud.directory.applications.values()
    const kept = registration!.federatedIdentityCredentials
    Object.assign(registration!, { federatedIdentityCredentials: change([...kept]) })
    try {
      app = await cloud.deploy()
      await expect(chatGpt().connect(PRIYA)).rejects.toThrow(/HTTP 500/)
      expect((await app.host.logs()).join('\n')).toMatch(code)
    } finally {
      Object.assign(registration!, { federatedIdentityCredentials: kept })
    }
  })

  test('the role to send telemetry: all works, and nothing arrives', async () => {
    cloud.state.assignments = appRights(ROLES.monitoringMetricsPublisher)
    app = await cloud.deploy()
    const before = cloud.ingestion.envelopes()
    const client = chatGpt()
    await client.connect(PRIYA)
    await client.callTool('whoami')
    await app.stop()
    app = undefined
    expect(cloud.ingestion.envelopes()).toEqual(before)
    expect(cloud.ingestion.refused()).toContain(403)
  })
})

test('a role that does not act yet is no right; once it acts, the same instance serves', async () => {
  cloud.state.delayMs = Number.MAX_SAFE_INTEGER
  app = await cloud.deploy()
  await expect(chatGpt().connect(PRIYA)).rejects.toThrow(/HTTP 503/)
  cloud.state.delayMs = 0
  // A worker without keys asks the vault once in two seconds.
  await setTimeout(2_000)
  await expect(chatGpt().connect(PRIYA)).resolves.toMatchObject({ tokens: { token_type: 'Bearer' } })
})

test('the settings of another identity end in the refusal of the identity endpoint', async () => {
  app = await cloud.deploy({ ...SETTINGS, MANAGED_IDENTITY_CLIENT_ID: 'ffffffff-ffff-4fff-8fff-ffffffffffff' })
  await expect(chatGpt().connect(PRIYA)).rejects.toThrow(/HTTP 503/)
  expect(cloud.identity.requests().at(-1)).toMatchObject({ status: 400 })
})
