import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { CACHE, findBicep } from './bicep-cli.ts'
import { checkLayers } from './bicep/check-layers.ts'
import { buildTemplate, type Template } from './bicep/build.ts'
import { snapshot, toBicep, type PredictedResource, type Snapshot } from './bicep/snapshot.ts'
import { ENTRY_FILES, read, ROOT } from './text-checks.ts'

jest.setTimeout(240_000)

const guid = (digit: number) => `${String(digit).repeat(8)}-1111-4111-8111-111111111111`
const [SUBSCRIPTION, TENANT, APP, IDENTITY, OFFICER] = [1, 2, 3, 4, 5].map(guid) as [
  string,
  string,
  string,
  string,
  string,
]
const PLACE = { subscriptionId: SUBSCRIPTION, tenantId: TENANT, location: 'westeurope', deploymentName: 'rehearsal' }
const PLATFORM = {
  environmentName: 'contoso',
  location: 'westeurope',
  resourceGroupName: 'rg-contoso',
  managedIdentityClientId: APP,
  managedIdentityPrincipalId: IDENTITY,
  publicBaseUrl: 'https://crm-mcp.contoso.com',
  entraTenantId: TENANT,
  entraAuthorityHost: 'https://login.microsoftonline.com',
  entraClientId: APP,
  dataverseUrl: 'https://contoso.crm4.dynamics.com',
  optionalSettings: {},
}

const bicep = await findBicep()
const withBicep = bicep.available ? test : test.skip
let layers: (Template | undefined)[] = []
beforeAll(async () => {
  if (bicep.available) layers = (await checkLayers(ENTRY_FILES)).map(({ template }) => template)
})

const predict = (layer: number, parameters: Record<string, unknown>): Promise<Snapshot> =>
  snapshot(layers[layer] ?? { resources: [] }, parameters, PLACE)
/** Few sets of parameters: each costs a run of the compiler. */
const platform = async (changes: Record<string, unknown> = {}): Promise<readonly PredictedResource[]> =>
  (await predict(2, { ...PLATFORM, ...changes })).predictedResources
const EVERYTHING = {
  deleteLock: true,
  tags: 'owner=CRM',
  alwaysReadyInstances: 2,
  instanceMemoryMB: 512,
  keyOfficerPrincipalId: OFFICER,
  keyOfficerPrincipalType: 'ServicePrincipal',
}
const ofType = (resources: readonly PredictedResource[], type: string) =>
  resources.filter((resource) => resource.type === type)

type Site = { functionAppConfig: { scaleAndConcurrency: Record<string, unknown> } }
const scaleOf = (resources: readonly PredictedResource[]) =>
  (ofType(resources, 'Microsoft.Web/sites')[0]?.properties as Site | undefined)?.functionAppConfig.scaleAndConcurrency

const ROLES = 'Microsoft.Authorization/roleAssignments'
const LOCKS = 'Microsoft.Authorization/locks'
const SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6'
const SECRETS_OFFICER = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
const roleOf = ({ properties }: PredictedResource): string => String(properties?.['roleDefinitionId']).slice(-36)
const officersIn = (resources: readonly PredictedResource[]) =>
  ofType(resources, ROLES).filter((role) => roleOf(role) === SECRETS_OFFICER)

withBicep('layer identity hands on what azd never sets', async () => {
  const { outputs, predictedResources } = await predict(0, { environmentName: 'contoso', location: 'westeurope' })
  expect(outputs['AZURE_TENANT_ID']).toBe(TENANT)
  expect(outputs['PUBLIC_BASE_URL']).toMatch(/^https:\/\/func-dynamics-mcp-\w{13}\.azurewebsites\.net$/)
  expect(predictedResources.map(({ tags }) => tags)).toEqual([
    { 'azd-env-name': 'contoso' },
    { 'azd-env-name': 'contoso' },
  ])
})

withBicep('tags are pairs in a text, and azd’s own is never another', async () => {
  const cases: Record<string, Record<string, string>> = {
    '': {},
    'costCenter=1234': { costCenter: '1234' },
    ' costCenter = 1234 ; owner=CRM team; ': { costCenter: '1234', owner: 'CRM team' },
    'query=a=b;flag': { query: 'a=b', flag: '' },
    'azd-env-name=other': {},
  }
  const folder = await mkdtemp(join(CACHE, 'tags-'))
  const file = join(folder, 'main.bicep')
  const outputs = Object.keys(cases).map(
    (text, at) => `output o${at} object = resourceTags(${toBicep(text)}, 'contoso')`,
  )
  await copyFile(join(ROOT, 'infra/names.bicep'), join(folder, 'names.bicep'))
  await writeFile(
    file,
    ["targetScope = 'subscription'", "import { resourceTags } from 'names.bicep'", ...outputs].join('\n'),
  )
  const { template } = await buildTemplate(file)
  const found = (await snapshot(template ?? { resources: [] }, {}, PLACE)).outputs
  Object.values(cases).forEach((expected, at) => {
    expect(found[`o${at}`]).toEqual({ ...expected, 'azd-env-name': 'contoso' })
  })
  await rm(folder, { recursive: true })
})

describe('layer platform', () => {
  withBicep('without further parameters: 2 GB, none kept warm, nobody may write keys, no lock', async () => {
    const resources = await platform()
    expect(scaleOf(resources)).toEqual({ instanceMemoryMB: 2048, maximumInstanceCount: 40, alwaysReady: [] })
    expect(officersIn(resources)).toEqual([])
    expect(ofType(resources, LOCKS)).toEqual([])
    for (const { properties } of ofType(resources, 'Microsoft.Storage/storageAccounts'))
      expect(properties).toMatchObject({ allowSharedKeyAccess: false, minimumTlsVersion: 'TLS1_2' })
  })

  withBicep('each right of the app is on one resource, and of the vault it may only read', async () => {
    const roles = ofType(await platform(), ROLES)
    expect(roles.filter(({ properties }) => properties?.['principalId'] !== IDENTITY)).toEqual([])
    expect(roles.filter(({ id }) => id.split('/providers/').length < 3)).toEqual([])
    expect(roles.filter(({ id }) => id.includes('/vaults/')).map(roleOf)).toEqual([SECRETS_USER])
  })

  withBicep('every table that the app opens is declared', async () => {
    const tables = ofType(await platform(), 'Microsoft.Storage/storageAccounts/tableServices/tables')
    const opened = [...read('shared/app/services.ts').matchAll(/\btable\('(\w+)'\)/g)].map(([, name]) => name)
    expect(opened).toContain('grants')
    expect(tables.map(({ name }) => name.split('/').at(-1)).sort()).toEqual(opened.sort())
  })

  withBicep('the key officer has the type that is given, or none, so that Azure looks it up', async () => {
    const given = officersIn(await platform(EVERYTHING))
    const open = officersIn(await platform({ keyOfficerPrincipalId: OFFICER }))
    for (const [officer, ...others] of [given, open]) {
      expect(others).toEqual([])
      expect(officer?.id).toMatch(/\/providers\/Microsoft\.KeyVault\/vaults\/kv-\w+\/providers\//)
      expect(officer?.properties).toMatchObject({ principalId: OFFICER })
    }
    expect(given[0]?.properties).toHaveProperty('principalType', 'ServicePrincipal')
    expect(open[0]?.properties).not.toHaveProperty('principalType')
  })

  withBicep(
    'the lock keeps the tokens and lets go of the vault, where the officer’s right must be able to end',
    async () => {
      const [lock, ...others] = ofType(await platform(EVERYTHING), LOCKS)
      expect(others).toEqual([])
      expect(lock?.id).toMatch(/\/storageAccounts\/sttokens\w+\/providers\//)
      expect(lock?.properties).toMatchObject({ level: 'CanNotDelete' })
    },
  )

  withBicep('size and warm instances are as asked, and whatever can bear a tag bears the deployer’s', async () => {
    const resources = await platform(EVERYTHING)
    expect(scaleOf(resources)).toMatchObject({
      instanceMemoryMB: 512,
      alwaysReady: [{ name: 'http', instanceCount: 2 }],
    })
    const placed = resources.filter(({ location }) => location !== undefined)
    expect(placed.length).toBeGreaterThan(6)
    for (const { tags } of placed) expect(tags).toMatchObject({ owner: 'CRM', 'azd-env-name': 'contoso' })
    const found = resources.filter(({ tags }) => tags?.['azd-service-name'] === 'mcp')
    expect(found.map(({ type }) => type)).toEqual(['Microsoft.Web/sites'])
  })
})

withBicep(
  'the audit has a workspace of its own, which no cap silences, and the app alone may write to it',
  async () => {
    const resources = await platform({ auditRetentionInDays: 400, auditTotalRetentionInDays: 100 })
    const workspaces = ofType(resources, 'Microsoft.OperationalInsights/workspaces').map(({ properties }) => properties)
    expect(workspaces.map((one) => one?.['workspaceCapping'])).toEqual(
      expect.arrayContaining([{ dailyQuotaGb: 1 }, { dailyQuotaGb: -1 }]),
    )
    const [table] = ofType(resources, 'Microsoft.OperationalInsights/workspaces/tables')
    expect(table?.properties).toMatchObject({ plan: 'Analytics', retentionInDays: 400, totalRetentionInDays: 400 })
    const [rule] = ofType(resources, 'Microsoft.Insights/dataCollectionRules')
    const { schema } = table!.properties as { schema: { columns: unknown } }
    expect(rule).toMatchObject({
      kind: 'Direct',
      properties: { streamDeclarations: { 'Custom-DynamicsMcpAudit_CL': { columns: schema.columns } } },
    })
    const onRule = ofType(resources, ROLES).filter(({ id }) => id.includes('/dataCollectionRules/'))
    expect(onRule.map((one) => [roleOf(one), one.properties?.['principalId']])).toEqual([
      ['3913510d-42f4-4e42-8a64-420c390055eb', IDENTITY],
    ])
  },
)
