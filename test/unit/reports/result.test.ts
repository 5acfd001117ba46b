import { describe, expect, test } from '@jest/globals'
import { parseFetch } from '../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { formatAmount, formatTime, formatValue } from '../../../shared/reports/rows/format.ts'
import { isoInZone, zoneOf } from '../../../shared/dataverse/local-time.ts'
import { withPeriods } from '../../../shared/reports/run/periods.ts'
import { sortRows } from '../../../shared/reports/rows/sort-rows.ts'
import { totalsOf } from '../../../shared/reports/rows/totals.ts'

describe('the time of a report', () => {
  test.each([
    ['GMT Standard Time', '2026-07-01T12:00:00Z', '2026-07-01T13:00:00+01:00'],
    ['GMT Standard Time', '2026-12-31T23:59:59Z', '2026-12-31T23:59:59+00:00'],
    ['Pacific Standard Time', '2028-03-01T07:59:00Z', '2028-02-29T23:59:00-08:00'],
    ['India Standard Time', '2026-03-31T18:30:00Z', '2026-04-01T00:00:00+05:30'],
    ['Newfoundland Standard Time', '2026-01-01T03:00:00Z', '2025-12-31T23:30:00-03:30'],
    ['Nepal Standard Time', '2026-01-01T00:00:00.999Z', '2026-01-01T05:45:00+05:45'],
    ['UTC', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00+00:00'],
  ])('in %s, %s is %s', (name, utc, local) => {
    const { iana, known } = zoneOf(name)
    expect([isoInZone(Date.parse(utc), iana), known]).toEqual([local, true])
  })

  test.each([undefined, '', 'No Such Time', '__proto__', 'constructor'])('of an unknown zone (%s) is UTC', (name) => {
    expect(zoneOf(name)).toMatchObject({ iana: 'Etc/UTC', known: false })
  })
})

describe('rows', () => {
  const grouped = (part: string) =>
    parseFetch(
      `<fetch aggregate="true"><entity name="a"><attribute name="d" alias="y" groupby="true" dategrouping="year"/><attribute name="d" alias="p" groupby="true" dategrouping="${part}"/></entity></fetch>`,
    ).fetch
  const label = 'p@OData.Community.Display.V1.FormattedValue'

  test.each([
    ['month', 2, '2028-02', 'Feb 2028'],
    ['month', 12, '2028-12', 'Dec 2028'],
    ['quarter', 3, '2028-Q3', 'Q3 2028'],
  ])('a year and a %s become one period that sorts by time', (part, number, value, text) => {
    expect(withPeriods({ y: 2028, p: number }, grouped(part))).toEqual({ y: 2028, p: value, [label]: text })
  })

  test.each([
    ['without a value', { y: null, p: null }],
    ['a month that does not exist', { y: 2028, p: 13 }],
  ])('%s they stay as they are', (_what, row) => expect(withPeriods(row, grouped('month'))).toEqual(row))

  test('sort by value of a choice, by name of a record; what has none comes last either way', () => {
    const rows = [{ a: { label: '(none)' } }, { a: { value: 10, label: 'A' } }, { a: { value: 9, label: 'B' } }]
    expect(sortRows(rows, { key: 'a', descending: false })).toEqual([rows[2], rows[1], rows[0]])
    expect(sortRows(rows, { key: 'a', descending: true })).toEqual([rows[1], rows[2], rows[0]])
    const people = ['Öz', 'Zoe', 'Olga'].map((name, at) => ({ a: { id: String(at), label: name } }))
    expect(sortRows(people, { key: 'a', descending: false }).map(({ a }) => a)).toEqual([
      ...[people[2]?.a, people[0]?.a, people[1]?.a],
    ])
  })
})

describe('totals', () => {
  const ROWS = [
    { state: { value: 1, label: 'Won' }, n: 3, total: 0.1 },
    { state: { value: 2, label: 'Lost' }, n: 1, total: 0.2 },
  ]
  const where = { key: 'state', value: 1 }
  const TOTALS = [
    { kind: 'sum', title: 'Value', of: 'total', format: 'money' },
    { kind: 'sum', title: 'Number', of: 'n', format: 'count' },
    { kind: 'ratio', title: 'Rate', of: 'n', where },
    { kind: 'rows', title: 'Rows' },
  ] as const

  test('are exact, and formatted for reading', () => {
    expect(totalsOf(TOTALS, { rows: ROWS, answers: [], currency: 'GBP', more: false })).toEqual([
      { title: 'Value', value: 0.3, text: '£0.30' },
      { title: 'Number', value: 4, text: '4' },
      { title: 'Rate', value: 0.75, text: '75%' },
      { title: 'Rows', value: 2, text: '2' },
    ])
  })

  test('of nothing are nothing, and a share of nothing is none', () => {
    expect(
      totalsOf(TOTALS, { rows: [], answers: [], currency: undefined, more: false }).map(({ text }) => text),
    ).toEqual(['0', '0', '0'])
  })

  test('a share is not told where some rows have no value to share in', () => {
    const rows = [ROWS[0], { state: { value: 2, label: 'Lost' }, n: undefined, total: 0.2 }]
    const titles = totalsOf(TOTALS, { rows: rows as typeof ROWS, answers: [], currency: 'GBP', more: false }).map(
      ({ title }) => title,
    )
    expect(titles).toEqual(['Value', 'Number', 'Rows'])
  })

  test('of the first rows say so', () => {
    const [first] = totalsOf(TOTALS, { rows: ROWS, answers: [], currency: 'EUR', more: true })
    expect(first?.title).toBe('Value (first 2 rows only)')
    const one = { rows: ROWS.slice(0, 1), answers: [], currency: 'EUR', more: true }
    expect(totalsOf(TOTALS, one)[0]?.title).toBe('Value (first row only)')
  })

  test('of all rows take the place of those of the first ones, as far as Dataverse gave them', () => {
    const whole = { rows: 1_234, sums: new Map([['total', 56.7]]) }
    const cut = { rows: ROWS, answers: [], currency: 'GBP', more: true, whole }
    expect(totalsOf(TOTALS, cut).map(({ title, text }) => `${title}: ${text}`)).toEqual([
      'Value: £56.70',
      'Number (first 2 rows only): 4',
      'Rate (first 2 rows only): 75%',
      'Rows: 1,234',
    ])
  })
})

describe('values as read', () => {
  const column = (kind: 'money' | 'percent' | 'date' | 'text' | 'count') => ({ key: 'x', title: 'X', kind })
  const zone = { currency: 'EUR', timeZone: 'Europe/Berlin' }

  test.each([
    [1234.5, column('money'), '€1,234.50'],
    [1234567, column('count'), '1,234,567'],
    [35, column('percent'), '35%'],
    ['2026-10-25', column('date'), '2026-10-25'],
    ['2026-12-31T23:30:00Z', column('date'), '2027-01-01 00:30'],
    [undefined, column('text'), ''],
    [true, column('text'), 'true'],
  ])('%j', (value, of, text) => expect(formatValue(value, of.kind, zone)).toBe(text))

  test('a currency that is none, and a time that is none, stay plain', () => {
    expect(formatAmount(5, 'crypto')).toBe('5')
    expect(formatTime('soon', 'UTC')).toBe('soon')
  })
})
