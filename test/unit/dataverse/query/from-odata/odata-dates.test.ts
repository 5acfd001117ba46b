import { describe, expect, test } from '@jest/globals'
import { dateTests, readDateWord } from '../../../../../shared/dataverse/query/resolve/values/date-words.ts'
import { addDays, instantOf, isDay } from '../../../../../shared/dataverse/query/resolve/values/day.ts'
import { buildOdataQuery } from '../../../../../shared/dataverse/odata/query.ts'
import { METADATA, OPPORTUNITY } from '../../support/tables.ts'

const on = (name: string, column = 'createdon', value?: string | number): string =>
  `Microsoft.Dynamics.CRM.${name}(PropertyName='${column}'${value === undefined ? '' : `,PropertyValue=${value}`})`

async function sent(filter: string): Promise<string> {
  const { path } = await buildOdataQuery({ table: OPPORTUNITY, filter }, METADATA)
  return decodeURIComponent(path.split('$filter=')[1] ?? '')
}

describe('words after eq are Dataverse’s own functions', () => {
  test.each([
    ['today', on('Today')],
    ["'yesterday'", on('Yesterday')],
    ['Tomorrow', on('Tomorrow')],
    ['this-month', on('ThisMonth')],
    ["'last month'", on('LastMonth')],
    ['next week', on('NextWeek')],
    ["'this_year'", on('ThisYear')],
    ['thisweek', on('ThisWeek')],
    ['this-quarter', on('ThisFiscalPeriod')],
    ["'last-fiscal-year'", on('LastFiscalYear')],
    ['last-7-days', on('LastXDays', 'createdon', 7)],
    ['past 48 hours', on('LastXHours', 'createdon', 48)],
    ['next-30-days', on('NextXDays', 'createdon', 30)],
    ['last 3 months', on('LastXMonths', 'createdon', 3)],
    ["'next 2 quarters'", on('NextXFiscalPeriods', 'createdon', 2)],
  ])('createdon eq %s', async (word, filter) => expect(await sent(`createdon eq ${word}`)).toBe(filter))
})

describe('words after another operator', () => {
  test.each([
    ['ge today', [on('Today'), on('NextXYears', 'createdon', 100)]],
    ['lt today', [on('Yesterday'), on('OlderThanXDays', 'createdon', 1)]],
    ['le this-month', [on('ThisMonth'), on('LastMonth'), on('OlderThanXMonths', 'createdon', 1)]],
    ['lt 30 days ago', [on('OlderThanXDays', 'createdon', 30)]],
    ['lt last-30-days', [on('OlderThanXDays', 'createdon', 30)]],
    ['gt now', [on('NextXYears', 'createdon', 100)]],
  ])('createdon %s', async (condition, tests) => expect(await sent(`createdon ${condition}`)).toBe(tests.join(' or ')))

  const words = ['today', 'yesterday', 'tomorrow', 'last-week', 'this-week', 'next-week', 'this-fiscal-year', 'now']
  test.each(words.flatMap((word) => (['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const).map((how) => ({ word, how }))))(
    '$how $word is expressed or known to be beyond Dataverse',
    ({ word, how }) => {
      const tests = dateTests(readDateWord(word)!, how)
      expect(tests === undefined || tests.length > 0).toBe(true)
      if (how === 'eq') expect(tests === undefined).toBe(word === 'now')
      if (how === 'ne') expect(tests).toBeUndefined()
    },
  )

  test.each([
    '',
    'toda',
    'this-day-month',
    'last-0-days',
    'last-99999-days',
    'constructor',
    'next-hour',
    'this-3-months',
  ])('"%s" is no such word', (word) => expect(readDateWord(word)).toBeUndefined())
})

describe('days and times', () => {
  test.each([
    ['createdon eq 2026-01-31', on('On', 'createdon', "'2026-01-31'")],
    ['createdon le 2026-02-28', on('OnOrBefore', 'createdon', "'2026-02-28'")],
    ['createdon gt 2028-02-28', on('OnOrAfter', 'createdon', "'2028-02-29'")],
    ['createdon lt 2026-03-01', on('OnOrBefore', 'createdon', "'2026-02-28'")],
    ['createdon ge 2026-03-01', on('OnOrAfter', 'createdon', "'2026-03-01'")],
    ['createdon ge 2026-01-31T10:00:00+02:00', 'createdon ge 2026-01-31T08:00:00Z'],
    ["createdon ge '2026-01-31T10:00'", 'createdon ge 2026-01-31T10:00:00Z'],
    ["createdon ge datetime'2026-01-31T10:00:00Z'", 'createdon ge 2026-01-31T10:00:00Z'],
    ['estimatedclosedate le 2026-01-31', 'estimatedclosedate le 2026-01-31'],
    ["estimatedclosedate le '2026-01-31'", 'estimatedclosedate le 2026-01-31'],
    ['estimatedclosedate le 2026-01-31T10:00:00Z', 'estimatedclosedate le 2026-01-31'],
    [
      'parentaccountid/createdon eq 2026-12-31',
      'parentaccountid/createdon ge 2026-12-31T00:00:00Z and parentaccountid/createdon lt 2027-01-01T00:00:00Z',
    ],
    ['parentaccountid/createdon le 2026-12-31', 'parentaccountid/createdon lt 2027-01-01T00:00:00Z'],
  ])('%s', async (filter, written) => expect(await sent(filter)).toBe(written))

  test('only days that exist are days', () => {
    expect(['2024-02-29', '2026-02-29', '2026-13-01', '2026-1-1', '0000-00-00', 'x'].filter(isDay)).toEqual([
      '2024-02-29',
    ])
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(instantOf('2026-01-31T25:00:00Z')).toBeUndefined()
    expect(instantOf('2026-01-31T10:00:00.250-0130')).toEqual({ value: '2026-01-31T11:30:00.250Z', zoned: true })
  })
})
