import { describe, expect, test } from '@jest/globals'

import { BUILT_IN_REPORTS } from '../../../shared/reports/catalogue/built-in.ts'
import { everybodyGetsTheRightReports } from './everybody.ts'
import { REPORT_CASES } from './report-cases.ts'

/** Moments at which two of the people have different days, months, quarters or years. */
const CLOCKS: readonly (readonly [what: string, now: string])[] = [
  ['an ordinary Tuesday', '2026-11-24T09:30:00Z'],
  ['the last evening of a quarter, the next one in Berlin already', '2026-03-31T22:30:00Z'],
  ['the first hours of a month in Europe, the month before in New York', '2026-08-01T02:15:00Z'],
  ['New Year’s Eve in London and New York, New Year in Berlin', '2026-12-31T23:45:00Z'],
  ['the leap day in Europe, the day before in New York', '2028-02-29T02:30:00Z'],
]

test('every report that comes with the app is computed in SQL too', () =>
  expect(REPORT_CASES.map(({ slug }) => slug).sort()).toEqual(BUILT_IN_REPORTS.map(({ slug }) => slug).sort()))

describe.each(CLOCKS)('%s', (_what, now) => everybodyGetsTheRightReports(new Date(now)))
