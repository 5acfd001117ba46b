import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { mergeUsage, untilEnd, windowNow } from '../../../../shared/mcp/limits/window.ts'

const NOON = Date.UTC(2026, 5, 15, 12)
const MINUTE = NOON / 60_000
const HOUR = NOON / 3_600_000
const DAY = Math.floor(NOON / 86_400_000)

describe('the window that is counted in', () => {
  test.each([
    ['nothing is known', undefined, MINUTE],
    ['the same', MINUTE, MINUTE],
    ['an earlier one, however long ago', MINUTE - 5_000, MINUTE],
    ['the next, as a clock stepped back over its beginning', MINUTE + 1, MINUTE + 1],
    ['one that a clock far ahead began', MINUTE + 2, MINUTE],
    ['one of a clock that was a year ahead', MINUTE + 525_600, MINUTE],
  ])('where it is known to be %s', (_what, known, expected) => {
    expect(windowNow('minute', NOON, known)).toBe(expected)
  })

  test('days begin at midnight UTC', () => {
    const [before, after] = [Date.UTC(2026, 5, 15, 23, 59, 59, 999), Date.UTC(2026, 5, 16)]
    expect(windowNow('day', after, undefined) - windowNow('day', before, undefined)).toBe(1)
    expect(untilEnd('day', DAY, before)).toBe(1)
    expect(untilEnd('day', DAY, NOON)).toBe(12 * 3_600_000)
  })

  test('ends at some time to come, whatever the clock says', () => {
    expect(untilEnd('minute', MINUTE, NOON + 3_600_000)).toBe(1)
  })
})

const usage = (minute: number, calls: number, day: number, rows: number, hour = HOUR, writes = 0) => ({
  minute,
  calls,
  hour,
  writes,
  day,
  rows,
})

describe('adding to what stands there', () => {
  test.each([
    ['nothing', undefined, usage(MINUTE, 3, DAY, 40)],
    ['the same minute and day', usage(MINUTE, 5, DAY, 60), usage(MINUTE, 8, DAY, 100)],
    ['an earlier minute of the day', usage(MINUTE - 1, 5, DAY, 60), usage(MINUTE, 3, DAY, 100)],
    ['an earlier day', usage(MINUTE - 1_440, 5, DAY - 1, 60), usage(MINUTE, 3, DAY, 40)],
    ['the next minute, of a clock that is ahead', usage(MINUTE + 1, 5, DAY, 60), usage(MINUTE + 1, 8, DAY, 100)],
    ['a day far ahead, of a clock that was wrong', usage(MINUTE + 9_999, 5, DAY + 7, 60), usage(MINUTE, 3, DAY, 40)],
  ])('%s', (_what, stands, expected) => {
    expect(mergeUsage(stands, usage(MINUTE, 3, DAY, 40))).toEqual(expected)
  })

  test.each([
    ['nothing was written', usage(MINUTE, 0, DAY, 0), 2],
    ['the same hour', usage(MINUTE, 0, DAY, 0, HOUR, 5), 7],
    ['the hour before', usage(MINUTE, 0, DAY, 0, HOUR - 1, 5), 2],
    ['a row that holds no hour', usage(MINUTE, 0, DAY, 0, 0, 0), 2],
  ])('of changes, where there stands %s', (_what, stands, writes) => {
    expect(mergeUsage(stands, usage(MINUTE, 0, DAY, 0, HOUR, 2))).toMatchObject({ hour: HOUR, writes })
  })

  test('within one minute it does not matter who adds first', () => {
    const parts = fc.array(fc.record({ calls: fc.nat(1_000), rows: fc.nat(1_000) }), { minLength: 1 })
    fc.assert(
      fc.property(parts, (all) => {
        const sum = (some: typeof all) =>
          some.reduce<ReturnType<typeof usage> | undefined>(
            (stands, { calls, rows }) => mergeUsage(stands, usage(MINUTE, calls, DAY, rows)),
            undefined,
          )
        expect(sum(all)).toEqual(sum(all.toReversed()))
      }),
    )
  })
})
