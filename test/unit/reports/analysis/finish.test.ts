import { describe, expect, test } from '@jest/globals'
import { figuresOf } from '../../../../shared/reports/analysis/finish/figures.ts'
import { joinSides, mergeGroups } from '../../../../shared/reports/analysis/finish/join-sides.ts'
import { isHad } from '../../../../shared/reports/analysis/finish/having.ts'
import { cellsOf } from '../../../../shared/reports/analysis/finish/cells.ts'
import type { Computed, Tally } from '../../../../shared/reports/analysis/model.ts'
import { parseAnalysis } from '../../../../shared/reports/analysis/parse/parse-analysis.ts'
import { aggregationsIn } from '../../../../shared/reports/analysis/plan/aggregations.ts'

const tally = (parts: Partial<Tally>): Tally => ({ rows: 0, known: 0, sum: 0, min: null, max: null, ...parts })
const parse = (measures: readonly string[], having = '') => {
  return parseAnalysis({ entity: 'opportunity', measures, having, by: ['ownerid'] }, () => undefined)
}
/** The figures of one group whose aggregations all have one tally, shared among twice as much. */
const figuresIn = (measures: readonly string[], one: Tally | undefined, partial: readonly number[] = []) => {
  const { analysis } = parse(measures)
  const aggregations = aggregationsIn(analysis.measures)
  const whole = new Map(aggregations.map((_one, at) => [at, tally({ rows: 20, known: 16, sum: 200 })]))
  const own = new Map(one === undefined ? [] : aggregations.map((_one, at) => [at, one] as const))
  const figures = figuresOf(aggregations, whole, new Set(partial))
  return cellsOf(analysis, [figures], [own]).map(({ now }) => now)
}

const ALL = [
  'count',
  'count(a)',
  'sum(a)',
  'avg(a)',
  'min(a)',
  'max(a)',
  'median(a)',
  'distinct(a)',
  'share(sum(a))',
  'sum(a) / count(a)',
]

describe('figures of tallies', () => {
  test.each<[string, Tally | undefined, readonly unknown[]]>([
    ['no row', undefined, [0, 0, 0, null, null, null, null, 0, 0, null]],
    ['rows without a value', tally({ rows: 3 }), [3, 0, null, null, null, null, null, null, null, null]],
    [
      'rows',
      tally({
        rows: 10,
        known: 4,
        sum: 100.1,
        min: 10,
        max: 40,
        values: [40, 10, 30, 20.1],
        distinct: new Set([1, 2, 3]),
      }),
      [10, 4, 100.1, 25.025, 10, 40, 25.05, 3, 0.5005, 25.025],
    ],
    [
      'different values that Dataverse counted',
      tally({ rows: 2, known: 2, distinct: 2 }),
      [2, 2, 0, 0, null, null, null, 2, 0, 0],
    ],
  ])('%s', (_name, one, figures) => {
    expect(figuresIn(ALL, one)).toEqual(figures)
  })

  test('of rows that were not all read counts and sums of nothing below 0 are told, all else is nothing', () => {
    const places = ALL.map((_one, at) => at)
    const above = tally({ rows: 10, known: 4, sum: 100, min: 1, max: 40, values: [1, 2], distinct: new Set([1]) })
    expect(figuresIn(ALL, above, places)).toEqual([10, 4, 100, null, null, null, null, 1, null, null])
    expect(figuresIn(['sum(a)'], { ...above, min: -1 }, [0])).toEqual([null])
    expect(figuresIn(['count', 'count(where b eq 1)', 'count(where b eq 1) / count'], above, [1])).toEqual([
      10,
      10,
      null,
    ])
  })

  test('nothing is divided by 0, and dust of binary fractions is not told', () => {
    expect(figuresIn(['count / sum(a)', '0.1 + 0.2 + 0 * count', '-count'], tally({ rows: 3, known: 1 }))).toEqual([
      null,
      0.3,
      -3,
    ])
  })
})

test.each<[string, number | null]>([
  ['sum(a) / 7919', 0.00126279],
  ['sum(a) / 7919000000', 1.26279e-9],
  ['sum(a) / 3', 3.3333],
  ['sum(a) * 1e99 * 1e99 * 1e99 * 1e99', null],
  ['0 - sum(a) * 1e99 * 1e99 * 1e99 * 1e99', null],
  ['1 - 0.9 - 0.1 + 0 * count', 0],
  ['0.3 - 0.2 - 0.1 + 0 * count', 0],
  ['0.1 + 0.2 - 0.3 + 0 * count', 0],
])('%s is told with six digits, or four decimals, and never its dust', (measure, told) => {
  expect(figuresIn([measure], tally({ rows: 3, known: 1, sum: 10 }))).toEqual([told])
})

test('a hundred thousand groups become one in time that grows with them alone', () => {
  const groups = Array.from({ length: 100_000 }, (_one, at) => group(`g${at}`, tally({ rows: 1, sum: 1 })))
  const { user } = process.cpuUsage()
  const [whole] = mergeGroups(joinSides([side(groups)]))
  expect(whole?.get(0)).toMatchObject({ rows: 100_000, sum: 100_000 })
  expect(process.cpuUsage().user - user).toBeLessThan(4_000_000)
})

const side = (groups: Computed['groups']): Pick<Computed, 'groups'> => ({ groups })
const group = (key: string | null, one: Tally) => ({ keys: [key], tallies: new Map([[0, one]]) })

test('groups of both sides are joined, and several become one', () => {
  const now = side([group('a', tally({ rows: 2, distinct: new Set(['x']) })), group(null, tally({ rows: 1 }))])
  const before = side([group('b', tally({ rows: 5, distinct: 3 })), group('A', tally({ rows: 4, distinct: 2 }))])
  const joined = joinSides([now, before])
  expect(joined.map(({ keys, sides }) => [keys[0], ...sides.map((one) => one.get(0)?.rows)])).toEqual([
    ['a', 2, 4],
    [null, 1, undefined],
    ['b', undefined, 5],
  ])
  const [first, second] = mergeGroups(joined)
  expect(first?.get(0)).toMatchObject({ rows: 3 })
  // What Dataverse counted of two groups may be the same values.
  expect(second?.get(0)).toMatchObject({ rows: 9 })
  expect(second?.get(0)?.distinct).toBeUndefined()
})

describe('having has the meaning of SQL', () => {
  const HAVE = (having: string, count: number, average: number | string | null): boolean => {
    const parsed = parse(['count', 'avg(a) as mean'], having)
    const cell = (now: number | string | null) => ({ now, before: null, change: null, 'change-percent': null })
    return isHad(parsed.having!, [cell(count), cell(average)])
  }
  test.each<[string, number, number | string | null, boolean]>([
    ['count ge 5', 5, null, true],
    ['mean gt 0', 5, null, false],
    ['not (mean gt 0)', 5, null, false],
    ['mean ne 3', 5, null, false],
    ['mean eq null', 5, null, true],
    ['mean ne null', 5, null, false],
    ['count ge 5 or mean gt 0', 5, null, true],
    ['count ge 9 or mean gt 0', 5, null, false],
    ['not (count ge 9 and mean gt 0)', 5, null, true],
    ['mean not in (1, 2)', 5, 3, true],
    ['mean between 1 and 3', 5, 3, true],
    ['mean lt count', 5, 3, true],
    ['mean lt count', 5, '2026-01-01', false],
    ['mean eq mean', 5, '2026-01-01', true],
    ['mean gt mean', 5, '2026-01-01', false],
  ])('%s of %d and %p is %p', (having, count, average, holds) => {
    expect(HAVE(having, count, average)).toBe(holds)
  })
})
