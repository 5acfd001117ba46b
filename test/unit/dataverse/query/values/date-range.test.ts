import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { startOfDay } from '../../../../../shared/dataverse/local-time.ts'
import type { Meaning } from '../../../../../shared/dataverse/query/model/meaning.ts'
import type { Clock } from '../../../../../shared/dataverse/query/resolve/values/clock.ts'
import {
  outside,
  rangeOf,
  within,
  type Bound,
} from '../../../../../shared/dataverse/query/resolve/values/date-range.ts'
import { addDays } from '../../../../../shared/dataverse/query/resolve/values/dates/day.ts'
import { relativeWindow } from '../../../../sandbox/dataverse/query/dates.ts'
import { clockAt, CLOCKS } from './asking.ts'

const FIXED = ['today', 'yesterday', 'tomorrow', 'last-seven-days', 'next-seven-days'].concat(
  ['last', 'this', 'next'].flatMap((which) =>
    ['week', 'month', 'year', 'fiscal-period', 'fiscal-year'].map((unit) => `${which}-${unit}`),
  ),
)
const COUNTED = ['last-x', 'next-x']
  .flatMap((which) =>
    ['hours', 'days', 'weeks', 'months', 'years', 'fiscal-periods', 'fiscal-years'].map((unit) => `${which}-${unit}`),
  )
  .concat(['minutes', 'hours', 'days', 'weeks', 'months', 'years'].map((unit) => `olderthan-x-${unit}`))

const instant = (bound: Bound | undefined, zone: string): number | undefined =>
  bound && ('at' in bound ? bound.at : startOfDay(bound.day, zone))

/** What a meaning says of an instant, by the stated sense of the operators alone. */
function holds(meaning: Meaning, at: number, zone: string): boolean {
  if ('parts' in meaning) {
    const parts = meaning.parts.map((part) => holds(part, at, zone))
    return meaning.kind === 'and' ? !parts.includes(false) : parts.includes(true)
  }
  const [value = ''] = meaning.values
  const moment = value.includes('T') ? Date.parse(value) : startOfDay(value, zone)
  switch (meaning.operator) {
    case 'lt':
      return at < moment
    case 'le':
      return at <= moment
    case 'gt':
      return at > moment
    case 'ge':
    case 'on-or-after':
      return at >= moment
    case 'on-or-before':
      return at < startOfDay(addDays(value, 1), zone)
    case 'on':
    case 'eq':
      return at >= moment && at < startOfDay(addDays(value, 1), zone)
    default:
      throw new Error(`no rule for ${meaning.operator}`)
  }
}

describe.each(CLOCKS.map((clock) => [`${new Date(clock.now).toISOString()} in ${clock.zone}`, clock] as const))(
  'at %s',
  (_name, clock) => {
    test.each([
      ...FIXED.map((name) => [name, 0] as const),
      ...COUNTED.flatMap((name) => [1, 30].map((n) => [name, n] as const)),
    ])('%s %i is the window of the stand-in, and its complement the rest', (operator, count) => {
      const range = rangeOf(operator, [String(count)], clock)
      const window = relativeWindow(operator, count, new Date(clock.now), clock.zone)
      expect({ from: instant(range?.start, clock.zone), to: instant(range?.end, clock.zone) }).toEqual({
        from: window?.from,
        to: window?.to,
      })
      for (const edge of [window?.from, window?.to].filter((one) => one !== undefined)) {
        for (const at of [edge - 1000, edge, edge + 1000]) {
          const isIn = at >= (window?.from ?? -Infinity) && at < (window?.to ?? Infinity)
          expect(holds(within(range!, false, clock), at, clock.zone)).toBe(isIn)
          expect(holds(outside(range!, false, clock), at, clock.zone)).toBe(!isIn)
        }
      }
    })
  },
)

test('of a column of days, each day is its midnight', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CLOCKS),
      fc.constantFrom(...FIXED, ...COUNTED),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: -500, max: 500 }),
      (clock: Clock, operator, count, shift) => {
        const midnight = startOfDay(addDays(clock.today, shift), clock.zone)
        const window = relativeWindow(operator, count, new Date(clock.now), clock.zone)
        const isIn = midnight >= (window?.from ?? -Infinity) && midnight < (window?.to ?? Infinity)
        const range = rangeOf(operator, [String(count)], clock)
        expect(holds(within(range!, true, clock), midnight, clock.zone)).toBe(isIn)
        expect(holds(outside(range!, true, clock), midnight, clock.zone)).toBe(!isIn)
      },
    ),
    { numRuns: 150 },
  )
})

describe('a fiscal calendar', () => {
  const april = { startMonth: 4, startDay: 6, periodMonths: 3 }
  test.each([
    ['this-fiscal-year', '2026-02-01T12:00:00Z', '2025-04-06', '2026-04-06'],
    ['this-fiscal-year', '2026-04-06T12:00:00Z', '2026-04-06', '2027-04-06'],
    ['this-fiscal-period', '2026-04-05T12:00:00Z', '2026-01-06', '2026-04-06'],
    ['this-fiscal-period', '2026-11-18T12:00:00Z', '2026-10-06', '2027-01-06'],
    ['last-fiscal-period', '2026-04-20T12:00:00Z', '2026-01-06', '2026-04-06'],
    ['next-x-fiscal-periods', '2026-11-18T12:00:00Z', '2027-01-06', '2027-07-06'],
  ])('%s at %s', (operator, time, start, end) => {
    const range = rangeOf(operator, ['2'], clockAt(time, 'Etc/UTC', april))
    expect(range).toEqual({ start: { day: start }, end: { day: end } })
  })

  test.each([
    ['in-fiscal-year', ['2026'], '2026-01-01', '2027-01-01'],
    ['in-fiscal-period-and-year', ['4', '2026'], '2026-10-01', '2027-01-01'],
  ])('%s %j of the calendar year', (operator, values, start, end) => {
    expect(rangeOf(operator, values, CLOCKS[0]!)).toEqual({ start: { day: start }, end: { day: end } })
  })

  test('is not guessed', () => {
    for (const fiscal of [undefined, april])
      expect(rangeOf('in-fiscal-year', ['2026'], { ...CLOCKS[0]!, fiscal })).toBeUndefined()
    expect(rangeOf('this-fiscal-year', [], { ...CLOCKS[0]!, fiscal: undefined })).toBeUndefined()
    expect(rangeOf('in-fiscal-period', ['2'], CLOCKS[0]!)).toBeUndefined()
  })
})
