import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import type { Harness, Loose } from '../harness.ts'
import { REP, startHarness } from '../harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())

const CRM = 'Microsoft.Dynamics.CRM.'

async function described(table: string, column: string, cast: string): Promise<Loose> {
  const path = `EntityDefinitions(LogicalName='${table}')/Attributes(LogicalName='${column}')/${CRM}${cast}AttributeMetadata`
  const reply = await harness.get(REP, path)
  expect(reply.status).toBe(200)
  return reply.body
}

describe('what metadata says of writing a column', () => {
  const BOTH = { IsValidForCreate: true, IsValidForUpdate: true, SourceType: 0 }
  const NEITHER = { IsValidForCreate: false, IsValidForUpdate: false }
  test.each([
    ['account', 'name', 'String', { ...BOTH, MaxLength: 160, AutoNumberFormat: '' }],
    ['account', 'accountid', 'UniqueIdentifier', { IsValidForCreate: true, IsValidForUpdate: false }],
    ['account', 'createdby', 'Lookup', NEITHER],
    ['account', 'modifiedon', 'DateTime', { ...NEITHER, DateTimeBehavior: { Value: 'UserLocal' } }],
    ['account', 'creditlimit', 'Money', { ...BOTH, IsSecured: true, PrecisionSource: 2, MinValue: 0 }],
    ['account', 'creditlimit_base', 'Money', NEITHER],
    ['account', 'address1_composite', 'Memo', NEITHER],
    ['account', 'address1_latitude', 'Double', { MinValue: -90, MaxValue: 90, Precision: 5 }],
    ['account', 'statecode', 'State', { IsValidForCreate: false, IsValidForUpdate: true }],
    ['account', 'overriddencreatedon', 'DateTime', { IsValidForCreate: true, IsValidForUpdate: false }],
    ['contact', 'fullname', 'String', NEITHER],
    ['opportunity', 'closeprobability', 'Integer', { ...BOTH, MinValue: 0, MaxValue: 100 }],
    ['opportunity', 'discountpercentage', 'Decimal', { ...BOTH, MinValue: 0, MaxValue: 100 }],
    ['opportunity', 'exchangerate', 'Decimal', NEITHER],
    ['opportunity', 'estimatedclosedate', 'DateTime', { ...BOTH, DateTimeBehavior: { Value: 'DateOnly' } }],
    ['hp_project', 'hp_number', 'String', { AutoNumberFormat: 'PRJ-{SEQNUM:4}' }],
    ['hp_project', 'hp_name', 'String', { RequiredLevel: expect.objectContaining({ Value: 'ApplicationRequired' }) }],
    ['hp_project', 'ownerid', 'Lookup', { RequiredLevel: expect.objectContaining({ Value: 'SystemRequired' }) }],
  ])('%s.%s', async (table, column, cast, members) => {
    expect(await described(table, column, cast)).toMatchObject(members)
  })

  test('a computed column is written by nobody', async () => {
    const column = { name: 'hp_days', schemaName: 'hp_Days', type: 'Integer', label: 'Days', sourceType: 3 } as const
    harness.dataverse.publish({ kind: 'add-column', entity: 'hp_project', column })
    expect(await described('hp_project', 'hp_days', 'Integer')).toMatchObject({ ...NEITHER, SourceType: 3 })
  })
})

test.each([
  ['account', 'UserOwned', true, true, true, false],
  ['hp_project', 'UserOwned', true, false, false, false],
  ['incident', 'UserOwned', true, true, false, true],
  ['goal', 'UserOwned', false, true, false, false],
  ['transactioncurrency', 'OrganizationOwned', false, false, false, false],
])('of the table %s', async (table, OwnershipType, concurrency, HasNotes, duplicates, EnforceStateTransitions) => {
  const { body } = await harness.get(REP, `EntityDefinitions(LogicalName='${table}')`)
  expect(body).toMatchObject({
    OwnershipType,
    IsOptimisticConcurrencyEnabled: concurrency,
    HasNotes,
    IsDuplicateDetectionEnabled: { Value: duplicates },
    EnforceStateTransitions,
  })
})

test('a status reason says into which others it changes, where it may not into all', async () => {
  const cast = `${CRM}StatusAttributeMetadata`
  const path = `EntityDefinitions(LogicalName='incident')/Attributes(LogicalName='statuscode')/${cast}?$expand=OptionSet`
  const { body } = await harness.get(REP, path)
  const options = body.OptionSet.Options as Loose[]
  expect(options.find(({ Value }) => Value === 2)?.TransitionData).toMatch(
    /sourcestatusid="2" tostatusid="1".*sourcestatusid="2" tostatusid="6"/,
  )
  expect(options.find(({ Value }) => Value === 1)?.TransitionData).toBeNull()
})

describe('a cast to a type that the table has no column of', () => {
  const read = async (table: string, cast: string, members: string) =>
    await harness.get(
      REP,
      `EntityDefinitions(LogicalName='${table}')/Attributes/${CRM}${cast}AttributeMetadata?$select=LogicalName,${members}`,
    )

  test.each([
    ['Double', 'MinValue,MaxValue,Precision'],
    ['Money', 'MinValue,MaxValue,Precision,PrecisionSource'],
    ['Memo', 'MaxLength,Format,FormatName'],
  ])('%s answers none', async (cast, members) => {
    const { status, body } = await read('transactioncurrency', cast, members)
    expect([status, body.value]).toEqual([200, []])
  })

  test.each([
    ['Double', 'MaxLength'],
    ['String', 'Precision'],
    ['Integer', 'Precision'],
    ['DateTime', 'MinValue'],
  ])('%s refuses %s', async (cast, member) => {
    for (const table of ['transactioncurrency', 'account']) expect((await read(table, cast, member)).status).toBe(400)
  })
})

test.each([
  ['ManyToManyRelationships', 'IntersectEntityName,Entity1LogicalName,Entity2NavigationPropertyName', 200],
  ['ManyToManyRelationships', 'ReferencingAttribute', 400],
])('%s of a table that has none takes %s with %d', async (part, members, status) => {
  const path = `EntityDefinitions(LogicalName='annotation')/${part}?$select=${members}`
  expect((await harness.get(REP, path)).status).toBe(status)
})
