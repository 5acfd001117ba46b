import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { person } from '../../../../sandbox/people.ts'
import type { Harness, Loose } from '../harness.ts'
import { ANALYST, MANAGER, REP, column, startHarness } from '../harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())

type Row = Readonly<Record<string, Loose>>
const valuesXml = (values: readonly string[]): string => values.map((value) => `<value>${value}</value>`).join('')
const condition = (attribute: string, operator: string, values: readonly string[]): string =>
  `<condition attribute="${attribute}" operator="${operator}">${valuesXml(values)}</condition>`

async function idsOf(set: string, entity: string, id: string, inner: string, persona = ANALYST): Promise<unknown[]> {
  const xml = `<fetch><entity name="${entity}"><attribute name="${id}"/><filter>${inner}</filter></entity></fetch>`
  const reply = await harness.fetchXml(persona, set, xml)
  expect([inner, reply.status, reply.body.error]).toEqual([inner, 200, undefined])
  return column(reply, id).toSorted()
}

async function expectRows(
  [set, entity, id]: readonly [string, string, string],
  inner: string,
  wanted: (row: Row) => boolean,
): Promise<void> {
  const all = (await harness.get(ANALYST, set)).body.value as Row[]
  const expected = all.filter(wanted).map((row) => row[id] as unknown)
  expect(expected.length).toBeGreaterThan(0)
  expect(expected.length).toBeLessThan(all.length)
  expect(await idsOf(set, entity, id, inner)).toEqual(expected.toSorted())
}

const ACCOUNT = ['accounts', 'account', 'accountid'] as const
const ACTIVITY = ['activitypointers', 'activitypointer', 'activityid'] as const
const CONTACT = ['contacts', 'contact', 'contactid'] as const

describe('comparing', () => {
  const named = (pattern: RegExp) => (row: Row) => pattern.test(String(row['name']))
  const employees = (fits: (count: number) => boolean) => (row: Row) =>
    row['numberofemployees'] !== null && fits(Number(row['numberofemployees']))
  test.each<[string, string, string[], (row: Row) => boolean]>([
    ['name', 'eq', ['ASHCOMBE joinery ltd'], named(/^ashcombe joinery ltd$/i)],
    ['numberofemployees', 'gt', ['100'], employees((count) => count > 100)],
    ['numberofemployees', 'ge', ['100'], employees((count) => count >= 100)],
    ['numberofemployees', 'lt', ['100'], employees((count) => count < 100)],
    ['numberofemployees', 'le', ['100'], employees((count) => count <= 100)],
    ['numberofemployees', 'between', ['50', '150'], employees((count) => count >= 50 && count <= 150)],
    ['numberofemployees', 'null', [], (row) => row['numberofemployees'] === null],
    ['numberofemployees', 'not-null', [], (row) => row['numberofemployees'] !== null],
    ['industrycode', 'in', ['5', '9'], (row) => row['industrycode'] === 5 || row['industrycode'] === 9],
    ['statecode', 'ne', ['0'], (row) => row['statecode'] !== 0],
    ['statecode', 'neq', ['0'], (row) => row['statecode'] !== 0],
    ['statecode', 'not-in', ['0'], (row) => row['statecode'] !== 0],
    ['statecode', 'eq', ['Inactive'], (row) => row['statecode'] === 1],
    ['statecode', 'not-between', ['1', '4'], (row) => row['statecode'] === 0],
    ['creditonhold', 'eq', ['1'], (row) => row['creditonhold'] === true],
    ['name', 'like', ['%ltd'], named(/ltd$/i)],
    ['name', 'like', ['[a-c]%'], named(/^[a-c]/i)],
    ['name', 'like', ['[^a-c]_%'], named(/^[^a-c]/i)],
    ['name', 'not-like', ['%ltd'], (row) => !named(/ltd$/i)(row)],
    ['name', 'begins-with', ['salt'], named(/^salt/i)],
    ['name', 'not-begin-with', ['salt'], (row) => !named(/^salt/i)(row)],
    ['name', 'ends-with', ['gmbh'], named(/gmbh$/i)],
    ['name', 'not-end-with', ['gmbh'], (row) => !named(/gmbh$/i)(row)],
  ])('%s %s %j', (attribute, operator, values, wanted) =>
    expectRows(ACCOUNT, condition(attribute, operator, values), wanted),
  )

  test.each<[string, string[], (choices: string[]) => boolean]>([
    ['contain-values', ['2', '6'], (choices) => choices.includes('2') || choices.includes('6')],
    ['eq', ['9,1'], (choices) => choices.join() === '1,9'],
    ['in', ['2', '8,6'], (choices) => ['2', '6,8'].includes(choices.join())],
  ])('several choices: %s %j', (operator, values, wanted) =>
    expectRows(CONTACT, condition('sample_outdooractivities', operator, values), (row) =>
      wanted(row['sample_outdooractivities'] === null ? [] : String(row['sample_outdooractivities']).split(',')),
    ),
  )

  test('several choices are formatted, and what does not contain is the rest of what is known', async () => {
    const [row] = (
      await harness.get(ANALYST, "contacts?$filter=sample_outdooractivities eq '2,4,9'&$top=1", {
        prefer: 'odata.include-annotations="*"',
      })
    ).body.value as Row[]
    expect(row?.['sample_outdooractivities@OData.Community.Display.V1.FormattedValue']).toBe('Hiking; Fishing; Camping')
    await expectRows(
      CONTACT,
      condition('sample_outdooractivities', 'not-null', []) +
        condition('sample_outdooractivities', 'not-contain-values', ['2']),
      ({ sample_outdooractivities: choices }) => choices !== null && !String(choices).split(',').includes('2'),
    )
  })
})

/** All instants of the seed fall between 9 and 11 o'clock, so that days are days in any European zone. */
describe('dates, seen from 24 November 2026, 9:30 in London', () => {
  const within = (from: string, to: string) => (row: Row) =>
    String(row['scheduledend']) >= from && String(row['scheduledend']) < to
  const before = (to: string) => within('2000', to)
  const now = '2026-11-24T09:30:00Z'
  test.each<[string, string[], (row: Row) => boolean]>([
    ['last-seven-days', [], within('2026-11-17', now)],
    ['next-seven-days', [], within(now, '2026-12-02')],
    ['last-week', [], within('2026-11-15', '2026-11-22')],
    ['this-week', [], within('2026-11-22', '2026-11-29')],
    ['next-week', [], within('2026-11-29', '2026-12-06')],
    ['last-month', [], within('2026-10-01', '2026-11-01')],
    ['this-month', [], within('2026-11-01', '2026-12-01')],
    ['next-month', [], within('2026-12-01', '2027-01-01')],
    ['last-fiscal-period', [], within('2026-07-01', '2026-10-01')],
    ['this-fiscal-period', [], within('2026-10-01', '2027-01-01')],
    ['last-x-hours', ['72'], within('2026-11-21T09:00', now)],
    ['next-x-hours', ['120'], within(now, '2026-11-29T10:00')],
    ['last-x-days', ['5'], within('2026-11-19', now)],
    ['next-x-days', ['5'], within(now, '2026-11-30')],
    ['last-x-weeks', ['2'], within('2026-11-10', now)],
    ['next-x-weeks', ['2'], within(now, '2026-12-09')],
    ['last-x-months', ['1'], within('2026-10-24', now)],
    ['next-x-months', ['1'], within(now, '2026-12-25')],
    ['last-x-years', ['1'], within('2025-11-24', now)],
    ['next-x-years', ['1'], within(now, '2027-11-25')],
    ['last-x-fiscal-periods', ['1'], within('2026-07-01', '2026-10-01')],
    ['olderthan-x-minutes', ['1440'], before('2026-11-23T09:30')],
    ['olderthan-x-hours', ['24'], before('2026-11-23T09:00')],
    ['olderthan-x-days', ['10'], before('2026-11-14')],
    ['olderthan-x-weeks', ['2'], before('2026-11-10')],
    ['olderthan-x-months', ['2'], before('2026-09-24')],
    ['on-or-after', ['2026-11-24'], within('2026-11-24', '2099')],
    ['on-or-before', ['2026-11-24'], before('2026-11-25')],
    ['in-fiscal-period', ['3'], within('2026-07-01', '2026-10-01')],
    ['in-fiscal-period-and-year', ['4', '2026'], within('2026-10-01', '2027-01-01')],
    ['in-or-before-fiscal-period-and-year', ['3', '2026'], before('2026-10-01')],
    ['in-or-after-fiscal-period-and-year', ['4', '2026'], within('2026-10-01', '2099')],
    ['ge', ['2026-11-24'], within('2026-11-24', '2099')],
    ['lt', ['2026-11-24T10:00:00+01:00'], before('2026-11-24T09:00')],
    ['gt', ['11/24/2026 9:30'], within('2026-11-24T09:30:01', '2099')],
  ])('%s %j', (operator, values, wanted) => expectRows(ACTIVITY, condition('scheduledend', operator, values), wanted))

  test.each<[string, string[], string]>([
    ['yesterday', [], '2026-11-23'],
    ['today', [], '2026-11-24'],
    ['on', ['2026-11-23'], '2026-11-23'],
  ])('%s %j', (operator, values, day) =>
    expectRows(ACTIVITY, condition('modifiedon', operator, values), (row) => String(row['modifiedon']).startsWith(day)),
  )

  const year = (wanted: number) => (row: Row) =>
    row['estimatedclosedate'] !== null && String(row['estimatedclosedate']).startsWith(`${wanted}`)
  test.each<[string, string[], (row: Row) => boolean]>([
    ['this-year', [], year(2026)],
    ['next-year', [], year(2027)],
    ['this-fiscal-year', [], year(2026)],
    ['next-fiscal-year', [], year(2027)],
    ['next-fiscal-period', [], year(2027)],
    ['in-fiscal-year', ['2027'], year(2027)],
    ['next-x-fiscal-periods', ['2'], year(2027)],
    ['next-x-fiscal-years', ['2'], year(2027)],
    ['eq', ['2026-12-14'], (row) => row['estimatedclosedate'] === '2026-12-14'],
    ['on', ['2026-12-14T23:30:00Z'], (row) => row['estimatedclosedate'] === '2026-12-14'],
  ])('a day without a time: %s %j', (operator, values, wanted) =>
    expectRows(
      ['opportunities', 'opportunity', 'opportunityid'],
      condition('estimatedclosedate', operator, values),
      wanted,
    ),
  )

  test.each(['last-year', 'last-fiscal-year', 'last-x-fiscal-years'])('%s', (operator) =>
    expectRows(ACCOUNT, condition('createdon', operator, operator.includes('-x-') ? ['1'] : []), (row) =>
      String(row['createdon']).startsWith('2025'),
    ),
  )

  test('olderthan-x-years', () =>
    expectRows(ACCOUNT, condition('createdon', 'olderthan-x-years', ['1']), (row) => row['createdon'] < '2025-11-24'))
})

describe('people', () => {
  const id = (persona: string): string => String(person(persona).systemUserId)
  const ownersOf = async (operator: string, persona: string): Promise<Set<unknown>> => {
    const inner = `<attribute name="ownerid"/><filter>${condition('ownerid', operator, [])}</filter>`
    const xml = `<fetch><entity name="account">${inner}</entity></fetch>`
    return new Set(column(await harness.fetchXml(persona, 'accounts', xml), '_ownerid_value'))
  }

  test('the caller, their teams and those who report to them', async () => {
    const users = (await harness.get(MANAGER, 'systemusers')).body.value as Row[]
    const team = users
      .filter((row) => row['_parentsystemuserid_value'] === id(MANAGER))
      .map((row) => String(row['systemuserid']))
    expect(await ownersOf('eq-userid', REP)).toEqual(new Set([id(REP)]))
    const [mine, both] = [await ownersOf('eq-userteams', REP), await ownersOf('eq-useroruserteams', REP)]
    expect(mine.size).toBe(1)
    expect(both).toEqual(new Set([...mine, id(REP)]))
    const line = await ownersOf('eq-useroruserhierarchy', MANAGER)
    expect([...line].every((owner) => owner === id(MANAGER) || team.includes(String(owner)))).toBe(true)
    expect(line.size).toBeGreaterThan(3)
    const withTeams = await ownersOf('eq-useroruserhierarchyandteams', MANAGER)
    expect(withTeams).toEqual(new Set([...line, ...mine]))
    expect(await ownersOf('ne-userid', REP)).not.toContain(id(REP))
  })

  test('the caller’s business unit and language', async () => {
    const all = (await harness.get(MANAGER, 'systemusers')).body.value as Row[]
    const unit = all.find((row) => row['systemuserid'] === id(MANAGER))?.['_businessunitid_value'] as string
    const inUnit = all.filter((row) => row['_businessunitid_value'] === unit).map((row) => String(row['systemuserid']))
    const ask = (operator: string): Promise<unknown[]> =>
      idsOf('systemusers', 'systemuser', 'systemuserid', condition('businessunitid', operator, []), MANAGER)
    expect(await ask('eq-businessid')).toEqual(inUnit.toSorted())
    expect((await ask('ne-businessid')).length).toBe(all.length - inUnit.length)
    const speakers = await idsOf(
      'usersettingscollection',
      'usersettings',
      'systemuserid',
      condition('uilanguageid', 'eq-userlanguage', []),
    )
    const settings = (await harness.get(ANALYST, 'usersettingscollection')).body.value as Row[]
    const english = settings.filter((row) => row['uilanguageid'] === 1033).map((row) => String(row['systemuserid']))
    expect(speakers).toEqual(english.toSorted())
    expect(english.length).toBeLessThan(all.length)
  })
})

describe('hierarchies', () => {
  test('above and below, with and without the row itself', async () => {
    const all = (await harness.get(ANALYST, 'accounts?$select=name,_parentaccountid_value')).body.value as Row[]
    const child = all.find((row) => row['_parentaccountid_value'] !== null)
    const [low, high] = [String(child?.['accountid']), String(child?.['_parentaccountid_value'])]
    const ask = (operator: string, id: string): Promise<unknown[]> =>
      idsOf('accounts', 'account', 'accountid', condition('accountid', operator, [id]))
    expect(await ask('above', low)).toEqual([high])
    expect(await ask('eq-or-above', low)).toEqual([low, high].toSorted())
    expect(await ask('under', high)).toEqual([low])
    expect(await ask('eq-or-under', `{${high.toUpperCase()}}`)).toEqual([low, high].toSorted())
    const others = await ask('not-under', high)
    expect([others.length, others.includes(high), others.includes(low)]).toEqual([all.length - 1, true, false])
  })
})
