import { describe, expect, test } from '@jest/globals'

import { entityNamed, isChoice, isLookup, isMultiChoice } from '../../../../sandbox/dataverse/schema/schema.ts'
import type { Column } from '../../../../sandbox/dataverse/schema/schema.ts'
import { platformRows } from '../../../../sandbox/dataverse/seed/platform/rows.ts'
import { seed } from '../../../../sandbox/dataverse/seed/seed.ts'
import type { SeedRow } from '../../../../sandbox/dataverse/seed/tools.ts'
import { varietyRows } from '../../../../sandbox/dataverse/seed/variety/variety.ts'
import { createStore, isReference, textOf } from '../../../../sandbox/dataverse/store/store.ts'
import type { Value } from '../../../../sandbox/dataverse/store/store.ts'
import { PEOPLE } from '../../../../sandbox/people.ts'
import { NOW } from '../harness.ts'

const everyday = seed(PEOPLE, NOW)
const platform = platformRows(everyday, NOW, true)
const variety = varietyRows(PEOPLE, NOW)
const SEEDS: readonly (readonly [name: string, rows: readonly SeedRow[], all: readonly SeedRow[]])[] = [
  ['every day', [...everyday, ...platform], [...everyday, ...platform]],
  ['variety', variety, [...everyday, ...platform, ...variety]],
]

/** What is wrong with a value of a column; undefined where nothing is. */
function flaw(
  column: Column | undefined,
  value: Value,
  has: (entity: string, id: string) => boolean,
): string | undefined {
  if (!column) return 'no such column'
  if (value === null) return undefined
  if (isLookup(column) !== isReference(value)) return 'a lookup and no reference, or the reverse'
  if (isReference(value)) {
    if (!(column.targets ?? []).includes(value.entity)) return `points at a ${value.entity}`
    return has(value.entity, value.id) ? undefined : `points at no ${value.entity}`
  }
  if (column.type === 'Boolean') return typeof value === 'boolean' ? undefined : 'no boolean'
  const known = new Set((column.options ?? []).map((option) => option.value))
  if (isChoice(column)) return known.has(Number(value)) ? undefined : `no option ${textOf(value)}`
  if (isMultiChoice(column))
    return textOf(value)
      .split(',')
      .every((one) => known.has(Number(one)))
      ? undefined
      : 'no option'
  if (column.type === 'DateTime') return Number.isNaN(Date.parse(textOf(value))) ? 'no date' : undefined
  return column.maxLength !== undefined && textOf(value).length > column.maxLength ? 'too long' : undefined
}

describe.each(SEEDS)('the rows of %s', (_name, rows, all) => {
  const store = createStore(all)
  const has = (entity: string, id: string): boolean => store.get(entity, id) !== undefined

  test('hold values that their columns can hold', () => {
    const flaws = rows.flatMap(({ entity, values }) =>
      Object.entries(values).flatMap(([name, value]) => {
        // Every kind of activity keeps its own codes in the table that all share.
        if (entity === 'activitypointer' && name === 'statuscode') return []
        const found = flaw(entityNamed(entity).columns.get(name), value, has)
        return found === undefined ? [] : [`${entity}.${name}: ${found}`]
      }),
    )
    expect([...new Set(flaws)]).toEqual([])
  })

  test('have a status reason of their state', () => {
    const wrong = rows.filter(({ entity, values }) => {
      if (entity === 'activitypointer') return false
      const option = entityNamed(entity)
        .columns.get('statuscode')
        ?.options?.find(({ value }) => value === values['statuscode'])
      return option !== undefined && option.state !== values['statecode']
    })
    expect([...new Set(wrong.map(({ entity }) => entity))]).toEqual([])
  })

  test('have one common row for each activity, of the same owner and regarding the same', () => {
    const activities = rows.filter(({ entity }) => entity !== 'activitypointer' && entityNamed(entity).isActivity)
    for (const { entity, values } of activities) {
      const common = store.get('activitypointer', textOf(values['activityid']))?.values ?? {}
      expect([common['activitytypecode'], common['ownerid'], common['regardingobjectid']]).toEqual([
        entity,
        values['ownerid'],
        values['regardingobjectid'],
      ])
    }
  })
})

describe('the everyday rows leave nothing trivial', () => {
  const of = (entity: string): SeedRow[] => everyday.filter((row) => row.entity === entity)
  const most = (rows: readonly SeedRow[], column: string): number =>
    Math.max(...[...Map.groupBy(rows, ({ values }) => textOf(values[column])).values()].map((group) => group.length))
  const daysAgo = ({ values }: SeedRow, column: string): number =>
    (NOW.getTime() - Date.parse(textOf(values[column]))) / 86_400_000
  const won = of('opportunity').filter(({ values }) => values['statecode'] === 1)
  const closed = of('opportunity').filter(({ values }) => values['statecode'] !== 0)
  const settled = of('incident').filter(({ values }) => values['statecode'] === 1)

  test.each<[what: string, count: () => number, atLeast: number]>([
    ['won deals of one customer', () => most(won, 'customerid'), 4],
    ['won deals of one owner', () => most(won, 'ownerid'), 8],
    ['wins more than twenty months ago', () => won.filter((row) => daysAgo(row, 'actualclosedate') > 600).length, 5],
    ['leads of three quarters ago', () => of('lead').filter((row) => daysAgo(row, 'createdon') > 270).length, 5],
    [
      'open cases of one customer',
      () =>
        most(
          of('incident').filter(({ values }) => values['statecode'] === 0),
          'customerid',
        ),
      3,
    ],
    ['deals in another currency than their customer', () => otherCurrency(won), 5],
    ['customers of one name', () => most(of('account'), 'name'), 2],
    ['people of one name', () => most(of('contact'), 'fullname'), 3],
    [
      'people without an address',
      () => of('contact').filter(({ values }) => values['emailaddress1'] === null).length,
      5,
    ],
    ['rows of people who left', () => ofLeavers().length, 10],
    ['deals that several rivals fight for', () => most(of('opportunitycompetitors'), 'opportunityid'), 2],
    ['lines of one order', () => most(of('salesorderdetail'), 'salesorderid'), 3],
    ['changes of one deal', () => most(of('audit'), 'objectid'), 3],
  ])('%s', (_what, count, atLeast) => {
    expect(count()).toBeGreaterThanOrEqual(atLeast)
  })

  function otherCurrency(rows: readonly SeedRow[]): number {
    const home = new Map(
      of('account').map(({ values }) => [textOf(values['accountid']), textOf(values['transactioncurrencyid'])]),
    )
    return rows.filter(
      ({ values }) => home.get(textOf(values['customerid'])) !== textOf(values['transactioncurrencyid']),
    ).length
  }

  function ofLeavers(): SeedRow[] {
    const gone = new Set(
      of('systemuser')
        .filter(({ values }) => values['isdisabled'] === true)
        .map(({ values }) => textOf(values['systemuserid'])),
    )
    return everyday.filter(({ values }) => gone.has(textOf(values['ownerid'])))
  }

  test('a deal has one close, and a settled case one resolution, of the day and with the revenue', () => {
    const closes = Map.groupBy(of('opportunityclose'), ({ values }) => textOf(values['opportunityid']))
    for (const { values } of closed) {
      const found = closes.get(textOf(values['opportunityid'])) ?? []
      expect(found.map((one) => one.values['opportunitystatuscode'])).toEqual([values['statuscode']])
      expect(textOf(found[0]?.values['actualend']).slice(0, 10)).toBe(values['actualclosedate'])
      expect(Number(found[0]?.values['actualrevenue'])).toBe(Number(values['actualvalue'] ?? 0))
    }
    const resolutions = of('incidentresolution').map(({ values }) => textOf(values['incidentid']))
    expect(resolutions.toSorted()).toEqual(settled.map(({ values }) => textOf(values['incidentid'])).sort())
  })

  test('only audited tables have a history', () => {
    const tables = new Set(of('audit').map(({ values }) => textOf(values['objecttypecode'])))
    expect([...tables].map((name) => entityNamed(name).isAudited)).toEqual([...tables].map(() => true))
    expect(entityNamed('task').isAudited).toBeUndefined()
  })
})
