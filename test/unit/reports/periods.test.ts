import { describe, expect, test } from '@jest/globals'
import { parseFetch } from '../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { dayIn } from '../../../shared/dataverse/local-time.ts'
import type { Clock } from '../../../shared/dataverse/query/resolve/values/clock.ts'
import { withEveryMonth } from '../../../shared/reports/rows/every-month.ts'
import { periodSentences } from '../../../shared/reports/run/period-sentences.ts'

const QUARTERS = { startMonth: 1, startDay: 1, periodMonths: 3 }

function clockAt(instant: string, zone: string, fiscal: Clock['fiscal'] = QUARTERS): Clock {
  const now = Date.parse(instant)
  return { now, zone, today: dayIn(now, zone), fiscal }
}

const condition = (operator: string, value = '', column = 'closed'): string =>
  `<condition attribute="${column}" operator="${operator}"${value === '' ? '' : ` value="${value}"`}/>`
const either = (...parts: string[]): string => `<filter type="or">${parts.join('')}</filter>`
const asked = (filter: string, part?: string) => {
  const xml = `<fetch><entity name="opportunity"><attribute name="name"/><filter>${filter}</filter></entity></fetch>`
  return { fetch: parseFetch(xml).fetch, ...(part !== undefined && { part }) }
}
const said = (filter: string, clock: Clock): string[] => periodSentences([asked(filter)], clock)

/** A quarter to midnight on New Year’s Eve in London, the new year in Berlin. */
const EVE = '2026-12-31T23:45:00Z'

describe('the period of a report', () => {
  test.each([
    ['Europe/London', QUARTERS, '2026-10-01 to 2026-12-31'],
    ['Europe/Berlin', QUARTERS, '2027-01-01 to 2027-03-31'],
    ['Europe/Berlin', { startMonth: 2, startDay: 1, periodMonths: 3 }, '2026-11-01 to 2027-01-31'],
    ['Europe/London', { startMonth: 4, startDay: 6, periodMonths: 3 }, '2026-10-06 to 2027-01-05'],
    ['Europe/London', { startMonth: 4, startDay: 6, periodMonths: 6 }, '2026-10-06 to 2027-04-05'],
    ['Europe/London', { startMonth: 7, startDay: 1, periodMonths: 12 }, '2026-07-01 to 2027-06-30'],
    ['America/New_York', { startMonth: 1, startDay: 1, periodMonths: 1 }, '2026-12-01 to 2026-12-31'],
  ])('in %s, of a fiscal calendar %j, has these days', (zone, fiscal, dates) => {
    expect(said(condition('this-fiscal-period'), clockAt(EVE, zone, fiscal))).toEqual([
      `Period: ${dates} (closed, ${zone}).`,
    ])
  })

  test('of a fiscal calendar that is not known is named as such', () => {
    const unknown = { now: Date.parse(EVE), zone: 'Europe/London', today: '2026-12-31', fiscal: undefined }
    const whatever = 'Period: this-fiscal-period, whose dates are not known here (closed, Europe/London).'
    expect(said(condition('this-fiscal-period'), unknown)).toEqual([whatever])
    expect(said(either(condition('this-fiscal-period'), condition('today')), unknown)).toEqual([whatever])
  })

  test.each([
    ['a month', condition('this-month'), '2026-03-01 to 2026-03-31'],
    ['a day', condition('today'), '2026-03-29'],
    ['days up to now', condition('last-x-days', '7'), '2026-03-22 to now'],
    ['hours up to now', condition('last-x-hours', '2'), '2026-03-28 23:00 to now'],
    ['what is older', condition('olderthan-x-days', '1'), 'until 2026-03-27'],
    ['a day and after', condition('on-or-after', '2026-01-01'), 'from 2026-01-01 on'],
    [
      'two sides',
      condition('on-or-after', '2026-01-01') + condition('on-or-before', '2026-01-31'),
      '2026-01-01 to 2026-01-31',
    ],
    [
      'parts that meet',
      either(condition('olderthan-x-days', '1'), condition('yesterday'), condition('today')),
      'until 2026-03-29',
    ],
    ['parts that overlap', either(condition('today'), condition('this-month')), '2026-03-01 to 2026-03-31'],
    [
      'days compared as numbers',
      condition('ge', '2026-01-01') + condition('lt', '2026-02-01'),
      '2026-01-01 to 2026-01-31',
    ],
    ['one such day', condition('eq', '2026-01-31'), '2026-01-31'],
    ['days between two', condition('gt', '2026-01-01') + condition('le', '2026-01-31'), '2026-01-02 to 2026-01-31'],
    ['a value that must be there', condition('not-null') + condition('this-year'), '2026-01-01 to 2026-12-31'],
  ])('of %s', (_what, filter, dates) => {
    expect(said(filter, clockAt('2026-03-29T01:30:00Z', 'Europe/London'))).toEqual([
      `Period: ${dates} (closed, Europe/London).`,
    ])
  })

  test.each([
    ['no date', condition('eq', '0', 'statecode')],
    ['a date or none', either(condition('this-month'), condition('null'))],
    ['a gap', either(condition('this-month'), condition('last-year'))],
    ['a date or something else', either(condition('this-month'), condition('eq', '1', 'statecode'))],
    ['a date but one', condition('this-month') + condition('ne', '2026-03-29')],
  ])('is not named for %s, where it would not be the whole', (_what, filter) => {
    expect(said(filter, clockAt('2026-03-29T01:30:00Z', 'Europe/London'))).toEqual([])
  })

  test('is told of each part where parts differ, and of each column', () => {
    const clock = clockAt('2026-03-29T01:30:00Z', 'Europe/London')
    const parts = [asked(condition('today'), 'now'), asked(condition('tomorrow'), 'then')]
    expect(periodSentences(parts, clock)).toEqual(['Period: now 2026-03-29; then 2026-03-30 (closed, Europe/London).'])
    const often = [parts[0], parts[0], parts[1], parts[1]].flatMap((one) => one ?? [])
    expect(periodSentences(often, clock)).toEqual(periodSentences(parts, clock))
    const onOneSide = [asked(condition('today'), 'now'), asked(condition('eq', '0', 'statecode'), 'before')]
    expect(periodSentences(onOneSide, clock)).toEqual(['Period: now 2026-03-29 (closed, Europe/London).'])
    expect(said(condition('today') + condition('this-year', '', 'createdon'), clock)).toEqual([
      'Period: 2026-03-29 (closed, Europe/London).',
      'Period: 2026-01-01 to 2026-12-31 (createdon, Europe/London).',
    ])
  })
})

describe('months without a row', () => {
  const columns = [
    { key: 'month', title: 'Month', kind: 'text' },
    { key: 'n', title: 'Number', kind: 'count' },
  ] as const
  const row = (month: string, n: number) => ({ month: { value: month, label: month }, n })
  const shown = (rows: readonly Record<string, unknown>[], days: { first?: string; last?: string }) =>
    withEveryMonth(rows, { columns: [...columns], key: 'month' }, days).map(({ month, n }) => {
      const { label } = month as { label: string }
      return `${label}: ${String(n)}`
    })

  test.each([
    [
      'the whole period',
      { first: '2026-11-28', last: '2027-02-28' },
      ['Nov 2026 (28 to 30): 0', 'Dec 2026: 3', 'Jan 2027: 0', 'Feb 2027: 0'],
    ],
    ['the last day of a month', { first: '2026-11-30', last: '2026-12-31' }, ['Nov 2026 (30): 0', 'Dec 2026: 3']],
    ['no end', { first: '2026-11-01' }, ['Nov 2026: 0', 'Dec 2026: 3']],
    ['nothing known', {}, ['Dec 2026: 3']],
  ])('are shown with zeros: %s', (_what, days, expected) => {
    expect(shown([row('2026-12', 3)], days)).toEqual(expected)
  })

  test('between the first and the last', () => {
    expect(shown([row('2027-02', 1), row('2026-11', 2)], {})).toEqual([
      ...['Nov 2026: 2', 'Dec 2026: 0', 'Jan 2027: 0', 'Feb 2027: 1'],
    ])
  })

  test('are not made without end, nor is a row lost', () => {
    const rows = [row('2026-01', 1), row('9999-12', 2)]
    const all = shown(rows, {})
    expect(all).toHaveLength(61)
    expect(all.at(-1)).toBe('9999-12: 2')
    expect(withEveryMonth([{ month: { label: '(none)' }, n: 4 }], { columns: [...columns], key: 'month' }, {})).toEqual(
      [{ month: { label: '(none)' }, n: 4 }],
    )
  })
})
