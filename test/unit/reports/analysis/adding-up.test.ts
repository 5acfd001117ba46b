import { describe, expect, test } from '@jest/globals'

import { dayIn } from '../../../../shared/dataverse/local-time.ts'
import type { Column } from '../../../../shared/dataverse/metadata/model.ts'
import { localDays } from '../../../../shared/reports/analysis/compute/local-days.ts'
import { rowGroupKey, type KeyReading } from '../../../../shared/reports/analysis/compute/group-keys.ts'
import { numberOf } from '../../../../shared/reports/analysis/compute/row-values.ts'
import { addRow, growing, grown, putTogether } from '../../../../shared/reports/analysis/compute/tally.ts'
import type { ColumnPath, DatePart, Value } from '../../../../shared/reports/analysis/model.ts'

const kept = { distinct: false, values: false }
const tallyOf = (values: readonly unknown[]): ReturnType<typeof grown> => {
  const tally = growing(kept)
  for (const value of values) addRow(tally, value)
  return grown(tally)
}

/** Amounts with four decimals, whole numbers of hundredths of a cent. */
const AMOUNTS = Array.from({ length: 20_000 }, (_, at) => (at * 7_919 * 104_729) % 90_000_000_019)

describe('a sum', () => {
  test.each([
    ['of cents', 2],
    ['of amounts as Dataverse keeps them', 4],
  ])('%s has no other decimals', (_what, decimals) => {
    const scale = 10 ** decimals
    const exact = AMOUNTS.reduce((sum, amount) => sum + BigInt(amount), 0n)
    const { sum } = tallyOf(AMOUNTS.map((amount) => amount / scale))
    const digits = String(exact)
    expect(sum).toBe(Number(`${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`))
  })

  test.each([
    [[0.1, 0.2], 0.3],
    [[0.1, 0.7, -0.8], 0],
    [[1e16, 1, -1e16], 1],
    [[null, undefined, 4], 4],
  ])('of %j is %d', (values, sum) => expect(tallyOf(values).sum).toBe(sum))

  test('is the same over all rows and over groups of them', () => {
    const values = AMOUNTS.map((amount, at) => (at % 9 === 0 ? null : amount / 10_000))
    const groups = [...Map.groupBy(values.entries(), ([at]) => at % 37).values()]
    const parts = groups.map((some) => tallyOf(some.map(([, value]) => value)))
    expect(putTogether(parts)).toEqual(tallyOf(values))
  })
})

describe.each(['Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia'])(
  'a day in %s',
  (zone) => {
    test.each(['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-25', '2026-11-01', '2011-12-30'])(
      'around %s is the one that its calendar shows',
      (day) => {
        const { midnight } = localDays(zone)
        const instants = Array.from({ length: 288 }, (_, at) => Date.parse(day) + (at - 96) * 900_000 + 1)
        for (const one of instants) expect(new Date(midnight(one)).toISOString().slice(0, 10)).toBe(dayIn(one, zone))
      },
    )
  },
)

const COLUMNS: Readonly<Record<string, Partial<Column>>> = {
  day: { dateOnly: true },
  clock: { zoneless: true },
  moment: {},
}
const path = (name: string): ColumnPath => ({ path: [], name })
const reading: KeyReading = {
  outputOf: ({ name }) => outputFor(name),
  groupedBy: () => outputFor('moment'),
  days: localDays('America/New_York'),
  zone: 'America/New_York',
  now: Date.parse('2026-03-08T12:00:00Z'),
  periodMonths: 3,
}
function outputFor(name: string): ReturnType<KeyReading['outputOf']> {
  const column = { name, property: name, dateOnly: false, ...COLUMNS[name] } as Column
  return { key: name, label: name, column, entity: 'table' }
}

/** New York's clocks go forward on 8 March 2026, at 7:00 UTC. */
const ROW = { day: '2026-03-09', clock: '2026-03-08T23:30:00Z', moment: '2026-03-08T03:30:00Z' }

test.each<readonly [Extract<Value, { kind: 'between' }>['unit'], string, string, number | null]>([
  ['days', 'moment', 'day', 2],
  ['days', 'moment', 'clock', 1],
  ['days', 'clock', 'day', 1],
  ['days', 'moment', 'today', 1],
  ['days', 'today', 'moment', -1],
  ['days', 'moment', 'nothing', null],
  ['hours', 'moment', 'now', 8.5],
  ['hours', 'moment', 'day', 24.5],
  ['hours', 'moment', 'clock', 24],
  ['hours', 'clock', 'day', 0.5],
  ['hours', 'now', 'today', -7],
])('%s from %s to %s are %p', (unit, from, to, expected) => {
  const moment = (name: string): ColumnPath | 'now' | 'today' =>
    name === 'now' || name === 'today' ? name : path(name)
  expect(numberOf({ kind: 'between', unit, from: moment(from), to: moment(to) }, reading)(ROW)).toBe(expected)
})

const BY_PART: readonly (readonly [DatePart, string, unknown])[] = [
  ['week', '2026-01-01T12:00:00Z', '2026-W01'],
  ['week', '2026-01-04T12:00:00Z', '2026-W02'],
  ['week', '2027-01-01T12:00:00Z', '2027-W01'],
  ['week', '2026-12-31T12:00:00Z', '2026-W53'],
  ['weekday', '2026-03-08T12:00:00Z', 7],
  ['weekday', '2026-03-09T03:00:00Z', 7],
  ['weekday', '2026-03-09T12:00:00Z', 1],
  ['month-of-year', '2026-03-01T03:00:00Z', 2],
  ['fiscal-period', '2026-07-01T12:00:00Z', 'FY2026-P3'],
]
test.each(BY_PART)('the %s of %s is %p', (part, moment, expected) => {
  const group = { kind: 'date', name: 'when', column: path('moment'), part } as const
  expect(rowGroupKey(group, 0, reading)({ moment })).toBe(expected)
})

test('50,000 rows take no second, whatever their moments are', () => {
  const group = { kind: 'date', name: 'when', column: path('moment'), part: 'month' } as const
  const rows = Array.from({ length: 50_000 }, (_, at) => {
    return {
      moment: new Date(Date.UTC(2016, 0, 1) + at * 6_311_000).toISOString().replace('.000Z', 'Z'),
      day: '2026-01-01',
    }
  })
  const before = process.cpuUsage()
  const key = rowGroupKey(group, 0, { ...reading, days: localDays('Europe/Berlin') })
  const value = numberOf({ kind: 'between', unit: 'days', from: path('moment'), to: 'today' }, reading)
  const tallies = new Map<unknown, ReturnType<typeof growing>>()
  for (const row of rows) {
    const name = key(row)
    const tally = tallies.get(name) ?? growing(kept)
    tallies.set(name, tally)
    addRow(tally, value(row))
  }
  const { user, system } = process.cpuUsage(before)
  expect(tallies.size).toBe(120)
  expect((user + system) / 1_000_000).toBeLessThan(1)
})
