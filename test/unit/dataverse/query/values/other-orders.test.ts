import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { QueryError } from '../../../../../shared/dataverse/errors.ts'
import { readDate, readMoment } from '../../../../../shared/dataverse/change/values/dates.ts'
import { readRange } from '../../../../../shared/dataverse/records/timeline/range.ts'
import { ordersOf, otherOrders, readDay } from '../../../../../shared/dataverse/query/resolve/values/dates/day.ts'
import { isBareValue } from '../../../../../shared/dataverse/query/from-odata/tokens.ts'
import { clockIn, offered, outcomeOf } from '../../change/values/support.ts'
import { read } from './asking.ts'

const CLOCK = clockIn('Europe/Berlin')

/** A day written with its year last, and the days that it may be, day first. */
const written = fc
  .record({
    first: fc.integer({ min: 1, max: 31 }),
    second: fc.integer({ min: 1, max: 31 }),
    year: fc.integer({ min: 2000, max: 2099 }),
    sign: fc.constantFrom('/', '.', '-'),
    width: fc.constantFrom(1, 2),
    short: fc.boolean(),
    time: fc.constantFrom('', ' 9:05', 'T09:05', ' 23:59:10Z', 'T10:00+02:00'),
  })
  .map(({ first, second, year, sign, width, short, time }) => {
    const [one, two] = [first, second].map((part) => String(part).padStart(width, '0')) as [string, string]
    const tail = short && sign !== '-' ? String(year).slice(2) : String(year)
    const days = [isoOf(year, second, first), isoOf(year, first, second)].filter((day) => day !== undefined)
    return { text: `${one}${sign}${two}${sign}${tail}${time}`, days: [...new Set(days)], time }
  })

function isoOf(year: number, month: number, date: number): string | undefined {
  const day = new Date(Date.UTC(year, month - 1, date))
  return day.getUTCMonth() === month - 1 ? day.toISOString().slice(0, 10) : undefined
}

describe('a day with its year last', () => {
  test('is offered as each day that it may be, and each is read as that day', () => {
    fc.assert(
      fc.property(written, ({ text, days, time }) => {
        const offers = otherOrders(text)
        expect(readDay(text)).toBeUndefined()
        expect(offers.map((one) => readDay(one)?.day)).toEqual(days)
        expect(offers.every((one) => (readDay(one)?.clock === undefined) === (time === ''))).toBe(true)
      }),
    )
  })

  test('needs no quotes in a filter', () => {
    fc.assert(fc.property(written, ({ text }) => expect([text, isBareValue(text)]).toEqual([text, true])))
  })

  test('is refused alike by filters, timelines and writes, which offer the same days', async () => {
    await fc.assert(
      fc.asyncProperty(written, async ({ text, days, time }) => {
        fc.pre(days.length > 0)
        const refused = await Promise.all([
          refusalOf(async () => await read('createdon', 'ge', [text])),
          refusalOf(
            async () =>
              await readRange({ since: text }, TABLE, {
                note: () => undefined,
                clock,
                callOf: (range) => JSON.stringify(range),
              }),
          ),
        ])
        for (const one of refused) expect([text, daysIn(one)]).toEqual([text, days])
        const writes = [
          outcomeOf((place) => readDate(text, place, CLOCK)),
          outcomeOf((place) => readMoment(text, place, CLOCK).utc),
        ]
        for (const one of writes) expect([text, daysIn(offered(one).join(' '))]).toEqual([text, days])
        expect(JSON.stringify(writes[1]).includes('Ask the person for the time')).toBe(time === '')
        for (const to of offered(writes[0]!))
          expect(outcomeOf((p) => readDate(to ?? '', p, CLOCK)).problem).toBeUndefined()
        for (const to of offered(writes[1]!))
          expect(outcomeOf((p) => readMoment(to ?? '', p, CLOCK)).problem).toBeUndefined()
      }),
      { numRuns: 60 },
    )
  })

  test.each([
    [
      ['03/04/2026', '04/05/2026'],
      [
        ['2026-04-03', '2026-05-04'],
        ['2026-03-04', '2026-04-05'],
      ],
    ],
    [['03/04/2026', '31/05/2026'], [['2026-04-03', '2026-05-31']]],
    [
      ['03/04/2026', 'today'],
      [
        ['2026-04-03', 'today'],
        ['2026-03-04', 'today'],
      ],
    ],
    [['31/01/2026', '01/31/2026'], []],
    [['04/04/2026'], [['2026-04-04']]],
    [['32/01/2026'], []],
  ])('of %j all are in one order: %j', (texts, orders) => expect(ordersOf(texts)).toEqual(orders))

  test.each([
    [
      ['31/01/2026', '02/13/2026'],
      ['2026-01-31', '2026-02-13'],
    ],
    [
      ['31/01/2026', '02/13/2026', '03/04/2026'],
      ['2026-01-31', '2026-02-13', '2026-04-03', '2026-01-31', '2026-02-13', '2026-03-04'],
    ],
    [
      ['01/13/2026', 'today', '31/12/2026 10:00'],
      ['2026-01-13', '2026-12-31'],
    ],
  ])('where no order fits all of %j each is offered in its own: %j', async (texts, days) => {
    const step = await refusalOf(async () => await read('createdon', 'in', texts))
    expect(daysIn(step)).toEqual(days)
    expect(step).not.toMatch(/\d\/\d/)
  })

  test('with its year first needs no asking, whatever stands between', () =>
    expect(['2026/9/1', '2026.09.01', '2026-09-01T10:00'].map((text) => readDay(text)?.day)).toEqual(
      Array.from({ length: 3 }, () => '2026-09-01'),
    ))
})

const clock = async () => CLOCK
const TABLE = {} as Parameters<typeof readRange>[1]

async function refusalOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run()
  } catch (error) {
    if (error instanceof QueryError) return error.nextStep
    throw error
  }
  throw new Error('was read')
}

function daysIn(text: string): string[] {
  return [...text.matchAll(/\d{4}-\d\d-\d\d/g)].map(([day]) => day)
}
