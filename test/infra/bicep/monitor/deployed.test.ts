import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { z } from 'zod'
import { findBicep } from '../../bicep-cli.ts'
import { checkLayers } from '../check-layers.ts'
import { snapshot, type PredictedResource } from '../snapshot.ts'
import { ENTRY_FILES } from '../../text-checks.ts'
import { queryFiles } from './queries.ts'

// The compiler runs up to four times.
jest.setTimeout(120_000)

const guid = (digit: number) => `${String(digit).repeat(8)}-1111-4111-8111-111111111111`
const PLACE = { subscriptionId: guid(1), tenantId: guid(2), location: 'westeurope', deploymentName: 'monitor' }
const PLATFORM = {
  environmentName: 'contoso',
  location: 'westeurope',
  resourceGroupName: 'rg-contoso',
  managedIdentityClientId: guid(3),
  managedIdentityPrincipalId: guid(4),
  publicBaseUrl: 'https://crm-mcp.contoso.com',
  entraTenantId: guid(2),
  entraAuthorityHost: 'https://login.microsoftonline.com',
  entraClientId: guid(3),
  dataverseUrl: 'https://contoso.crm4.dynamics.com',
  optionalSettings: {},
}
const TOLD = {
  alertEmail: 'ops@contoso.com, crm@contoso.com ;',
  alertWebhook: 'https://contoso.example/hook',
  budgetAmount: 120,
  budgetStart: '2026-12-01',
  logDailyCapInGb: 3,
}

const bicep = await findBicep()
const withBicep = bicep.available ? test : test.skip

let plain: readonly PredictedResource[] = []
let told: readonly PredictedResource[] = []
beforeAll(async () => {
  if (!bicep.available) return
  const template = (await checkLayers([ENTRY_FILES.at(-1) ?? '']))[0]?.template ?? { resources: [] }
  const predict = async (changes: object) =>
    (await snapshot(template, { ...PLATFORM, ...changes }, PLACE)).predictedResources
  plain = await predict({ availabilityTest: false })
  told = await predict(TOLD)
})
const ofType = (resources: readonly PredictedResource[], type: string) =>
  resources.filter((resource) => resource.type.toLowerCase() === type.toLowerCase())

const files = queryFiles()
const fileOf = (name: string): string =>
  Object.keys(files).find((file) => file.startsWith('alerts/') && file.endsWith(`/${name}.kql`)) ?? ''

/** https://learn.microsoft.com/azure/templates/microsoft.insights/scheduledqueryrules */
const Rule = z.object({
  severity: z.number().int().min(0).max(4),
  enabled: z.literal(true),
  scopes: z.tuple([z.string().regex(/\/workspaces\/log-(audit-)?\w{13}$/)]),
  evaluationFrequency: z.enum(['PT5M', 'PT10M', 'PT15M', 'PT30M', 'PT1H', 'PT6H', 'PT12H', 'P1D']),
  windowSize: z.enum(['PT5M', 'PT10M', 'PT15M', 'PT30M', 'PT1H', 'PT2H', 'PT3H', 'PT6H', 'PT12H', 'P1D', 'P2D']),
  autoMitigate: z.boolean(),
  skipQueryValidation: z.literal(true),
  actions: z.object({ actionGroups: z.tuple([z.string().regex(/\/actionGroups\/ag-\w{13}$/)]) }),
  criteria: z.object({
    allOf: z.tuple([
      z.object({
        query: z.string().min(40),
        timeAggregation: z.literal('Count'),
        operator: z.literal('GreaterThan'),
        threshold: z.literal(0),
        failingPeriods: z.object({ numberOfEvaluationPeriods: z.literal(1), minFailingPeriodsToAlert: z.literal(1) }),
      }),
    ]),
  }),
})
/** https://learn.microsoft.com/azure/templates/microsoft.insights/activitylogalerts */
const Activity = z.object({
  enabled: z.literal(true),
  scopes: z.tuple([z.string()]),
  condition: z.object({ allOf: z.array(z.looseObject({})).min(2) }),
  actions: z.object({ actionGroups: z.tuple([z.object({ actionGroupId: z.string().regex(/\/actionGroups\/ag-/) })]) }),
})
const minutesOf = (duration: string): number => {
  const [, days = '0', hours = '0', minutes = '0'] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration) ?? []
  return (Number(days) * 24 + Number(hours)) * 60 + Number(minutes)
}
const rules = () =>
  ofType(told, 'Microsoft.Insights/scheduledQueryRules').map(({ name, kind, properties }) => ({
    name: /^alert-(.+)-\w{13}$/.exec(name)?.[1] ?? name,
    kind,
    ...Rule.parse(properties),
  }))

describe('alerts', () => {
  withBicep('each query of the folder is one rule, word for word, and no rule has another', () => {
    const asked = rules().map(({ name, criteria }) => [fileOf(name), criteria.allOf[0].query])
    const expected = Object.entries(files).flatMap(([file, query]) =>
      file.startsWith('alerts/') ? [[file, query.replace('{CapInGb}', '3')]] : [],
    )
    expect(Object.fromEntries(asked)).toEqual(Object.fromEntries(expected))
    expect(asked).toHaveLength(expected.length)
  })

  withBicep('each looks where its table is, at least as far back as since the last time', () => {
    for (const { name, kind, scopes, windowSize, evaluationFrequency, autoMitigate, criteria } of rules()) {
      const isAudit = criteria.allOf[0].query.includes('DynamicsMcpAudit_CL')
      expect([name, scopes[0].includes('/log-audit-')]).toEqual([name, isAudit])
      expect(kind).toBe('LogAlert')
      expect(minutesOf(windowSize)).toBeGreaterThanOrEqual(minutesOf(evaluationFrequency))
      // A rule that ends by itself may look back a day, and must be looked at every twelve hours at least.
      if (autoMitigate) expect(minutesOf(evaluationFrequency)).toBeLessThanOrEqual(720)
    }
  })

  withBicep('a row that came late is seen: each looks back farther than since the last time', () => {
    // Events that come every hour are seen by the next look, and a day of them has plenty.
    const hourly = ['credential-ends', 'key-old', 'sweep-unfinished']
    const exact = rules().filter((rule) => minutesOf(rule.windowSize) < minutesOf(rule.evaluationFrequency) + 10)
    expect(exact.map(({ name }) => name).sort()).toEqual(hourly.sort())
  })

  withBicep('one that looks at what came in since the last time has a window that late rows are in', () => {
    const late = rules().filter(({ criteria }) => criteria.allOf[0].query.includes('ingestion_time()'))
    expect(late.map(({ name }) => name).sort()).toEqual([
      'audit-lost',
      'changes-altered',
      'entra-refuses-app',
      'token-reused',
      'vault-refused',
    ])
    for (const { windowSize, evaluationFrequency, criteria } of late) {
      const every = minutesOf(evaluationFrequency)
      expect(criteria.allOf[0].query).toContain(`ingestion_time() > ago(${every}m)`)
      expect(minutesOf(windowSize)).toBeGreaterThanOrEqual(every + 30)
    }
  })

  withBicep('are told to every address and to the webhook, or to nobody', () => {
    const receiversOf = (resources: readonly PredictedResource[]) =>
      ofType(resources, 'Microsoft.Insights/actionGroups')[0]?.properties
    expect(receiversOf(told)).toMatchObject({
      emailReceivers: [{ emailAddress: 'ops@contoso.com' }, { emailAddress: 'crm@contoso.com' }],
    })
    expect(receiversOf(plain)).toMatchObject({ emailReceivers: [] })
    // Whoever has the address may write there: it is a secure parameter, which no record of a deployment shows.
    expect(JSON.stringify(told)).not.toContain('contoso.example/hook')
    expect(receiversOf(told)?.['webhookReceivers']).toContain("parameters('alertWebhook')")
    expect(String(receiversOf(told)?.['groupShortName']).length).toBeLessThanOrEqual(12)
  })

  withBicep('what is done to the deployment in Azure, and what Azure says of its region, is told', () => {
    const alerts = ofType(told, 'Microsoft.Insights/activityLogAlerts').map(({ name, location, properties }) => ({
      name: /^alert-(.+)-\w{13}$/.exec(name)?.[1] ?? name,
      location,
      ...Activity.parse(properties),
    }))
    expect(Object.fromEntries(alerts.map(({ name, scopes }) => [name, scopes[0].split('/').length]))).toEqual({
      'rights-changed': 5,
      'vault-changed': 5,
      'app-stopped': 5,
      'watch-changed': 5,
      'service-health': 3,
    })
    const conditions = new Map(alerts.map(({ name, condition }) => [name, JSON.stringify(condition)]))
    expect(conditions.get('rights-changed')).toContain('Microsoft.Authorization/roleAssignments/write')
    expect(conditions.get('rights-changed')).toContain('/federatedIdentityCredentials/write')
    expect(conditions.get('vault-changed')).toContain('Microsoft.KeyVault/vaults/accessPolicies/write')
    expect(conditions.get('vault-changed')).toContain('Microsoft.Storage/storageAccounts/write')
    expect(conditions.get('app-stopped')).toContain('Microsoft.Web/sites/stop/action')
    expect(conditions.get('service-health')).toContain('["West Europe","Global"]')
    expect(alerts.map(({ location }) => location)).toEqual(alerts.map(() => 'global'))
  })

  withBicep('a budget is there where one is asked for', () => {
    expect(ofType(plain, 'Microsoft.Consumption/budgets')).toEqual([])
    const [budget] = ofType(told, 'Microsoft.Consumption/budgets')
    // A date that the clock makes would change, and Azure refuse the deployment of the next month.
    const timePeriod = { startDate: '2026-12-01' }
    expect(budget?.properties).toMatchObject({ amount: 120, timeGrain: 'Monthly', timePeriod })
  })

  withBicep('the app is called from outside, unless that is switched off', () => {
    expect(ofType(plain, 'Microsoft.Insights/webtests')).toEqual([])
    expect(ofType(plain, 'Microsoft.Insights/metricAlerts')).toEqual([])
    const [probe] = ofType(told, 'Microsoft.Insights/webtests')
    expect(probe?.properties).toMatchObject({
      Kind: 'standard',
      Request: { RequestUrl: 'https://crm-mcp.contoso.com/.well-known/oauth-authorization-server' },
    })
    expect(Object.keys(probe?.tags ?? {}).some((tag) => /^hidden-link:.*\/components\//.test(tag))).toBe(true)
    const [alert] = ofType(told, 'Microsoft.Insights/metricAlerts')
    expect(alert?.properties).toMatchObject({ criteria: { webTestId: probe?.id, failedLocationCount: 2 } })
  })
})

withBicep('what holds personal data is in the region of the environment, as infra/data.md says', () => {
  const elsewhere = told.filter(({ location }) => location !== undefined && location !== PLACE.location)
  expect(new Set(elsewhere.map(({ location }) => location))).toEqual(new Set(['global']))
  const types = new Set(elsewhere.map(({ type }) => type))
  const alerting = ['actionGroups', 'activityLogAlerts', 'metricAlerts'].map((type) => `Microsoft.Insights/${type}`)
  expect(types).toEqual(new Set(alerting))
  const holding = /\/(workspaces|storageAccounts|vaults|components|sites|dataCollectionRules)$/
  const places = told.filter(({ type }) => holding.test(type)).map(({ location }) => location)
  expect(places.length).toBeGreaterThanOrEqual(8)
  expect(new Set(places)).toEqual(new Set([PLACE.location]))
})

/** https://github.com/microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json: what is used of it. */
const Item = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal(1), name: z.string(), content: z.strictObject({ json: z.string() }) }),
  z.strictObject({
    type: z.literal(3),
    name: z.string(),
    customWidth: z.enum(['50', '100']),
    content: z.strictObject({
      version: z.literal('KqlItem/1.0'),
      query: z.string(),
      size: z.literal(0),
      title: z.string(),
      noDataMessage: z.string(),
      showExportToExcel: z.boolean(),
      timeContextFromParameter: z.literal('TimeRange'),
      queryType: z.literal(0),
      resourceType: z.literal('microsoft.operationalinsights/workspaces'),
      crossComponentResources: z.tuple([z.string()]),
      visualization: z.enum(['table', 'timechart', 'barchart', 'tiles']),
    }),
  }),
  z.strictObject({
    type: z.literal(9),
    name: z.string(),
    content: z.strictObject({
      version: z.literal('KqlParameterItem/1.0'),
      parameters: z.array(
        z.looseObject({
          id: z.guid(),
          version: z.literal('KqlParameterItem/1.0'),
          name: z.string(),
          type: z.union([z.literal(1), z.literal(4)]),
        }),
      ),
      style: z.literal('pills'),
      queryType: z.literal(0),
      resourceType: z.string(),
    }),
  }),
])
const Workbook = z.strictObject({
  version: z.literal('Notebook/1.0'),
  items: z.array(Item),
  fallbackResourceIds: z.array(z.string()).min(1),
  $schema: z.url(),
})

describe('the workbook', () => {
  const documentOf = () => {
    const [workbook] = ofType(told, 'Microsoft.Insights/workbooks')
    expect(workbook).toMatchObject({ kind: 'shared', name: expect.stringMatching(/^[\da-f-]{36}$/) as unknown })
    return Workbook.parse(JSON.parse(String(workbook?.properties?.['serializedData'])))
  }

  withBicep('shows each query of metrics and questions, word for word, where its table is', () => {
    const tiles = documentOf().items.flatMap((item) => (item.type === 3 ? [item.content] : []))
    const expected = Object.entries(files).flatMap(([file, query]) => (file.startsWith('alerts/') ? [] : [query]))
    expect(tiles.map(({ query }) => query).sort()).toEqual(expected.sort())
    for (const {
      query,
      crossComponentResources: [workspace],
    } of tiles)
      expect([query, workspace.includes('/log-audit-')]).toEqual([query, query.includes('DynamicsMcpAudit_CL')])
  })

  withBicep('asks for whatever a query has a place for, and names no item twice', () => {
    const { items } = documentOf()
    const asked = items.flatMap((item) => (item.type === 9 ? item.content.parameters.map(({ name }) => name) : []))
    const places = items.flatMap((item) => (item.type === 3 ? (item.content.query.match(/(?<=')\{\w+\}/g) ?? []) : []))
    expect(new Set(places.map((place) => place.slice(1, -1)))).toEqual(
      new Set(asked.filter((name) => name !== 'TimeRange')),
    )
    expect(asked).toContain('TimeRange')
    const names = items.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})
