import { describe, expect, test } from '@jest/globals'
import { ArmError } from '../../../sandbox/azure/arm/errors.ts'
import { deploy, inGroup, startSubscription } from './subscription.ts'

const API = { apiVersion: '2024-03-11', location: 'westeurope' }
const COLUMNS = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'Event', type: 'string' },
]
const WORKSPACE = { ...API, type: 'Microsoft.OperationalInsights/workspaces', name: 'log-x', properties: {} }
const table = (properties: object = {}, columns: unknown = COLUMNS): object => ({
  ...API,
  type: 'Microsoft.OperationalInsights/workspaces/tables',
  name: 'log-x/Audit_CL',
  properties: { retentionInDays: 90, totalRetentionInDays: 365, schema: { name: 'Audit_CL', columns }, ...properties },
  dependsOn: ['w'],
})
const rule = (properties: object = {}, kind = 'Direct'): object => ({
  ...API,
  type: 'Microsoft.Insights/dataCollectionRules',
  name: 'dcr-x',
  kind,
  properties: {
    streamDeclarations: { 'Custom-Audit_CL': { columns: COLUMNS } },
    destinations: {
      logAnalytics: [
        { name: 'a', workspaceResourceId: "[resourceId('Microsoft.OperationalInsights/workspaces', 'log-x')]" },
      ],
    },
    dataFlows: [{ streams: ['Custom-Audit_CL'], destinations: ['a'], outputStream: 'Custom-Audit_CL' }],
    ...properties,
  },
  dependsOn: ['w', 't'],
})
const all = (changed: object = {}): unknown => inGroup({ w: WORKSPACE, t: table(), r: rule(), ...changed })
const propertiesOf = ({ arm }: ReturnType<typeof startSubscription>) =>
  arm.byType('Microsoft.Insights/dataCollectionRules')[0]?.properties

describe('a table with its rule', () => {
  test('is made, with an endpoint and an id that stay', async () => {
    const subscription = startSubscription()
    await deploy(subscription.arm, all())
    const made = propertiesOf(subscription)
    expect(made).toMatchObject({
      immutableId: expect.stringMatching(/^dcr-[\da-f]{32}$/) as unknown,
      endpoints: {
        logsIngestion: expect.stringMatching(/^https:\/\/[\w.-]+\.ingest\.monitor\.azure\.com$/) as unknown,
      },
    })
    await deploy(subscription.arm, all())
    expect(propertiesOf(subscription)).toEqual(made)
  })

  test('has no endpoint of its own unless it is Direct, and cannot become so', async () => {
    const subscription = startSubscription()
    await deploy(subscription.arm, all({ r: rule({}, 'Linux') }))
    expect(propertiesOf(subscription)).not.toHaveProperty('endpoints')
    await expect(deploy(subscription.arm, all())).rejects.toThrow(ArmError)
  })

  test.each<[string, object]>([
    ['a column that the table keeps for itself', { t: table({}, [...COLUMNS, { name: 'Title', type: 'string' }]) }],
    ['a column that begins with a digit', { t: table({}, [...COLUMNS, { name: '1st', type: 'string' }]) }],
    ['a column with a long name', { t: table({}, [...COLUMNS, { name: 'x'.repeat(46), type: 'string' }]) }],
    ['no time', { t: table({}, COLUMNS.slice(1)) }],
    ['less kept than queried', { t: table({ totalRetentionInDays: 60 }) }],
    ['more than twelve years', { t: table({ totalRetentionInDays: 5_000 }) }],
    ['a stream that is not declared', { r: rule({ dataFlows: [{ streams: ['Custom-B_CL'] }] }) }],
    [
      'no such workspace',
      { r: rule({ destinations: { logAnalytics: [{ name: 'a', workspaceResourceId: '/subscriptions/x' }] } }) },
    ],
  ])('is refused with %s', async (_what, changed) => {
    await expect(deploy(startSubscription().arm, all(changed))).rejects.toThrow(ArmError)
  })
})
