import { describe, expect, test } from '@jest/globals'
import { ArmError } from '../../../sandbox/azure/arm/errors.ts'
import { deploy, inGroup, startSubscription } from './subscription.ts'

const idOf = (type: string, name: string): string => `[resourceId('${type}', '${name}')]`
const COMPONENT = idOf('Microsoft.Insights/components', 'appi-x')
const PROBE = idOf('Microsoft.Insights/webtests', 'webtest-x')
const GROUP = idOf('Microsoft.Insights/actionGroups', 'ag-x')
const WORKSPACE = idOf('Microsoft.OperationalInsights/workspaces', 'log-x')

type Part = { readonly properties: object; readonly [member: string]: unknown }
const part = (type: string, name: string, properties: object, more: object = {}): Part => ({
  location: 'westeurope',
  ...more,
  type,
  name,
  apiVersion: '2023-01-01',
  properties,
})
const PARTS: Readonly<Record<string, Part>> = {
  w: part('Microsoft.OperationalInsights/workspaces', 'log-x', {}),
  c: part('Microsoft.Insights/components', 'appi-x', { WorkspaceResourceId: WORKSPACE }, { dependsOn: ['w'] }),
  g: part('Microsoft.Insights/actionGroups', 'ag-x', { groupShortName: 'short', emailReceivers: [] }),
  r: part(
    'Microsoft.Insights/scheduledQueryRules',
    'alert-x',
    {
      severity: 1,
      scopes: [WORKSPACE],
      evaluationFrequency: 'PT5M',
      windowSize: 'PT5M',
      autoMitigate: true,
      criteria: { allOf: [{ query: 'Usage' }] },
      actions: { actionGroups: [GROUP] },
    },
    { dependsOn: ['w', 'g'] },
  ),
  p: part(
    'Microsoft.Insights/webtests',
    'webtest-x',
    {
      Kind: 'standard',
      SyntheticMonitorId: 'webtest-x',
      Frequency: 900,
      Locations: [{ Id: 'emea-nl-ams-azr' }],
      Request: { RequestUrl: 'https://crm-mcp.contoso.com/x' },
    },
    { dependsOn: ['c'], tags: { [`[format('hidden-link:{0}', ${COMPONENT.slice(1, -1)})]`]: 'Resource' } },
  ),
  m: part(
    'Microsoft.Insights/metricAlerts',
    'alert-m',
    {
      scopes: [PROBE, COMPONENT],
      criteria: { webTestId: PROBE, componentId: COMPONENT, failedLocationCount: 2 },
      actions: [{ actionGroupId: GROUP }],
    },
    { dependsOn: ['p', 'g'] },
  ),
  a: part(
    'Microsoft.Insights/activityLogAlerts',
    'alert-a',
    {
      scopes: ['[resourceGroup().id]'],
      condition: {
        allOf: [
          { field: 'category', equals: 'Administrative' },
          { anyOf: [{ field: 'operationName', equals: 'Microsoft.Web/sites/stop/action' }] },
        ],
      },
      actions: { actionGroups: [{ actionGroupId: GROUP }] },
    },
    { dependsOn: ['g'], location: 'global' },
  ),
  b: part('Microsoft.Insights/workbooks', '0a1b2c3d-0000-4000-8000-00000000000a', {
    serializedData: '{"version":"Notebook/1.0","items":[]}',
  }),
  u: part(
    'Microsoft.Consumption/budgets',
    'budget-x',
    {
      amount: 50,
      timeGrain: 'Monthly',
      timePeriod: { startDate: '2026-11-01' },
      notifications: { spent: { contactEmails: [], contactGroups: [GROUP] } },
    },
    { dependsOn: ['g'] },
  ),
}
const changed = (key: string, properties: object, more: object = {}): unknown => {
  const before = PARTS[key] as Part
  return inGroup({ ...PARTS, [key]: { ...before, ...more, properties: { ...before.properties, ...properties } } })
}

describe('what watches the app', () => {
  test('is made, and a second time nothing is against it', async () => {
    const { arm } = startSubscription()
    await deploy(arm, inGroup(PARTS))
    await deploy(arm, inGroup(PARTS))
    expect(arm.byType('Microsoft.Insights/scheduledQueryRules')).toHaveLength(1)
    expect(arm.byType('Microsoft.Consumption/budgets')).toHaveLength(1)
  })

  test('is not made again with a budget that starts another month', async () => {
    const { arm } = startSubscription()
    await deploy(arm, inGroup(PARTS))
    const later = changed('u', { timePeriod: { startDate: '2026-12-01' } })
    await expect(deploy(arm, later)).rejects.toThrow(ArmError)
  })

  test.each<readonly [what: string, key: string, properties: object, more: object]>([
    ['a group with a long short name', 'g', { groupShortName: 'ChatGPT Dynamics' }, {}],
    ['two receivers of one name', 'g', { emailReceivers: [{ name: 'a' }, { name: 'a' }] }, {}],
    ['a window below the frequency', 'r', { evaluationFrequency: 'PT15M' }, {}],
    ['a window of a week', 'r', { windowSize: 'P7D' }, {}],
    ['a severity that is none', 'r', { severity: 7 }, {}],
    ['muted actions of an alert that ends by itself', 'r', { muteActionsDuration: 'P1D' }, {}],
    ['a scope that is not there', 'r', { scopes: ['/subscriptions/x'] }, {}],
    ['a web test of a kind that has retired', 'p', { Kind: 'ping' }, {}],
    ['a web test every minute', 'p', { Frequency: 60 }, {}],
    ['a web test of no component', 'p', {}, { tags: {} }],
    ['an alert without its web test', 'm', { scopes: [COMPONENT] }, {}],
    ['an activity log alert in a region', 'a', {}, { location: 'westeurope' }],
    [
      'an activity log alert of no category',
      'a',
      { condition: { allOf: [{ field: 'status', equals: 'Succeeded' }] } },
      {},
    ],
    ['an activity log alert of another subscription', 'a', { scopes: ['/subscriptions/x'] }, {}],
    [
      'an activity log alert that compares with two things',
      'a',
      { condition: { allOf: [{ field: 'category', equals: 'Administrative', containsAny: ['x'] }] } },
      {},
    ],
    ['service health of a group', 'a', { condition: { allOf: [{ field: 'category', equals: 'ServiceHealth' }] } }, {}],
    [
      'an activity log alert that tells a group that is not there',
      'a',
      { actions: { actionGroups: [{ actionGroupId: '/x' }] } },
      {},
    ],
    ['a workbook with a name of its own', 'b', {}, { name: 'watching' }],
    ['a budget from the middle of a month', 'u', { timePeriod: { startDate: '2026-11-15' } }, {}],
    ['a budget from the past', 'u', { timePeriod: { startDate: '2026-10-01' } }, {}],
    ['a budget of nothing', 'u', { amount: 0 }, {}],
    ['a budget that tells nobody', 'u', { notifications: { spent: { contactEmails: [] } } }, {}],
  ])('%s is refused', async (_what, key, properties, more) => {
    await expect(deploy(startSubscription().arm, changed(key, properties, more))).rejects.toThrow(ArmError)
  })
})
