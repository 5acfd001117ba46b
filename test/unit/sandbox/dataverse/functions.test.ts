import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { ORGANISATION_ID, ownViewId, viewId } from '../../../sandbox/dataverse/seed/platform/rows.ts'
import { VIEW_PLANS } from '../../../sandbox/dataverse/seed/platform/views.ts'
import { markerId } from '../../../sandbox/dataverse/seed/markers.ts'
import { idOf } from '../../../sandbox/dataverse/seed/tools.ts'
import { person } from '../../../sandbox/people.ts'
import type { Harness, Loose } from './harness.ts'
import { ANALYST, MANAGER, REP, column, startHarness } from './harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())

const idOfPerson = (persona: string): string => person(persona).systemUserId ?? ''
const CRM = 'Microsoft.Dynamics.CRM.'

describe('RetrieveUserPrivileges', () => {
  const privileges = async (persona: string, whose = persona): Promise<Loose[]> => {
    const reply = await harness.get(persona, `systemusers(${idOfPerson(whose)})/${CRM}RetrieveUserPrivileges()`)
    expect(reply.status).toBe(200)
    return reply.body.RolePrivileges as Loose[]
  }

  test.each([
    [REP, 'prvReadOpportunity', 'Basic'],
    [REP, 'prvReadQuote', undefined],
    [REP, 'prvReadUser', 'Global'],
    [MANAGER, 'prvReadActivity', 'Deep'],
    [MANAGER, 'prvReadOrder', 'Deep'],
    [ANALYST, 'prvReadhp_Project', 'Global'],
    [ANALYST, 'prvReadUserQuery', 'Basic'],
  ])('%s has %s to the depth %s', async (persona, name, depth) => {
    const found = (await privileges(persona)).find(({ PrivilegeName }) => PrivilegeName === name)
    expect(found?.Depth).toBe(depth)
  })

  test('names the ids that the definitions of tables name, and says what reading confirms', async () => {
    const held = new Set((await privileges(REP)).map(({ PrivilegeId }) => PrivilegeId as string))
    const { body } = await harness.get(
      REP,
      'EntityDefinitions?$select=EntitySetName,Privileges&$filter=IsIntersect eq false',
    )
    for (const { EntitySetName, Privileges } of body.value as Loose[]) {
      const read = (Privileges as Loose[]).find(({ PrivilegeType }) => PrivilegeType === 'Read')
      const { status } = await harness.get(REP, `${EntitySetName}?$top=1`)
      expect([EntitySetName, held.has(read.PrivilegeId as string)]).toEqual([EntitySetName, status === 200])
    }
  })

  test('tells of a colleague too, with their business unit', async () => {
    const [first] = await privileges(ANALYST, MANAGER)
    expect(first).toMatchObject({ BusinessUnitId: idOf('businessunit', 'UK Sales') })
  })
})

describe('RetrievePrincipalAccess', () => {
  const access = (persona: string, whose: string, id: string): Promise<Loose> => {
    const target = encodeURIComponent(JSON.stringify({ '@odata.id': `opportunities(${id})` }))
    return harness.get(
      persona,
      `systemusers(${idOfPerson(whose)})/${CRM}RetrievePrincipalAccess(Target=@t)?@t=${target}`,
    )
  }

  test.each([
    ['own', 'ReadAccess, WriteAccess, AppendAccess, AppendToAccess, CreateAccess, AssignAccess'],
    ['business unit', 'None'],
  ] as const)('of a row of depth "%s" is %s for the sales rep', async (depth, rights) => {
    expect((await access(ANALYST, REP, markerId(depth))).body.AccessRights).toBe(rights)
  })

  test.each([
    ['unbound', `RetrievePrincipalAccess(Target=@t)?@t={}`, 404],
    ['without a target', `systemusers(${idOfPerson(REP)})/${CRM}RetrievePrincipalAccess()`, 400],
    ['bound to no user', `opportunities(${markerId('own')})/${CRM}RetrievePrincipalAccess(Target=@t)?@t={}`, 404],
  ])('%s', async (_name, path, status) => {
    expect((await harness.get(REP, path)).status).toBe(status)
  })
})

describe('functions of the organisation', () => {
  test('RetrieveTotalRecordCount counts all rows, whoever may read them', async () => {
    const path = "RetrieveTotalRecordCount(EntityNames=['opportunity','hp_project'])"
    const [rep, analyst] = [await harness.get(REP, path), await harness.get(ANALYST, path)]
    expect(rep.body.EntityRecordCountCollection).toMatchObject({ Count: 2, Keys: ['opportunity', 'hp_project'] })
    expect(rep.body).toEqual(analyst.body)
    const { body } = await harness.get(ANALYST, 'hp_projects?$select=hp_name&$count=true')
    expect(rep.body.EntityRecordCountCollection.Values[1]).toBe(body['@odata.count'])
  })

  test('RetrieveCurrentOrganization names it and its endpoints', async () => {
    const path = `RetrieveCurrentOrganization(AccessType=@p1)?@p1=${CRM}EndpointAccessType'Default'`
    const { Detail } = (await harness.get(REP, path)).body
    expect(Detail).toMatchObject({ OrganizationId: ORGANISATION_ID, FriendlyName: 'Harbour & Pine', State: 'Enabled' })
    expect(Detail.Endpoints.Values[0]).toBe(`${harness.dataverse.url}/`)
  })

  test.each([
    ['%x', 1],
    ['x%', 0],
  ])('ValidateFetchXmlExpression warns of the pattern %s: %d messages', async (pattern, count) => {
    const xml = `<fetch><entity name="account"><filter><condition attribute="name" operator="like" value="${pattern}"/></filter></entity></fetch>`
    const reply = await harness.get(
      REP,
      `ValidateFetchXmlExpression(FetchXml=@p1)?@p1=${encodeURIComponent(`'${xml}'`)}`,
    )
    expect(reply.body.ValidationResults.Messages).toHaveLength(count)
  })

  test.each([
    ["GetTimeZoneCodeByLocalizedName(LocalizedStandardName='GMT Standard Time',LocaleId=1033)", 200],
    ["GetTimeZoneCodeByLocalizedName(LocalizedStandardName='Moon Time',LocaleId=1033)", 404],
    ["RetrieveTotalRecordCount(EntityNames=['nothing'])", 400],
    ['RetrieveTotalRecordCount()', 400],
    ["RetrieveTotalRecordCount(EntityNames=['account'])?$top=1", 400],
    ["RetrieveTotalRecordCount(Tables=['account'])", 404],
    ["ValidateFetchXmlExpression(FetchXml='<fetch')", 400],
  ])('%s', async (path, status) => {
    expect((await harness.get(REP, path)).status).toBe(status)
  })
})

describe('the person and the organisation', () => {
  test('the organisation has a currency, a language and a fiscal year', async () => {
    const path = `organizations(${ORGANISATION_ID})?$select=name,languagecode,fiscalcalendarstart,fiscalperiodtype,expiresubscriptionsindays&$expand=basecurrencyid($select=isocurrencycode,currencysymbol,exchangerate)`
    expect((await harness.get(REP, path)).body).toMatchObject({
      name: 'Harbour & Pine',
      languagecode: 1033,
      expiresubscriptionsindays: 90,
      basecurrencyid: { isocurrencycode: 'GBP', currencysymbol: '£', exchangerate: 1 },
    })
    expect((await harness.get(REP, 'organizations?$select=name')).body.value).toHaveLength(1)
  })

  test('settings lead to the time zone and the currency', async () => {
    const path = `usersettingscollection(${idOfPerson(REP)})?$select=timezonecode,uilanguageid,localeid&$expand=transactioncurrencyid($select=isocurrencycode)`
    const { body } = await harness.get(REP, path)
    expect(body).toMatchObject({
      timezonecode: 85,
      uilanguageid: 1033,
      localeid: 2057,
      transactioncurrencyid: { isocurrencycode: 'GBP' },
    })
    const zones = await harness.get(
      REP,
      `timezonedefinitions?$select=standardname,userinterfacename&$filter=timezonecode eq ${body.timezonecode}`,
    )
    expect(column(zones, 'standardname')).toEqual(['GMT Standard Time'])
    expect((await harness.get(REP, 'timezonedefinitions?$select=standardname')).body.value).toHaveLength(12)
  })

  test('roles and teams are below the user', async () => {
    const user = `systemusers(${idOfPerson(REP)})`
    expect(column(await harness.get(REP, `${user}/systemuserroles_association?$select=name`), 'name')).toEqual([
      'Salesperson',
    ])
    const teams = await harness.get(REP, `${user}/teammembership_association?$select=name&$filter=isdefault eq false`)
    expect(column(teams, 'name')).toEqual(['Key Accounts'])
  })
})

describe('views', () => {
  test.each(VIEW_PLANS)('of $entity run, and show the columns of their layout', async ({ entity, columns }) => {
    const list = await harness.get(
      ANALYST,
      `savedqueries?$select=name,fetchxml,layoutxml,isdefault,isquickfindquery&$filter=returnedtypecode eq '${entity}' and querytype eq 0`,
    )
    const [view] = list.body.value as Loose[]
    expect(view).toMatchObject({ isdefault: true, isquickfindquery: false, savedqueryid: viewId(entity, 'public') })
    expect([...String(view.layoutxml).matchAll(/<cell name="(\w+)"/g)].map(([, name]) => name)).toEqual(columns)
    const set = (await harness.get(ANALYST, `EntityDefinitions(LogicalName='${entity}')?$select=EntitySetName`)).body
      .EntitySetName as string
    const rows = await harness.get(ANALYST, `${set}?savedQuery=${view.savedqueryid}`)
    expect(rows.status).toBe(200)
    expect(rows.body.value).toEqual((await harness.fetchXml(ANALYST, set, view.fetchxml as string, '')).body.value)
  })

  test('a quick-find view looks in its columns for what stands for {0}', async () => {
    const path = "savedqueries?$select=fetchxml&$filter=returnedtypecode eq 'hp_project' and querytype eq 4"
    const [view] = (await harness.get(ANALYST, path)).body.value as Loose[]
    expect(view.fetchxml).toContain('<filter type="or" isquickfindfields="1">')
    const rows = await harness.fetchXml(ANALYST, 'hp_projects', String(view.fetchxml).replaceAll('{0}', '%1001%'))
    expect(column(rows, 'hp_number')).toEqual(['PRJ-1001'])
  })

  test('a view runs below a row, over that row’s rows only', async () => {
    const [{ _hp_account_value: id }] = (await harness.get(ANALYST, 'hp_projects?$top=1&$select=_hp_account_value'))
      .body.value as [Loose]
    const path = `accounts(${id})/hp_account_hp_project_Account?savedQuery=${viewId('hp_project', 'public')}`
    expect((await harness.get(ANALYST, path)).body.value).toHaveLength(1)
  })

  test('a view of one’s own is nobody else’s, whatever the role', async () => {
    const own = await harness.get(REP, 'userqueries?$select=name,_ownerid_value')
    expect(column(own, '_ownerid_value')).toEqual([idOfPerson(REP)])
    expect((await harness.get(REP, `opportunities?userQuery=${ownViewId(idOfPerson(REP))}`)).status).toBe(200)
    const foreign = await harness.get(ANALYST, `opportunities?userQuery=${ownViewId(idOfPerson(REP))}`)
    expect([foreign.status, foreign.body.error.code]).toEqual([403, '0x80048306'])
  })

  test.each([
    ['another table’s', `contacts?savedQuery=${viewId('account', 'public')}`, 400],
    ['a missing one', 'contacts?savedQuery=11111111-2222-4333-8444-555555555555', 404],
    ['no id', 'contacts?savedQuery=active', 400],
  ])('%s is refused', async (_name, path, status) => {
    expect((await harness.get(ANALYST, path)).status).toBe(status)
  })
})
