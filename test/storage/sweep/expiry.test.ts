import { expect, test } from '@jest/globals'
import { hourAfter } from '../../../shared/storage/table/expiry-table.ts'
import { sliceOf } from '../../../shared/storage/table/sweep/expired-rows.ts'

const HOUR = 3_600_000

test.each([
  ['2026-11-24T09:00:00.000Z', '2026-11-24T10'],
  ['2026-11-24T09:59:59.999Z', '2026-11-24T10'],
  ['2026-12-31T23:30:00.000Z', '2027-01-01T00'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23'],
])('what ends at %s is looked at from %s on', (end, hour) => {
  expect(hourAfter(Date.parse(end))).toBe(hour)
})

test('the hours of a day have each partition of limits once, in the order in which Azure sorts them', () => {
  const holds = (filter: string, key: string) => {
    const bounds = [...filter.matchAll(/(ge|lt) '([^']*)'/g)]
    return bounds.every(([, operator, bound = '']) => (operator === 'ge' ? key >= bound : key < bound))
  }
  const slices = Array.from({ length: 24 }, (_, hour) => sliceOf(hour * HOUR))
  const letters = Array.from('-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz')
  for (const key of [...letters.map((letter) => `${letter}x`), 'deployment', '', '~'])
    expect([key, slices.filter((slice) => holds(slice, key)).length]).toEqual([key, 1])
  const sizes = slices.map((slice) => letters.filter((letter) => holds(slice, letter)).length)
  expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([2, 3])
})
