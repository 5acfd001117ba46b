import { describe, expect, test } from '@jest/globals'

import { relativeWindow } from '../../sandbox/dataverse/dates.ts'
import { seed } from '../../sandbox/dataverse/seed/seed.ts'
import { textOf } from '../../sandbox/dataverse/store.ts'
import { PEOPLE, person } from '../../sandbox/people.ts'

const windowOf = (operator: string, count: number, now: string, zone = 'Europe/London'): (string | undefined)[] => {
  const { from, to } = relativeWindow(operator, count, new Date(now), zone) ?? {}
  return [from, to].map((instant) => (instant === undefined ? undefined : new Date(instant).toISOString()))
}

describe('relative dates are the user’s own', () => {
  test.each([
    ['today', 0, '2026-06-30T23:30:00Z', '2026-06-30T23:00:00.000Z', '2026-07-01T23:00:00.000Z'],
    ['this-month', 0, '2026-06-30T23:30:00Z', '2026-06-30T23:00:00.000Z', '2026-07-31T23:00:00.000Z'],
    ['this-month', 0, '2026-03-15T12:00:00Z', '2026-03-01T00:00:00.000Z', '2026-03-31T23:00:00.000Z'],
    ['last-month', 0, '2026-01-31T12:00:00Z', '2025-12-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
    ['this-week', 0, '2026-11-24T12:00:00Z', '2026-11-22T00:00:00.000Z', '2026-11-29T00:00:00.000Z'],
    ['this-fiscal-period', 0, '2026-11-24T12:00:00Z', '2026-09-30T23:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['next-year', 0, '2026-11-24T12:00:00Z', '2027-01-01T00:00:00.000Z', '2028-01-01T00:00:00.000Z'],
    ['last-x-days', 30, '2026-11-24T12:00:00Z', '2026-10-24T23:00:00.000Z', '2026-11-24T12:00:00.000Z'],
    ['next-x-days', 7, '2026-11-24T12:00:00Z', '2026-11-24T12:00:00.000Z', '2026-12-02T00:00:00.000Z'],
    ['last-x-hours', 2, '2026-11-24T12:40:00Z', '2026-11-24T10:00:00.000Z', '2026-11-24T12:40:00.000Z'],
    ['olderthan-x-months', 1, '2026-11-24T12:00:00Z', undefined, '2026-10-23T23:00:00.000Z'],
  ])('%s %i at %s', (operator, count, now, from, to) => {
    expect(windowOf(operator, count, now)).toEqual([from, to])
  })

  test('another zone has another midnight, another word has no window', () => {
    expect(windowOf('yesterday', 0, '2026-11-24T23:30:00Z', 'Europe/Berlin')[1]).toBe('2026-11-24T23:00:00.000Z')
    expect(relativeWindow('sometime', 0, new Date('2026-11-24T12:00:00Z'), 'UTC')).toBeUndefined()
  })
})

describe('the seed', () => {
  test.each(['2026-01-31T23:59:00Z', '2028-02-29T12:00:00Z', '2026-12-31T12:00:00Z', '2027-03-01T00:30:00Z'])(
    'has deals of the rep that close in the month of %s',
    (now) => {
      const rep = person('sales rep').systemUserId
      const closing = seed(PEOPLE, new Date(now)).filter(
        ({ entity, values }) =>
          entity === 'opportunity' &&
          values['statecode'] === 0 &&
          textOf(values['estimatedclosedate']).startsWith(now.slice(0, 7)) &&
          JSON.stringify(values['ownerid']).includes(String(rep)),
      )
      expect(closing.length).toBeGreaterThan(3)
    },
  )

  test('is the same at every start', () => {
    const now = new Date('2026-11-24T09:30:00Z')
    const rows = seed(PEOPLE, now)
    expect(seed(PEOPLE, now)).toEqual(rows)
    expect(rows.length).toBeGreaterThan(600)
    const future = rows.filter(({ values }) => Date.parse(textOf(values['modifiedon'])) > now.getTime())
    expect(future).toEqual([])
  })
})
