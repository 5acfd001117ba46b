import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { parseArray } from '../../../../sandbox/dataverse/odata/query-functions.ts'
import type { Harness, Reply } from '../harness.ts'
import { ANALYST, MANAGER, column, startHarness } from '../harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())

const ask = (set: string, filter: string): Promise<Reply> =>
  harness.get(MANAGER, `${set}?$filter=${encodeURIComponent(filter)}`)
const call = (name: string, property: string, rest = ''): string =>
  `Microsoft.Dynamics.CRM.${name}(PropertyName='${property}'${rest})`

/** A function and the FetchXML condition that it stands for give the same rows. */
async function expectSame(
  [set, entity, id]: readonly [string, string, string],
  filter: string,
  condition: string,
): Promise<void> {
  const xml = `<fetch><entity name="${entity}"><filter>${condition}</filter></entity></fetch>`
  const [odata, fetched] = [await ask(set, filter), await harness.fetchXml(MANAGER, set, xml)]
  expect([odata.status, odata.body.error]).toEqual([200, undefined])
  expect(column(odata, id).toSorted()).toEqual(column(fetched, id).toSorted())
}

const DEAL = ['opportunities', 'opportunity', 'opportunityid'] as const
const ACTIVITY = ['activitypointers', 'activitypointer', 'activityid'] as const

describe('each function is its operator', () => {
  const kebab = (name: string): string =>
    name
      .replace('OlderThan', 'Olderthan')
      .replace(/(?!^)([A-Z])/g, '-$1')
      .toLowerCase()
  const spans = ['Week', 'Month', 'Year', 'FiscalPeriod', 'FiscalYear']
  const plain = [
    ...['Today', 'Tomorrow', 'Yesterday'],
    ...['Last', 'This', 'Next'].flatMap((side) => spans.map((span) => `${side}${span}`)),
  ]
  test.each(plain)('%s', (name) =>
    expectSame(ACTIVITY, call(name, 'scheduledend'), `<condition attribute="scheduledend" operator="${kebab(name)}"/>`),
  )

  const units = ['Hours', 'Days', 'Weeks', 'Months', 'Years']
  const counted = [
    ...['Last', 'Next'].flatMap((side) => [...units, 'FiscalPeriods', 'FiscalYears'].map((unit) => `${side}X${unit}`)),
    ...['Minutes', ...units].map((unit) => `OlderThanX${unit}`),
  ]
  test.each(counted)('%s, with a number or text', async (name) => {
    const condition = `<condition attribute="scheduledend" operator="${kebab(name)}" value="2"/>`
    await expectSame(ACTIVITY, call(name, 'scheduledend', ',PropertyValue=2'), condition)
    await expectSame(ACTIVITY, call(name, 'scheduledend', ",PropertyValue='2'"), condition)
  })

  test.each([
    ['Last7Days', 'last-seven-days', ''],
    ['Next7Days', 'next-seven-days', ''],
    ['On', 'on', '2026-11-24'],
    ['OnOrAfter', 'on-or-after', '2026-11-24'],
    ['OnOrBefore', 'on-or-before', '2026-11-24'],
    ['InFiscalPeriod', 'in-fiscal-period', '3'],
    ['InFiscalYear', 'in-fiscal-year', '2026'],
  ])('%s', (name, operator, value) =>
    expectSame(
      ACTIVITY,
      call(name, 'scheduledend', value && `,PropertyValue='${value}'`),
      `<condition attribute="scheduledend" operator="${operator}" value="${value}"/>`,
    ),
  )

  test.each([
    ['InFiscalPeriodAndYear', 'in-fiscal-period-and-year'],
    ['InOrAfterFiscalPeriodAndYear', 'in-or-after-fiscal-period-and-year'],
    ['InOrBeforeFiscalPeriodAndYear', 'in-or-before-fiscal-period-and-year'],
  ])('%s', (name, operator) =>
    expectSame(
      ACTIVITY,
      call(name, 'scheduledend', ',PropertyValue1=3,PropertyValue2=2026'),
      `<condition attribute="scheduledend" operator="${operator}"><value>3</value><value>2026</value></condition>`,
    ),
  )

  test.each([
    ['EqualUserId', 'eq-userid'],
    ['NotEqualUserId', 'ne-userid'],
    ['EqualUserTeams', 'eq-userteams'],
    ['EqualUserOrUserTeams', 'eq-useroruserteams'],
    ['EqualUserOrUserHierarchy', 'eq-useroruserhierarchy'],
    ['EqualUserOrUserHierarchyAndTeams', 'eq-useroruserhierarchyandteams'],
  ])('%s', (name, operator) =>
    expectSame(DEAL, call(name, 'ownerid'), `<condition attribute="ownerid" operator="${operator}"/>`),
  )

  test.each([
    ['EqualBusinessId', 'eq-businessid'],
    ['NotEqualBusinessId', 'ne-businessid'],
  ])('%s', (name, operator) =>
    expectSame(
      ['systemusers', 'systemuser', 'systemuserid'],
      call(name, 'businessunitid'),
      `<condition attribute="businessunitid" operator="${operator}"/>`,
    ),
  )

  test('EqualUserLanguage', () =>
    expectSame(
      ['usersettingscollection', 'usersettings', 'systemuserid'],
      call('EqualUserLanguage', 'uilanguageid'),
      '<condition attribute="uilanguageid" operator="eq-userlanguage"/>',
    ))

  test.each([
    ['In', 'in', 'salesstage', '["0","3"]'],
    ['NotIn', 'not-in', 'salesstage', "['0','3']"],
    ['Between', 'between', 'estimatedvalue', '[20000,90000]'],
    ['NotBetween', 'not-between', 'estimatedvalue', '["20000","90000"]'],
  ])('%s', (name, operator, property, values) =>
    expectSame(
      DEAL,
      call(name, property, `,PropertyValues=${values}`),
      `<condition attribute="${property}" operator="${operator}">${parseArray(values)
        .map((value) => `<value>${value}</value>`)
        .join('')}</condition>`,
    ),
  )

  test.each([
    ['ContainValues', 'contain-values'],
    ['DoesNotContainValues', 'not-contain-values'],
  ])('%s', (name, operator) =>
    expectSame(
      ['contacts', 'contact', 'contactid'],
      call(name, 'sample_outdooractivities', ',PropertyValues=["2","6"]'),
      `<condition attribute="sample_outdooractivities" operator="${operator}"><value>2</value><value>6</value></condition>`,
    ),
  )

  test.each([
    ['Above', 'above'],
    ['AboveOrEqual', 'eq-or-above'],
    ['Under', 'under'],
    ['UnderOrEqual', 'eq-or-under'],
    ['NotUnder', 'not-under'],
  ])('%s', async (name, operator) => {
    const [parent] = column(await ask('systemusers', "fullname eq 'Marcus Webb'"), 'systemuserid') as string[]
    await expectSame(
      ['systemusers', 'systemuser', 'systemuserid'],
      call(name, 'systemuserid', `,PropertyValue='${String(parent)}'`),
      `<condition attribute="systemuserid" operator="${operator}" value="${String(parent)}"/>`,
    )
  })
})

describe('behind a path, as published code sends them', () => {
  const recent = "PropertyName='createdon',PropertyValue=120)"
  const fetched = async (link: string): Promise<unknown[]> => {
    const xml = `<fetch distinct="true"><entity name="account"><attribute name="accountid"/>${link}</entity></fetch>`
    return column(await harness.fetchXml(MANAGER, 'accounts', xml), 'accountid').sort()
  }
  const filtered = async (filter: string): Promise<unknown[]> =>
    column(await ask('accounts', filter), 'accountid').sort()

  test('a function inside any() asks of the row of its variable', async () => {
    const found = await filtered(`opportunity_parent_account/any(o:o/Microsoft.Dynamics.CRM.LastXDays(${recent})`)
    const link = `<link-entity name="opportunity" from="parentaccountid" to="accountid" link-type="inner"><filter><condition attribute="createdon" operator="last-x-days" value="120"/></filter></link-entity>`
    expect(found).toEqual(await fetched(link))
    expect(found.length).toBeGreaterThan(0)
    const both = await filtered(
      `opportunity_parent_account/any(o:o/Microsoft.Dynamics.CRM.LastXDays(${recent} and o/statecode eq 9)`,
    )
    expect(both).toEqual([])
  })

  test('a function behind a lookup asks of the row there', async () => {
    const name = "PropertyName='fullname',PropertyValues=['Marcus Webb'])"
    const found = await filtered(`owninguser/Microsoft.Dynamics.CRM.In(${name}`)
    expect(found).toEqual(await filtered("owninguser/fullname eq 'Marcus Webb'"))
    expect(found.length).toBeGreaterThan(0)
    const inside = await filtered(`opportunity_parent_account/any(o:o/owninguser/Microsoft.Dynamics.CRM.In(${name})`)
    expect(inside).toEqual(await filtered("opportunity_parent_account/any(o:o/owninguser/fullname eq 'Marcus Webb')"))
  })

  test.each([
    [`opportunity_parent_account/any(o:Microsoft.Dynamics.CRM.LastXDays(${recent})`, 501],
    [`ownerid/Microsoft.Dynamics.CRM.LastXDays(${recent}`, 400],
    [`opportunity_parent_account/any(o:not o/Microsoft.Dynamics.CRM.LastXDays(${recent})`, 400],
    [`opportunity_parent_account/any(o:o/Microsoft.Dynamics.CRM.Today(PropertyName='industrycode'))`, 400],
    [`nothing/Microsoft.Dynamics.CRM.LastXDays(${recent}`, 400],
  ])('%s is refused', async (filter, status) => {
    expect((await ask('accounts', filter)).status).toBe(status)
  })
})

describe('arrays', () => {
  test('hold apostrophes, brackets and commas in double quotes', async () => {
    expect(parseArray(`["O'Brien", "a]b", "c,d", "e\\"f", 5, 'g']`)).toEqual(["O'Brien", 'a]b', 'c,d', 'e"f', '5', 'g'])
    const found = await harness.get(
      ANALYST,
      `accounts?$select=name&$filter=Microsoft.Dynamics.CRM.In(PropertyName=@p,PropertyValues=@v)&@p='name'&@v=${encodeURIComponent('["O\'Dowd Boatyards","x]"]')}`,
    )
    expect(column(found, 'name')).toEqual(["O'Dowd Boatyards"])
  })

  test('an apostrophe in single quotes ends the element', async () => {
    const reply = await ask('accounts', call('In', 'name', ",PropertyValues=['O'Dowd','b']"))
    expect([reply.status, reply.body.error.message]).toEqual([
      400,
      "Invalid JSON. A comma character ',' was expected in scope 'Array'. Every two elements in an array and properties of an object must be separated by commas.",
    ])
  })
})

test.each([
  ["not Microsoft.Dynamics.CRM.Today(PropertyName='createdon')", '0x80060888', 'Not operator along with'],
  ["not (Microsoft.Dynamics.CRM.Today(PropertyName='createdon'))", '0x80060888', 'Not operator along with'],
  [call('ThisDecade', 'createdon'), '0x80060888', "An unknown function with name 'Microsoft.Dynamics.CRM.ThisDecade'"],
  [call('LastXDays', 'createdon'), '0x80060888', 'An unknown function'],
  [call('Today', 'createdon', ',PropertyValue=1'), '0x80060888', 'An unknown function'],
  [call('In', 'name', ",PropertyValue='a'"), '0x80060888', 'An unknown function'],
  [call('In', 'name', ",PropertyValues='a'"), '0x80060888', 'Invalid JSON'],
  [call('EqualUserId', '_ownerid_value'), '0x80041103', "Name = '_ownerid_value'"],
  [call('Today', 'name'), '0x80048415', "'today' is not valid"],
  [call('LastXDays', 'createdon', ",PropertyValue='some'"), '0x8004110c', 'greater than zero'],
  [call('Contains', 'name', ",PropertyValue='a'"), '0x80048415', 'full-text'],
  ["Microsoft.Dynamics.CRM.Today(createdon='today')", '0x80060888', 'An unknown function'],
])('%s is refused', async (filter, code, text) => {
  const reply = await ask('accounts', filter)
  expect([reply.status, reply.body.error?.code]).toEqual([400, code])
  expect(reply.body.error.message).toContain(text)
})
