import { describe, expect, test } from '@jest/globals'
import { refusal } from '../../support/tables.ts'
import { ask, clockAt, read } from './asking.ts'

describe('a day against a column of times is the whole day', () => {
  test.each([
    ['eq', ['2026-11-18'], 'on 2026-11-18'],
    ['eq', ['2026-9-1'], 'on 2026-09-01'],
    ['eq', ['Nov 18, 2026'], 'on 2026-11-18'],
    ['ge', ['1st of September 2026'], 'on-or-after 2026-09-01'],
    ['on', ['2026-11-18'], 'on 2026-11-18'],
    ['lt', ['2026-11-18'], 'on-or-before 2026-11-17'],
    ['le', ['2026-11-18'], 'on-or-before 2026-11-18'],
    ['gt', ['2026-11-18'], 'on-or-after 2026-11-19'],
    ['ge', ['2026-11-18'], 'on-or-after 2026-11-18'],
    ['on-or-after', ['2026-11-18'], 'on-or-after 2026-11-18'],
    ['on-or-before', ['2026-11-18'], 'on-or-before 2026-11-18'],
    ['between', ['2026-11-01', '2026-11-18'], '(on-or-after 2026-11-01 and on-or-before 2026-11-18)'],
    ['in', ['2026-11-18', '2026-11-20'], '(on 2026-11-18 or on 2026-11-20)'],
    ['in', ['2026-11-18', 'null'], '(null or on 2026-11-18)'],
    ['eq', ['null'], 'null'],
    ['eq', [''], 'null'],
  ])('createdon %s %j', async (operator, values, meaning) =>
    expect(await read('createdon', operator, values)).toBe(meaning),
  )

  test('which is said with the time zone', async () => {
    const { notes } = await ask('createdon', 'eq', ['2026-11-18'])
    expect(notes).toEqual(['In "createdon eq 2026-11-18", 2026-11-18 was read as the whole day in Europe/London.'])
    expect((await ask('createdon', 'ge', ['2026-11-18'])).notes).toEqual([])
  })
})

describe('a time', () => {
  test.each([
    ['createdon', 'eq', '2026-07-18T10:00:00Z', 'eq 2026-07-18T10:00:00Z'],
    ['createdon', 'lt', '2026-07-18T10:00:00+02:00', 'lt 2026-07-18T08:00:00Z'],
    ['createdon', 'le', '2026-07-18 10:00', 'le 2026-07-18T09:00:00Z'],
    ['createdon', 'gt', '2026-07-18T9:30:15.250', 'gt 2026-07-18T08:30:15.250Z'],
    ['createdon', 'on', '2026-07-18T23:30:00Z', 'on 2026-07-19'],
    ['createdon', 'on-or-after', '2026-07-18T23:30', 'on-or-after 2026-07-18'],
    ['estimatedclosedate', 'eq', '2026-12-14T00:00:00+02:00', 'eq 2026-12-14'],
    ['estimatedclosedate', 'lt', '2026-12-14T10:00:00Z', 'lt 2026-12-15'],
    ['estimatedclosedate', 'lt', '2026-12-14T00:00:00Z', 'lt 2026-12-14'],
    ['estimatedclosedate', 'le', '2026-12-14T10:00:00Z', 'le 2026-12-14'],
    ['estimatedclosedate', 'gt', '2026-12-14T10:00:00Z', 'gt 2026-12-14'],
    ['estimatedclosedate', 'ge', '2026-12-14T10:00:00Z', 'ge 2026-12-15'],
    ['estimatedclosedate', 'ge', '2026-12-14T00:00:00Z', 'ge 2026-12-14'],
  ])('%s %s %s', async (column, operator, value, meaning) =>
    expect(await read(column, operator, [value])).toBe(meaning),
  )

  test('without a zone is one of the person’s clock, which is said', async () => {
    const { notes } = await ask('createdon', 'ge', ['2026-07-18T10:00'])
    expect(notes).toEqual([expect.stringContaining('read as the clock of Europe/London')])
  })
})

/** On Wednesday 18 November 2026, 10:30:15 in London. */
describe('a word', () => {
  test.each([
    ['eq', 'today', 'today'],
    ['eq', 'This Month', 'this-month'],
    ['eq', '@today()', 'today'],
    ['eq', 'thisweek', 'this-week'],
    ['eq', 'last 30 days', 'last-x-days 30'],
    ['eq', 'last7days', 'last-x-days 7'],
    ['eq', 'past 48 hours', 'last-x-hours 48'],
    ['eq', 'next 2 quarters', 'next-x-fiscal-periods 2'],
    ['eq', 'this-quarter', 'this-fiscal-period'],
    ['eq', '2026-07', '(on-or-after 2026-07-01 and on-or-before 2026-07-31)'],
    ['eq', 'July 2026', '(on-or-after 2026-07-01 and on-or-before 2026-07-31)'],
    ['eq', 'Q3 2026', '(on-or-after 2026-07-01 and on-or-before 2026-09-30)'],
    ['eq', '2026-Q4', '(on-or-after 2026-10-01 and on-or-before 2026-12-31)'],
    ['eq', '2026', '(on-or-after 2026-01-01 and on-or-before 2026-12-31)'],
    ['eq', '30 days ago', 'on 2026-10-19'],
    ['lt', 'today', 'on-or-before 2026-11-17'],
    ['le', 'today', 'on-or-before 2026-11-18'],
    ['gt', 'today', 'on-or-after 2026-11-19'],
    ['ge', 'today', 'on-or-after 2026-11-18'],
    ['lt', 'this-week', 'on-or-before 2026-11-14'],
    ['gt', 'last-month', 'on-or-after 2026-11-01'],
    ['lt', 'this-quarter', 'on-or-before 2026-09-30'],
    ['ge', 'last 30 days', 'on-or-after 2026-10-19'],
    ['gt', 'last 30 days', 'ge 2026-11-18T10:30:15Z'],
    ['le', 'next 7 days', 'on-or-before 2026-11-25'],
    ['lt', '3 months ago', 'on-or-before 2026-08-17'],
    ['ge', '2 hours ago', 'ge 2026-11-18T08:00:00Z'],
    ['ge', 'now', 'ge 2026-11-18T10:30:15Z'],
    ['lt', 'now', 'lt 2026-11-18T10:30:15Z'],
    ['on', 'now', 'on 2026-11-18'],
    ['on-or-after', 'yesterday', 'on-or-after 2026-11-17'],
  ])('createdon %s %s', async (operator, word, meaning) =>
    expect(await read('createdon', operator, [word])).toBe(meaning),
  )

  test.each([
    ['between', ['last-month', 'today'], '(ge 2026-10-01 and le 2026-11-18)'],
    ['in', ['today', '2026-12-24'], '(today or eq 2026-12-24)'],
    ['eq', ['July 2026'], '(ge 2026-07-01 and le 2026-07-31)'],
    ['gt', ['now'], 'gt 2026-11-18'],
    ['lt', ['now'], 'lt 2026-11-19'],
    ['lt', ['this-month'], 'lt 2026-11-01'],
  ])('of a column of days: %s %j', async (operator, words, meaning) =>
    expect(await read('estimatedclosedate', operator, words)).toBe(meaning),
  )

  test.each([
    ['createdon', 'lt', ['this-month'], 'The beginning of "this-month" of createdon was read as 2026-11-01'],
    ['createdon', 'le', ['this-month'], 'The end of "this-month" of createdon was read as 2026-11-30'],
    ['createdon', 'le', ['last-2-hours'], 'The end of "last-2-hours" of createdon was read as now'],
    [
      'estimatedclosedate',
      'ge',
      ['last-2-days'],
      'The beginning of "last-2-days" of estimatedclosedate was read as 2026-11-16',
    ],
    ['createdon', 'eq', ['this-month'], '"this-month" of createdon was read as 2026-11-01 to 2026-11-30'],
    [
      'createdon',
      'this-week',
      [],
      '"ThisWeek" of createdon was read as 2026-11-15 to 2026-11-21 (weeks begin on Sunday)',
    ],
    ['createdon', 'eq', ['today'], '"today" of createdon was read as 2026-11-18'],
    ['createdon', 'eq', ['next 3 days'], '"next 3 days" of createdon was read as now to 2026-11-21'],
    [
      'estimatedclosedate',
      'eq',
      ['next 3 days'],
      '"next 3 days" of estimatedclosedate was read as 2026-11-19 to 2026-11-21',
    ],
    [
      'estimatedclosedate',
      'last-x-days',
      ['2'],
      '"LastXDays 2" of estimatedclosedate was read as 2026-11-16 to 2026-11-18',
    ],
    ['createdon', 'last-x-hours', ['2'], '"LastXHours 2" of createdon was read as 2026-11-18T08:00:00+00:00 to now'],
    ['createdon', 'olderthan-x-years', ['1'], '"OlderThanXYears 1" of createdon was read as up to 2025-11-17'],
    [
      'createdon',
      'in-or-after-fiscal-period-and-year',
      ['2', '2026'],
      'was read as 2026-04-01 and later (by the fiscal settings of the organization)',
    ],
    ['createdon', 'eq', ['this quarter'], '2026-10-01 to 2026-12-31 (by the fiscal settings of the organization)'],
    ['createdon', 'eq', ['Q1 2026'], '"Q1 2026" of createdon was read as 2026-01-01 to 2026-03-31'],
  ])('the days are said: %s %s %j', async (column, operator, words, said) => {
    const { notes } = await ask(column, operator, words)
    expect(notes).toEqual([expect.stringContaining(`${said}, Europe/London.`)])
  })

  test('for a fiscal period needs the calendar only beside its equality', async () => {
    const clock = clockAt('2026-11-18T10:30:15Z', 'Europe/London', undefined)
    const without = { ...clock, fiscal: undefined }
    expect(await read('createdon', 'eq', ['this-quarter'], { clock: without })).toBe('this-fiscal-period')
    expect((await ask('createdon', 'eq', ['this-quarter'], { clock: without })).notes).toEqual([
      '"this-quarter" of createdon is decided by the fiscal settings of the organization, which Dynamics knows alone.',
    ])
    const error = await refusal(() => read('createdon', 'lt', ['this-quarter'], { clock: without }))
    expect(error.code).toBe('invalid_value')
  })
})

describe('operators of Dataverse’s own stay', () => {
  test.each([
    ['createdon', 'last-x-days', [' 30 '], 'last-x-days 30'],
    ['createdon', 'this-month', [], 'this-month'],
    ['createdon', 'in-fiscal-period-and-year', ['4', '2026'], 'in-fiscal-period-and-year 4 2026'],
    ['estimatedclosedate', 'last-x-hours', ['3'], 'last-x-hours 3'],
  ])('%s %s %j', async (column, operator, values, meaning) =>
    expect(await read(column, operator, values)).toBe(meaning),
  )

  test('hours of a column of days are said', async () =>
    expect((await ask('estimatedclosedate', 'last-x-hours', ['3'])).notes).toEqual([
      expect.stringContaining('Dataverse may refuse LastXHours'),
      '"LastXHours 3" of estimatedclosedate was read as no day, Europe/London.',
    ]))
})

describe('is refused', () => {
  test.each([
    ['eq', '31/01/2026', 'createdon eq 2026-01-31.'],
    ['eq', '03/04/2026', 'createdon eq 2026-04-03 or createdon eq 2026-03-04.'],
    ['eq', '2026-02-30', 'a day that exists'],
    ['eq', '1066-10-14', 'a day that exists'],
    ['eq', 'soon', 'createdon eq this-month'],
    ['eq', 'Nov 31, 2026', 'a day that exists'],
    ['gt', '', 'createdon eq null or createdon ne null'],
    ['last-x-days', '0', 'e.g. 30'],
    ['last-x-days', 'a few', 'e.g. 30'],
  ])('createdon %s %s', async (operator, value, step) => {
    const { code, nextStep } = await refusal(() => read('createdon', operator, [value]))
    expect([code, nextStep]).toEqual(['invalid_value', expect.stringContaining(step)])
  })
})
