import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Scalar } from '../../../../../shared/dataverse/change/model.ts'
import {
  type Moment,
  readDate,
  readMoment,
  readWallTime,
  startOfDate,
} from '../../../../../shared/dataverse/change/values/dates.ts'
import { wireValueOf } from '../../../../../shared/dataverse/change/values/wire-value.ts'
import { instantsOfClock, isoInZone, localOffset, localParts } from '../../../../../shared/dataverse/local-time.ts'
import { clockIn, columnOf, offered, outcomeOf, said } from './support.ts'

const ZONES = ['Europe/Berlin', 'Europe/London', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Etc/UTC']
const DAY_MS = 86_400_000
const BERLIN = clockIn('Europe/Berlin')

describe('a day', () => {
  test.each<[Exclude<Scalar, null>, unknown]>([
    ['2027-01-15', '2027-01-15'],
    ['2027-1-5', '2027-01-05'],
    ['1753-01-01', '1753-01-01'],
    ['2024-02-29', '2024-02-29'],
    ['1752-12-31', 'value_invalid'],
    ['2023-02-29', 'value_invalid'],
    ['2027-01-15T10:00', 'value_invalid'],
    ['2027-01-15T10:00Z', 'value_invalid'],
    ['15/01/2027', 'value_invalid'],
    ['tomorrow', 'value_invalid'],
    ['next week', 'value_invalid'],
    ['', 'value_invalid'],
    [20270115, 'value_invalid'],
    [true, 'value_invalid'],
  ])('%j is %j', (to, expected) => {
    const outcome = outcomeOf((place) => readDate(to, place, BERLIN))
    expect(said(outcome)).toBe(expected)
    if (!outcome.problem) return
    expect(offered(outcome).length).toBeGreaterThan(0)
    for (const value of offered(outcome))
      expect(said(outcomeOf((place) => readDate(value ?? '', place, BERLIN)))).toBe(value)
  })

  test('a word is answered with the day that it means', () => {
    const days = (to: string): Scalar[] => offered(outcomeOf((place) => readDate(to, place, BERLIN)))
    expect(days('tomorrow')).toEqual(['2026-11-25'])
    expect(days('today')).toEqual(['2026-11-24'])
    expect(days('02/03/2027')).toEqual(['2027-03-02', '2027-02-03'])
    expect(days('2027-01-15T23:30:00-08:00')).toEqual(['2027-01-15'])
  })
})

describe('a time', () => {
  test.each<[Exclude<Scalar, null>, unknown]>([
    ['2027-01-15T10:00', '2027-01-15T09:00:00Z'],
    ['2027-07-15 10:00', '2027-07-15T08:00:00Z'],
    ['2027-07-15T10:00:30Z', '2027-07-15T10:00:30Z'],
    ['2027-07-15T10:00+0530', '2027-07-15T04:30:00Z'],
    // Berlin's clock goes from 2:00 to 3:00 on 28 March, and back from 3:00 to 2:00 on 31 October.
    ['2027-03-28T01:59:59', '2027-03-28T00:59:59Z'],
    ['2027-03-28T02:00', 'value_invalid'],
    ['2027-03-28T02:59:59', 'value_invalid'],
    ['2027-03-28T03:00', '2027-03-28T01:00:00Z'],
    ['2027-10-31T01:59:59', '2027-10-30T23:59:59Z'],
    ['2027-10-31T02:00', 'value_invalid'],
    ['2027-10-31T02:30+02:00', '2027-10-31T00:30:00Z'],
    ['2027-10-31T02:30+01:00', '2027-10-31T01:30:00Z'],
    ['2027-10-31T03:00', '2027-10-31T02:00:00Z'],
    ['2027-01-15', 'value_invalid'],
    ['tomorrow', 'value_invalid'],
    ['now', 'value_invalid'],
    ['10:00', 'value_invalid'],
    ['1752-01-01T10:00', 'value_invalid'],
    ['2027-01-15T24:00', 'value_invalid'],
    [1_800_000_000, 'value_invalid'],
  ])('%j is %j', (to, expected) => {
    const outcome = outcomeOf((place) => readMoment(to, place, BERLIN).utc)
    expect(said(outcome)).toBe(expected)
    if (!outcome.problem) return
    expect(offered(outcome).length).toBeGreaterThan(0)
    for (const value of offered(outcome))
      expect(outcomeOf((place) => readMoment(value ?? '', place, BERLIN)).problem).toBeUndefined()
  })

  test('the hour that comes twice is offered with both of its offsets', () => {
    const outcome = outcomeOf((place) => readMoment('2027-10-31T02:30', place, BERLIN))
    expect(offered(outcome)).toEqual(['2027-10-31T02:30:00+02:00', '2027-10-31T02:30:00+01:00'])
  })

  test('says what a time without an offset is, in both zones', () => {
    const { notes } = outcomeOf((place) => readMoment('2027-01-15T10:00', place, BERLIN))
    expect(notes).toEqual([expect.stringContaining('2027-01-15T10:00:00+01:00 in Europe/Berlin, 2027-01-15T09:00:00Z')])
  })

  test.each(ZONES)(
    'every quarter of an hour around the changes of the clock of %s is its instant, or is refused',
    (zone) => {
      const clock = clockIn(zone)
      const column = columnOf('DateTime')
      const days = Array.from({ length: 366 }, (_one, at) => Date.UTC(2027, 0, at + 1))
      const changes = days.filter((day) => localOffset(day, zone) !== localOffset(day + DAY_MS, zone))
      const tally = { refused: 0 }
      for (const day of [...changes.flatMap((one) => [one - DAY_MS, one, one + DAY_MS]), ...days.slice(0, 2)]) {
        for (let quarter = 0; quarter < 96; quarter += 1) {
          const wall = new Date(day + quarter * 900_000).toISOString().slice(0, 19)
          const outcome = outcomeOf((place) => readMoment(wall, place, clock).local)
          if (outcome.problem) tally.refused += 1
          else
            expect([
              wall,
              shownIn(wireValueOf(column, { to: String(outcome.value) }, { rules: undefined, clock }), zone),
            ]).toEqual([wall, wall])
        }
      }
      // An hour that is left out, and one that comes twice; half an hour of each on Lord Howe.
      expect(tally.refused).toBe(changes.length === 0 ? 0 : zone === 'Australia/Lord_Howe' ? 4 : 8)
    },
  )

  test('instants and what a clock shows lead to one another, at any minute of any zone', () => {
    const minutes = fc.integer({ min: Date.UTC(1990, 0) / 60_000, max: Date.UTC(2045, 0) / 60_000 })
    fc.assert(
      fc.property(minutes, fc.constantFrom(...ZONES), (minute, zone) => {
        const instant = minute * 60_000
        const { year, month, day, clock } = localParts(instant, zone)
        const wall = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}T${clock}`
        return instantsOfClock(wall, zone).includes(instant) && Date.parse(isoInZone(instant, zone)) === instant
      }),
      { numRuns: 500 },
    )
  })
})

const shownIn = (utc: unknown, zone: string): string => isoInZone(Date.parse(String(utc)), zone).slice(0, 19)

describe('what a clock shows in no zone', () => {
  test.each<[Exclude<Scalar, null>, unknown]>([
    ['2027-03-28T02:30', '2027-03-28T02:30:00'],
    ['2027-03-28 02:30:15.5', '2027-03-28T02:30:15'],
    ['2027-03-28T02:30Z', 'value_invalid'],
    ['2027-03-28T02:30+01:00', 'value_invalid'],
    ['2027-03-28', 'value_invalid'],
  ])('%j is %j', (to, expected) => {
    const outcome = outcomeOf((place) => readWallTime(to, place, BERLIN))
    expect(said(outcome)).toBe(expected)
    for (const value of offered(outcome))
      expect(said(outcomeOf((place) => readWallTime(value ?? '', place, BERLIN)))).toMatch(/^2027-03-28T/)
  })
})

test.each([
  ['Europe/Berlin', '2027-01-15', '2027-01-14T23:00:00Z'],
  ['America/New_York', '2027-07-15', '2027-07-15T04:00:00Z'],
  // Where clocks go forward at midnight the day begins at one.
  ['America/Asuncion', '2023-10-01', '2023-10-01T04:00:00Z'],
])('a day that is kept as an instant begins in %s', (zone, day, utc) => {
  expect(startOfDate(day, clockIn(zone))).toBe(utc)
})

test('a moment is one instant in both of its texts, at the ends of time too, or is refused', () => {
  const edges = ['1753-01-01T00:00', '1753-01-02T12:00', '1850-05-05T10:00', '1893-04-01T00:00', '9999-12-31T23:59:59']
  const shown = [...edges, ...edges.map((one) => `${one}Z`), ...edges.map((one) => `${one}+14:00`)]
  for (const zone of [...ZONES, 'Pacific/Auckland', 'America/Los_Angeles'])
    for (const to of shown) {
      const { value, problem } = outcomeOf((place) => readMoment(to, place, clockIn(zone)))
      if (problem) continue
      const { local, utc } = value as Moment
      expect([zone, to, Date.parse(local)]).toEqual([zone, to, Date.parse(utc)])
      expect([zone, to, utc.length, utc.startsWith('1752')]).toEqual([zone, to, 20, false])
    }
})
