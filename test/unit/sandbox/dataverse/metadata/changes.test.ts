import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import type { EntityFile } from '../../../../sandbox/dataverse/schema/schema.ts'
import type { Harness, Loose, Reply } from '../harness.ts'
import { MANAGER, REP, startHarness } from '../harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
beforeEach(() => harness.dataverse.reset())
afterAll(() => harness.close())

const condition = (property: string, type: string, value: string, operator = 'Equals'): object => ({
  ConditionOperator: operator,
  PropertyName: property,
  Value: { Type: type, Value: value },
})
const QUERY = {
  Properties: { AllProperties: false, PropertyNames: ['SchemaName', 'Attributes'] },
  Criteria: {
    FilterOperator: 'Or',
    Conditions: [
      condition('LogicalName', 'System.String', 'account'),
      condition('LogicalName', 'System.String', 'hp_project'),
    ],
  },
  AttributeQuery: {
    Properties: { PropertyNames: ['LogicalName', 'AttributeType', 'OptionSet'] },
    Criteria: { FilterOperator: 'And', Conditions: [condition('IsValidForRead', 'System.Boolean', 'True')] },
  },
}

function changes(query: object | undefined, stamp?: string, filters?: string): Promise<Reply> {
  const given = [
    query && { name: 'Query', alias: '@p1', value: JSON.stringify(query) },
    stamp !== undefined && { name: 'ClientVersionStamp', alias: '@p2', value: `'${stamp}'` },
    filters !== undefined && {
      name: 'DeletedMetadataFilters',
      alias: '@p3',
      value: `Microsoft.Dynamics.CRM.DeletedMetadataFilters'${filters}'`,
    },
  ].filter((one) => typeof one === 'object')
  const call = given.map(({ name, alias }) => `${name}=${alias}`).join(',')
  const aliases = given.map(({ alias, value }) => `${alias}=${encodeURIComponent(value)}`).join('&')
  return harness.get(MANAGER, `RetrieveMetadataChanges(${call})?${aliases}`)
}

const NEW_COLUMN = {
  name: 'hp_risk',
  schemaName: 'hp_Risk',
  type: 'Picklist',
  label: 'Risk',
  options: [{ value: 100000000, label: 'Low' }],
} as const
const NEW_TABLE: EntityFile = {
  logicalName: 'hp_visit',
  schemaName: 'hp_Visit',
  entitySetName: 'hp_visits',
  objectTypeCode: 10651,
  displayName: 'Visit',
  displayCollectionName: 'Visits',
  primaryIdAttribute: 'hp_visitid',
  primaryNameAttribute: 'hp_name',
  ownershipType: 'OrganizationOwned',
  isActivity: false,
  isCustom: true,
  isReadableByAll: true,
  virtualColumns: '',
  columns: [
    { name: 'hp_visitid', schemaName: 'hp_VisitId', type: 'Uniqueidentifier', label: 'Visit' },
    { name: 'hp_name', schemaName: 'hp_Name', type: 'String', label: 'Name' },
  ],
  manyToOne: [],
  oneToMany: [],
  manyToMany: [],
}

const stampNow = async (): Promise<string> => (await changes(QUERY)).body.ServerVersionStamp as string

describe('without a stamp', () => {
  test('answers the tables asked for; what was not asked for is null', async () => {
    const { body } = await changes(QUERY)
    expect(body['@odata.context']).toMatch(/\$metadata#Microsoft\.Dynamics\.CRM\.RetrieveMetadataChangesResponse$/)
    expect(body.ServerVersionStamp).toBe('4810226!11/24/2026 09:30:00')
    expect(body.DeletedMetadata).toEqual({ Count: 0, IsReadOnly: false, Keys: [], Values: [] })
    const [account, project] = body.EntityMetadata as Loose[]
    expect(body.EntityMetadata).toHaveLength(2)
    expect(account).toMatchObject({
      LogicalName: 'account',
      SchemaName: 'Account',
      HasChanged: null,
      EntitySetName: null,
    })
    expect(account.MetadataId).toMatch(/^[0-9a-f-]{36}$/)
    expect([account.Keys, account.Privileges, account.ManyToOneRelationships]).toEqual([null, null, null])
    const phase = (project.Attributes as Loose[]).find(({ LogicalName }) => LogicalName === 'hp_phase')
    expect(phase).toMatchObject({
      '@odata.type': '#Microsoft.Dynamics.CRM.ComplexPicklistAttributeMetadata',
      AttributeType: 'Picklist',
      HasChanged: null,
      DisplayName: null,
    })
    expect(phase.OptionSet.Options).toHaveLength(4)
  })

  test.each([
    ['NotIn', condition('LogicalName', 'System.String[]', "['account','contact']", 'NotIn'), 'lead', 'account'],
    ['In', condition('LogicalName', 'System.String[]', "['account','contact']", 'In'), 'contact', 'lead'],
    ['a boolean', condition('IsCustomEntity', 'System.Boolean', 'true'), 'hp_project', 'account'],
    [
      'an enum',
      condition('OwnershipType', 'Microsoft.Xrm.Sdk.Metadata.OwnershipTypes', 'UserOwned'),
      'account',
      'transactioncurrency',
    ],
    ['a managed property', condition('CanCreateAttributes', 'System.Boolean', 'true'), 'account', 'accountleads'],
    ['GreaterThan', condition('ObjectTypeCode', 'System.Int32', '10000', 'GreaterThan'), 'hp_project', 'account'],
  ])('conditions: %s', async (_name, one, included, excluded) => {
    const { body } = await changes({ Criteria: { FilterOperator: 'And', Conditions: [one] } })
    const names = (body.EntityMetadata as Loose[]).map(({ LogicalName }) => LogicalName as string)
    expect(names).toContain(included)
    expect(names).not.toContain(excluded)
  })

  test('keys, relationships and privileges come when they are asked for', async () => {
    const names = ['Keys', 'ManyToOneRelationships', 'Privileges']
    const { body } = await changes({
      Properties: { PropertyNames: names },
      Criteria: { Conditions: [condition('LogicalName', 'System.String', 'hp_project')] },
      KeyQuery: { Properties: { PropertyNames: ['KeyAttributes'] } },
      RelationshipQuery: {
        Properties: { PropertyNames: ['SchemaName', 'ReferencingEntityNavigationPropertyName'] },
        Criteria: { Conditions: [condition('ReferencedEntity', 'System.String', 'account')] },
      },
    })
    const [project] = body.EntityMetadata as Loose[]
    expect(project.Keys).toMatchObject([{ KeyAttributes: ['hp_number'] }])
    expect(project.ManyToOneRelationships).toMatchObject([
      { ReferencingEntityNavigationPropertyName: 'hp_Account', ReferencedEntity: null },
    ])
    expect(project.Privileges).toHaveLength(8)
  })

  test('LabelQuery leaves the languages asked for', async () => {
    const { body } = await changes({
      Properties: { PropertyNames: ['DisplayName'] },
      Criteria: { Conditions: [condition('LogicalName', 'System.String', 'account')] },
      LabelQuery: { FilterLanguages: [1031], MissingLabelBehavior: 0 },
    })
    expect(body.EntityMetadata[0].DisplayName.LocalizedLabels).toMatchObject([{ Label: 'Firma' }])
  })

  test.each([
    ['an unknown member', { Filter: {} }],
    ['an unknown property', { Properties: { PropertyNames: ['Colour'] } }],
    ['an unknown operator', { Criteria: { Conditions: [condition('LogicalName', 'System.String', 'a', 'Like')] } }],
    ['a condition on a label', { Criteria: { Conditions: [condition('DisplayName', 'System.String', 'Account')] } }],
    ['a value of another type', { Criteria: { Conditions: [condition('IsActivity', 'System.String', 'true')] } }],
    [
      'a bare value',
      { Criteria: { Conditions: [{ ConditionOperator: 'Equals', PropertyName: 'LogicalName', Value: 'a' }] } },
    ],
  ])('refuses %s', async (_name, query) => {
    const reply = await changes(query)
    expect([reply.status, reply.body.error.code]).toEqual([400, '0x80060888'])
  })

  test.each([
    ['RetrieveMetadataChanges(Query=@p1)?@p1={bad', 400],
    ['RetrieveMetadataChanges(Query=@p1)?@p1={}&$select=LogicalName', 400],
    ['RetrieveMetadataChanges(Stamp=@p1)?@p1=1', 404],
    ['RetrieveMetadataChanges(ClientVersionStamp=@p1)?@p1=4810226', 400],
    ["RetrieveMetadataChanges(ClientVersionStamp='yesterday')", 400],
  ])('refuses %s', async (path, status) => {
    expect((await harness.get(MANAGER, path)).status).toBe(status)
  })
})

describe('with a stamp', () => {
  test('nothing changed, nothing comes', async () => {
    const { body } = await changes(QUERY, await stampNow())
    expect(body.EntityMetadata).toEqual([])
  })

  test('a new column comes below its table, which itself has not changed', async () => {
    const stamp = await stampNow()
    harness.dataverse.publish({ kind: 'add-column', entity: 'hp_project', column: NEW_COLUMN })
    const { body } = await changes(QUERY, stamp)
    expect(body.EntityMetadata).toMatchObject([{ LogicalName: 'hp_project', HasChanged: false, SchemaName: null }])
    expect(body.EntityMetadata[0].Attributes).toMatchObject([{ LogicalName: 'hp_risk', HasChanged: true }])
    expect((await changes(QUERY, body.ServerVersionStamp as string)).body.EntityMetadata).toEqual([])
    expect((await harness.get(MANAGER, 'hp_projects?$select=hp_risk&$top=1')).status).toBe(200)
  })

  test('a removed column is told by its id, with filters only', async () => {
    const path = "EntityDefinitions(LogicalName='hp_project')/Attributes(LogicalName='hp_phase')?$select=MetadataId"
    const id = (await harness.get(MANAGER, path)).body.MetadataId as string
    const stamp = await stampNow()
    harness.dataverse.publish({ kind: 'remove-column', entity: 'hp_project', column: 'hp_phase' })
    expect((await changes(QUERY, stamp)).body.DeletedMetadata.Count).toBe(0)
    expect((await changes(QUERY, stamp, 'Default')).body.DeletedMetadata.Count).toBe(0)
    const { body } = await changes(QUERY, stamp, 'Default,Attribute')
    expect(body.DeletedMetadata).toMatchObject({ Count: 1, Keys: ['Attribute'], Values: [{ Items: [id] }] })
    expect(body.EntityMetadata).toEqual([])
    expect((await harness.get(MANAGER, 'hp_projects?$select=hp_phase')).status).toBe(400)
  })

  test('a new table comes whole, a renamed one changed, a removed one by its id', async () => {
    const all = { Properties: { PropertyNames: ['DisplayName', 'Attributes'] } }
    const stamp = (await changes(all)).body.ServerVersionStamp as string
    harness.dataverse.publish({ kind: 'add-entity', entity: NEW_TABLE })
    harness.dataverse.publish({ kind: 'rename-entity', entity: 'lead', displayName: 'Prospect' })
    harness.dataverse.publish({ kind: 'remove-entity', entity: 'competitor' })
    const { body } = await changes(all, stamp, 'Default')
    const found = Object.fromEntries((body.EntityMetadata as Loose[]).map((one) => [one.LogicalName as string, one]))
    expect(Object.keys(found).sort()).toEqual(['hp_visit', 'lead'])
    expect(found['hp_visit']).toMatchObject({ HasChanged: true })
    expect(found['hp_visit'].Attributes).toHaveLength(2)
    expect(found['lead'].DisplayName.UserLocalizedLabel.Label).toBe('Prospect')
    expect(body.DeletedMetadata).toMatchObject({ Count: 1, Keys: ['Default'] })
    expect((await harness.get(REP, 'hp_visits?$select=hp_name')).status).toBe(200)
    expect((await harness.get(MANAGER, 'competitors?$select=name')).status).toBe(404)
  })

  test.each([
    ['of another era', '17!08/01/2026 10:00:00', 'expire-stamps'],
    ['older than ninety days', '4810226!08/01/2026 10:00:00', undefined],
  ] as const)('a stamp %s is expired', async (_name, stamp, kind) => {
    if (kind) harness.dataverse.publish({ kind })
    const reply = await changes(QUERY, stamp)
    expect([reply.status, reply.body.error.code]).toEqual([400, '0x80044352'])
  })

  test('a reset takes every change back and expires the stamps from before', async () => {
    const stamp = await stampNow()
    harness.dataverse.publish({ kind: 'add-column', entity: 'hp_project', column: NEW_COLUMN })
    harness.dataverse.publish({ kind: 'remove-entity', entity: 'competitor' })
    harness.dataverse.reset()
    expect((await changes(QUERY, stamp)).body.error.code).toBe('0x80044352')
    expect((await harness.get(MANAGER, 'hp_projects?$select=hp_risk')).status).toBe(400)
    expect((await harness.get(MANAGER, 'opportunities?$top=1&$expand=opportunitycompetitors_association')).status).toBe(
      200,
    )
  })
})

describe('globalmetadataversion', () => {
  const version = async (path: string): Promise<number> => {
    const reply = await harness.get(MANAGER, path, { prefer: 'odata.include-annotations="*"' })
    return Number(reply.body['@Microsoft.Dynamics.CRM.globalmetadataversion'])
  }

  test.each([
    'accounts?$top=1',
    'EntityDefinitions?$select=LogicalName',
    `accounts?fetchXml=${encodeURIComponent('<fetch top="1"><entity name="account"/></fetch>')}`,
  ])('moves with what is published, on %s', async (path) => {
    const before = await version(path)
    expect(before).toBeGreaterThan(0)
    harness.dataverse.publish({ kind: 'add-column', entity: 'hp_project', column: NEW_COLUMN })
    expect(await version(path)).toBe(before + 1)
  })
})

describe('POST /__sandbox/publish', () => {
  const publish = (body: unknown): Promise<Response> =>
    fetch(`${harness.dataverse.url}/__sandbox/publish`, { method: 'POST', body: JSON.stringify(body) })

  test.each([
    [{ kind: 'add-column', entity: 'hp_project', column: NEW_COLUMN }, 200],
    [{ kind: 'remove-column', entity: 'hp_project', column: 'nothing' }, 400],
    [{ kind: 'add-column', entity: 'nothing', column: NEW_COLUMN }, 400],
    [{ kind: 'paint' }, 400],
  ])('%o', async (change, status) => {
    expect((await publish(change)).status).toBe(status)
  })
})
