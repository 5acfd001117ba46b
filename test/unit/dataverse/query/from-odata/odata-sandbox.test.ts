import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buildOdataQuery, type OdataQuery } from '../../../../../shared/dataverse/odata/query.ts'
import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import type { Harness, Loose } from '../../../sandbox/dataverse/harness.ts'
import { ANALYST, REP, startHarness } from '../../../sandbox/dataverse/harness.ts'
import { METADATA, TABLES } from '../../support/tables.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())

const ASHCOMBE = idOf('account', 'Ashcombe Joinery Ltd')

async function rows(path: string, persona = ANALYST): Promise<Loose[]> {
  const reply = await harness.get(persona, path)
  expect([path, reply.status, reply.body?.error]).toEqual([path, 200, undefined])
  return reply.body.value as Loose[]
}

async function ask(entity: string, query: Omit<OdataQuery, 'table'>, persona = ANALYST): Promise<Loose[]> {
  const table = TABLES.find((one) => one.entity.name === entity)!
  return await rows((await buildOdataQuery({ table, ...query }, METADATA)).path, persona)
}

describe('what a model means is what comes back', () => {
  /** Both sides are filters: ours as a model writes it, the other as the Web API wants it. */
  test.each([
    ['opportunity', "statuscode = 'Won'", 'statuscode eq 3'],
    ['opportunity', "statecode in ('Open','Lost')", 'statecode eq 0 or statecode eq 2'],
    ['opportunity', "salesstage ne 'Close'", 'salesstage ne 3 or salesstage eq null'],
    ['opportunity', "contains(salesstage,'op')", 'salesstage eq 1 or salesstage eq 2'],
    ['opportunity', "ownerid eq 'Priya Nair'", "owninguser/fullname eq 'Priya Nair'"],
    ['opportunity', "contains(customerid,'Joinery')", "contains(customerid_account/name,'Joinery')"],
    ['opportunity', "estimatedvalue between '20,000' and '90k'", 'estimatedvalue ge 20000 and estimatedvalue le 90000'],
    [
      'opportunity',
      'estimatedclosedate eq this-month',
      'estimatedclosedate ge 2026-11-01 and estimatedclosedate lt 2026-12-01',
    ],
    ['opportunity', 'estimatedclosedate ge today', 'estimatedclosedate ge 2026-11-24'],
    ['opportunity', 'estimatedclosedate lt today', 'estimatedclosedate lt 2026-11-24'],
    ['account', 'createdon lt this-year', 'createdon lt 2026-01-01'],
    ['opportunity', 'estimatedclosedate le next-month', 'estimatedclosedate lt 2027-01-01'],
    [
      'opportunity',
      'not (estimatedvalue gt 50000 and statecode eq 0)',
      'not (estimatedvalue gt 50000) or statecode ne 0',
    ],
    ['account', 'createdon ge 2026-01-31', 'createdon ge 2026-01-31'],
    [
      'account',
      "name in ('Ashcombe Joinery Ltd','O''Dowd Boatyards')",
      "name eq 'Ashcombe Joinery Ltd' or name eq 'O''Dowd Boatyards'",
    ],
    ['account', "not contains(name,'marine')", "not contains(name,'marine')"],
    [
      'account',
      'opportunity_customer_accounts/any(o: statecode eq Won)',
      'opportunity_customer_accounts/any(o:o/statecode eq 1)',
    ],
    [
      'account',
      "primarycontactid/FullName ne 'x'",
      "primarycontactid/fullname ne 'x' or primarycontactid/fullname eq null",
    ],
    ['contact', `parentcustomerid eq '{${ASHCOMBE.toUpperCase()}}'`, `_parentcustomerid_value eq ${ASHCOMBE}`],
    ['contact', "parentcustomerid eq 'Ashcombe Joinery Ltd'", `_parentcustomerid_value eq ${ASHCOMBE}`],
    ['task', "regardingobjectid_account_task ne 'x' and activitytypecode eq 'Task'", 'activityid ne null'],
  ])('%s %s', async (entity, filter, plain) => {
    const { entitySet, idColumn } = TABLES.find((one) => one.entity.name === entity)!.entity
    const wanted = await rows(`${entitySet}?$select=${idColumn}&$filter=${encodeURIComponent(plain)}`)
    const found = await ask(entity, { select: [idColumn], filter })
    const ids = (all: Loose[]): string[] => all.map((row) => String(row[idColumn])).sort()
    expect(wanted.length).toBeGreaterThan(0)
    expect(ids(found)).toEqual(ids(wanted))
  })

  test('me is who asks', async () => {
    const mine = await ask('opportunity', { select: ['ownerid'], filter: 'ownerid eq me' }, REP)
    expect(new Set(mine.map((row) => String(row._ownerid_value))).size).toBe(1)
    const me = await ask('systemuser', { select: ['fullname'], filter: 'systemuserid eq me' }, REP)
    expect(me.map((row) => String(row.systemuserid))).toEqual([String(mine[0]._ownerid_value)])
  })
})

test('select, orderby, expand and count together are taken', async () => {
  const found = await ask('opportunity', {
    select: ['Topic', 'ownerid', 'Est. Revenue'],
    filter: "statecode eq 'Open' and estimatedvalue ne null",
    orderby: '-estimatedvalue, ownerid',
    expand: [
      { lookup: 'ownerid', select: ['fullname'] },
      { lookup: 'customerid', select: [] },
      { lookup: 'tasks', select: ['subject'] },
    ],
    count: true,
  })
  const values = found.map((row) => Number(row.estimatedvalue))
  expect(values.length).toBeGreaterThan(5)
  expect(values).toEqual(values.toSorted((a, b) => b - a))
  expect(found.some((row) => typeof row.owninguser?.fullname === 'string')).toBe(true)
  expect(found.some((row) => typeof row.customerid_account?.name === 'string')).toBe(true)
  expect(Array.isArray(found[0].Opportunity_Tasks)).toBe(true)
})

test.each([
  ['opportunity', 'competitors'],
  ['account', 'opportunity_customer_accounts'],
])('a collection of %s is expanded by %s', async (entity, lookup) => {
  const [row] = await ask(entity, { select: ['name'], expand: [{ lookup, select: ['name'] }] })
  expect(Object.values(row as object).some(Array.isArray)).toBe(true)
})

test.each([
  'today',
  'yesterday',
  'tomorrow',
  'last-week',
  'this-week',
  'next-week',
  'last-month',
  'next-month',
  'last-year',
  'this-year',
  ...[
    'next-year',
    'this-fiscal-year',
    'this-quarter',
    'last-3-quarters',
    'last-7-days',
    'next-7-days',
    'last-3-months',
    'last-24-hours',
    '30-days-ago',
  ],
])('createdon %s is taken with every operator that can be expressed', async (word) => {
  const operators = word.endsWith('ago') ? ['lt', 'ge'] : ['eq']
  for (const operator of operators) {
    expect(Array.isArray(await ask('account', { select: ['name'], filter: `createdon ${operator} ${word}` }))).toBe(
      true,
    )
  }
})
