import { describe, expect, test } from '@jest/globals'

import { relativeWindow } from '../../../../sandbox/dataverse/query/dates.ts'
import { dateGroupOf } from '../../../../sandbox/dataverse/fetchxml/date-grouping.ts'
import { parseInstant } from '../../../../sandbox/dataverse/query/operands.ts'
import type { Column } from '../../../../sandbox/dataverse/schema/schema.ts'
import { seed } from '../../../../sandbox/dataverse/seed/seed.ts'
import { textOf } from '../../../../sandbox/dataverse/store/store.ts'
import { PEOPLE, person } from '../../../../sandbox/people.ts'

const windowOf = (operator: string, count: number, now: string, zone = 'Europe/London'): (string | undefined)[] => {
  const { from, to } = relativeWindow(operator, count, new Date(now), zone) ?? {}
  return [from, to].map((instant) => (instant === undefined ? undefined : new Date(instant).toISOString()))
}

describe('relative dates are the user’s own', () => {
  test.each([
    ['today', 0, '2026-06-30T23:30:00Z', '2026-06-30T23:00:00.000Z', '2026-07-01T23:00:00.000Z'],
    ['tomorrow', 0, '2026-03-28T12:00:00Z', '2026-03-29T00:00:00.000Z', '2026-03-29T23:00:00.000Z'],
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

describe('dates fall into groups where the user is', () => {
  const column: Column = { name: 'createdon', schemaName: 'CreatedOn', label: 'Created On', type: 'DateTime' }
  const late = '2026-12-31T23:30:00Z'
  test.each([
    ['day', 'Europe/Berlin', 1, '1'],
    ['day', 'UTC', 31, '31'],
    ['week', 'Europe/Berlin', 1, '1'],
    ['week', 'UTC', 53, '53'],
    ['month', 'Europe/Berlin', 1, '1'],
    ['quarter', 'UTC', 4, '4'],
    ['year', 'Europe/Berlin', 2027, '2,027'],
    ['fiscal-period', 'Europe/Berlin', 20271, 'Quarter 1 FY2027'],
    ['fiscal-year', 'UTC', 2026, 'FY2026'],
  ])('%s in %s', (grouping, zone, value, formatted) => {
    const { part, format } = dateGroupOf(grouping, column, zone)
    expect([part(late), format(value), part(null)]).toEqual([value, formatted, null])
  })

  test('a day without a time is the same day everywhere', () => {
    const { part } = dateGroupOf('day', { ...column, behavior: 'DateOnly' }, 'Pacific/Honolulu')
    expect(part('2026-11-24')).toBe(24)
  })
})

test.each([
  ['2026-07-01', '2026-06-30T23:00:00.000Z'],
  ['2026-7-1 9:30', '2026-07-01T08:30:00.000Z'],
  ['7/1/2026', '2026-06-30T23:00:00.000Z'],
  ['2026-07-01T09:30:00.5Z', '2026-07-01T09:30:00.500Z'],
  ['2026-07-01T09:30:00+02:00', '2026-07-01T07:30:00.000Z'],
  ['2026-07-01T09:30:00-0500', '2026-07-01T14:30:00.000Z'],
])('%s in London', (text, instant) => {
  expect(new Date(parseInstant(text, 'Europe/London')).toISOString()).toBe(instant)
})

test.each(['', 'today', '2026-13-01', '2026-02-29', '2026-01-01T24:00', '1600-01-01', '2026/01/01'])(
  '"%s" is no date',
  (text) => expect(parseInstant(text, 'UTC')).toBeNaN(),
)

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
