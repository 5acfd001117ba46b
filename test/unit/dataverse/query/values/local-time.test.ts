import { describe, expect, test } from '@jest/globals'
import { dayIn, startOfDay } from '../../../../../shared/dataverse/local-time.ts'

const MINUTE = 60_000

describe('the first moment of a day is in it, and the minute before in another', () => {
  test.each([
    ['America/Santiago', '2026-09-06', '2026-09-06T04:00:00.000Z', 'leaves midnight out'],
    ['America/Havana', '2026-03-08', '2026-03-08T05:00:00.000Z', 'leaves midnight out'],
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z', 'leaves midnight out'],
    ['Asia/Beirut', '2026-03-29', '2026-03-28T22:00:00.000Z', 'leaves midnight out'],
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z', 'repeats midnight'],
    ['Asia/Beirut', '2026-10-25', '2026-10-24T22:00:00.000Z', 'repeats the hour before'],
    ['Europe/London', '2026-10-25', '2026-10-24T23:00:00.000Z', 'repeats a later hour'],
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z', 'leaves a later hour out'],
    ['America/New_York', '2026-11-01', '2026-11-01T04:00:00.000Z', 'repeats a later hour'],
    ['Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00:00.000Z', 'repeats half an hour'],
    ['Pacific/Auckland', '2026-09-27', '2026-09-26T12:00:00.000Z', 'leaves a later hour out'],
    ['Etc/UTC', '2026-01-01', '2026-01-01T00:00:00.000Z', 'never changes'],
  ])('in %s, %s is %s: the clock %s', (zone, day, instant) => {
    const start = startOfDay(day, zone)
    expect(new Date(start).toISOString()).toBe(instant)
    expect([dayIn(start, zone), dayIn(start - MINUTE, zone) < day]).toEqual([day, true])
  })

  test('of every day of a year, in zones of every kind', () => {
    for (const zone of ['America/Santiago', 'America/Havana', 'Asia/Beirut', 'Africa/Cairo', 'Europe/London'])
      for (let at = Date.parse('2026-01-01T12:00:00Z'); at < Date.parse('2027-01-01T00:00:00Z'); at += 86_400_000) {
        const day = new Date(at).toISOString().slice(0, 10)
        const start = startOfDay(day, zone)
        expect([zone, dayIn(start, zone), dayIn(start - 1, zone) < day]).toEqual([zone, day, true])
      }
  })
})
