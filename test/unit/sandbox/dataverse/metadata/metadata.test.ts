import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import type { Harness, Loose, Reply } from '../harness.ts'
import { ANALYST, MANAGER, REP, column, startHarness } from '../harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())

const ACCOUNT = "EntityDefinitions(LogicalName='account')"
const PROJECT = "EntityDefinitions(LogicalName='hp_project')"

/** As Lena Schäfer, whose settings are German; she signs in nowhere else. */
async function asGerman(path: string): Promise<Reply> {
  return harness.get(REP, path, { token: await harness.mint(REP, { oid: idOf('oid', 'Lena Schäfer') }) })
}

describe('tables', () => {
  test('at least fifteen are there, each with its rows reachable by its set name', async () => {
    const reply = await harness.get(
      ANALYST,
      "EntityDefinitions?$select=LogicalName,EntitySetName&$filter=IsIntersect eq false and LogicalName ne 'principalobjectaccess'",
    )
    const tables = reply.body.value as Loose[]
    expect(tables.length).toBeGreaterThanOrEqual(15)
    const statuses = await Promise.all(
      tables.map(async ({ EntitySetName }) => (await harness.get(ANALYST, `${EntitySetName}?$top=1`)).status),
    )
    expect(new Set(statuses)).toEqual(new Set([200]))
  })

  test('have the members that a client reads, with their types', async () => {
    const { body } = await harness.get(MANAGER, ACCOUNT)
    expect(body).toMatchObject({
      LogicalName: 'account',
      SchemaName: 'Account',
      EntitySetName: 'accounts',
      LogicalCollectionName: 'accounts',
      PrimaryIdAttribute: 'accountid',
      PrimaryNameAttribute: 'name',
      ObjectTypeCode: 1,
      OwnershipType: 'UserOwned',
      IsActivity: false,
      IsCustomEntity: false,
      IsIntersect: false,
      IsPrivate: false,
      IsValidForAdvancedFind: true,
      HasChanged: null,
      CanCreateAttributes: { Value: true, CanBeChanged: false, ManagedPropertyLogicalName: 'cancreateattributes' },
    })
    expect(body.MetadataId).toMatch(/^[0-9a-f-]{36}$/)
    expect(body.Attributes).toBeUndefined()
    expect(body.Privileges).toContainEqual({
      CanBeBasic: true,
      CanBeDeep: true,
      CanBeGlobal: true,
      CanBeLocal: true,
      Name: 'prvReadAccount',
      PrivilegeId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      PrivilegeType: 'Read',
    })
  })

  test('the custom table follows the rules of custom names', async () => {
    const { body } = await harness.get(
      MANAGER,
      `${PROJECT}?$select=LogicalName,SchemaName,EntitySetName,IsCustomEntity&$expand=Keys($select=KeyAttributes,LogicalName),ManyToOneRelationships($select=ReferencingEntityNavigationPropertyName,ReferencingAttribute;$filter=ReferencedEntity eq 'account')`,
    )
    expect(body).toMatchObject({ SchemaName: 'hp_Project', EntitySetName: 'hp_projects', IsCustomEntity: true })
    expect(body.Keys).toMatchObject([{ LogicalName: 'hp_projectnumber', KeyAttributes: ['hp_number'] }])
    expect(body.ManyToOneRelationships).toMatchObject([
      { ReferencingEntityNavigationPropertyName: 'hp_Account', ReferencingAttribute: 'hp_account' },
    ])
    const one = await harness.get(
      ANALYST,
      "hp_projects(hp_number='PRJ-1001')?$select=hp_name,_hp_account_value&$expand=hp_Account($select=name)",
    )
    expect(one.body.hp_Account.name).toBe(String(one.body.hp_name).split(':')[0])
    const refused = await harness.get(ANALYST, 'hp_projects?$top=1&$expand=hp_account($select=name)')
    expect([refused.status, refused.body.error.code]).toEqual([400, '0x80060888'])
    const below = await harness.get(
      ANALYST,
      `accounts(${one.body._hp_account_value})/hp_account_hp_project_Account?$select=hp_number`,
    )
    expect(column(below, 'hp_number')).toEqual(['PRJ-1001'])
  })

  test.each([
    ['columns that are no key', "hp_projects(hp_name='x')", 400, '0x80060890'],
    ['half a key', "contacts(firstname='x')", 400, '0x80060890'],
    ['a key that no row has', "hp_projects(hp_number='PRJ-9')", 404, '0x80060891'],
  ])('an alternate key: %s', async (_name, path, status, code) => {
    const reply = await harness.get(ANALYST, path)
    expect([reply.status, reply.body.error.code]).toEqual([status, code])
  })
})

describe('columns', () => {
  test('have the members that a client reads, with their types', async () => {
    const path = `${PROJECT}/Attributes?$filter=LogicalName eq 'hp_number' or LogicalName eq 'hp_accountname'`
    const [number, name] = (await harness.get(MANAGER, path)).body.value as Loose[]
    expect(number).toMatchObject({
      SchemaName: 'hp_Number',
      AttributeType: 'String',
      AttributeTypeName: { Value: 'StringType' },
      AttributeOf: null,
      IsValidForRead: true,
      IsSearchable: true,
      IsPrimaryId: false,
      IsPrimaryName: false,
      IsCustomAttribute: true,
      RequiredLevel: { Value: 'ApplicationRequired' },
      IsValidForAdvancedFind: {
        Value: true,
        CanBeChanged: false,
        ManagedPropertyLogicalName: 'canmodifysearchsettings',
      },
    })
    expect(number?.Description.UserLocalizedLabel.Label).toBe('The number that contracts and invoices quote.')
    expect(name).toMatchObject({ AttributeType: 'Virtual', AttributeOf: 'hp_account' })
  })

  test.each([
    ['DateTimeAttributeMetadata', 'hp_startdate', { Format: 'DateOnly', DateTimeBehavior: { Value: 'DateOnly' } }],
    ['DateTimeAttributeMetadata', 'createdon', { Format: 'DateAndTime', DateTimeBehavior: { Value: 'UserLocal' } }],
    ['LookupAttributeMetadata', 'hp_account', { Targets: ['account'] }],
    ['MoneyAttributeMetadata', 'hp_budget', { Precision: 2 }],
    ['StringAttributeMetadata', 'hp_name', { MaxLength: 200 }],
  ])('%s of %s', async (cast, name, members) => {
    const path = `${PROJECT}/Attributes/Microsoft.Dynamics.CRM.${cast}?$select=LogicalName,${Object.keys(members).join()}`
    const { body } = await harness.get(MANAGER, path)
    expect((body.value as Loose[]).find(({ LogicalName }) => LogicalName === name)).toMatchObject(members)
  })

  test('a cast in $expand narrows the columns to one type', async () => {
    const cast = 'Attributes/Microsoft.Dynamics.CRM.LookupAttributeMetadata($select=LogicalName,Targets)'
    const { body } = await harness.get(MANAGER, `${PROJECT}?$select=LogicalName&$expand=${cast}`)
    expect(body.Attributes).toContainEqual(expect.objectContaining({ LogicalName: 'hp_account', Targets: ['account'] }))
    expect((body.Attributes as Loose[]).map(({ LogicalName }) => LogicalName as string)).not.toContain('hp_name')
    expect((await harness.get(MANAGER, 'accounts?$expand=ownerid/Microsoft.Dynamics.CRM.team')).status).toBe(400)
  })

  test('choices come by cast, a status with its state', async () => {
    const at = (cast: string): string =>
      `${PROJECT}/Attributes/Microsoft.Dynamics.CRM.${cast}?$select=LogicalName&$expand=OptionSet,GlobalOptionSet`
    const phase = (await harness.get(MANAGER, at('PicklistAttributeMetadata'))).body.value[0]
    expect(phase.OptionSet.Options[0]).toMatchObject({
      Value: 100000000,
      Label: { UserLocalizedLabel: { Label: 'Survey' } },
    })
    const status = (await harness.get(MANAGER, at('StatusAttributeMetadata'))).body.value[0]
    expect(status.OptionSet.Options).toMatchObject([
      { Value: 1, State: 0 },
      { Value: 2, State: 1 },
    ])
    const yes = (await harness.get(MANAGER, at('BooleanAttributeMetadata'))).body.value[0]
    expect(yes.OptionSet.TrueOption).toMatchObject({ Value: 1, Label: { UserLocalizedLabel: { Label: 'Yes' } } })
    const state = (await harness.get(MANAGER, at('StateAttributeMetadata'))).body.value[0]
    expect(state.OptionSet.Options).toHaveLength(2)
  })
})

describe('what metadata refuses', () => {
  test.each([
    ['EntityDefinitions?$top=5', '0x80060888'],
    ['EntityDefinitions?$skip=5', '0x80060888'],
    ['EntityDefinitions?$orderby=LogicalName', '0x80060888'],
    [`${ACCOUNT}/Attributes?$top=5`, '0x80060888'],
    ["EntityDefinitions?$filter=startswith(LogicalName,'acc')", '0x8006088a'],
    ["EntityDefinitions?$filter=contains(LogicalName,'acc')", '0x8006088a'],
    ['EntityDefinitions?$select=Colour', '0x80060888'],
    ['EntityDefinitions?LabelLanguages=1033', '0x80060888'],
    [`${ACCOUNT}?$select=DisplayName&LabelLanguages=1031`, '0x80060888'],
    [`${ACCOUNT}/Attributes?$select=Targets`, '0x80060888'],
  ])('%s', async (path, code) => {
    const reply = await harness.get(MANAGER, path)
    expect([reply.status, reply.body.error.code]).toEqual([400, code])
  })
})

describe('labels', () => {
  const label = ({ body }: Reply): Loose => body.DisplayName
  const columns = (reply: Reply): Record<string, string> =>
    Object.fromEntries(
      (reply.body.value as Loose[]).map(({ LogicalName, DisplayName }) => [
        LogicalName as string,
        DisplayName.UserLocalizedLabel.Label as string,
      ]),
    )

  test('are in the person’s language, and all languages are there', async () => {
    const path = "EntityDefinitions(LogicalName='opportunity')?$select=DisplayName"
    const [english, german] = [label(await harness.get(MANAGER, path)), label(await asGerman(path))]
    expect(english.UserLocalizedLabel).toMatchObject({ Label: 'Opportunity', LanguageCode: 1033 })
    expect(german.UserLocalizedLabel).toMatchObject({ Label: 'Verkaufschance', LanguageCode: 1031 })
    expect(german.LocalizedLabels).toMatchObject([{ LanguageCode: 1033 }, { LanguageCode: 1031 }])
    expect(german.LocalizedLabels).toEqual(english.LocalizedLabels)
  })

  test('fall back to the base language where there is no translation', async () => {
    const reply = await asGerman(
      "EntityDefinitions(LogicalName='opportunity')/Attributes?$select=LogicalName,DisplayName&$filter=LogicalName eq 'estimatedvalue' or LogicalName eq 'ownerid' or LogicalName eq 'budgetamount'",
    )
    expect(columns(reply)).toEqual({
      estimatedvalue: 'Geschätzter Umsatz',
      ownerid: 'Besitzer',
      budgetamount: 'Budget Amount',
    })
  })
})

test('$metadata lists every set and navigation property', async () => {
  const reply = await harness.get(MANAGER, '$metadata')
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'application/xml'])
  expect(reply.text).toContain('<EntitySet Name="hp_projects" EntityType="Microsoft.Dynamics.CRM.hp_project" />')
  expect(reply.text).toContain('<NavigationProperty Name="hp_Account" Type="mscrm.account" />')
})
