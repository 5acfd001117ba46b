import { describe, expect, test } from '@jest/globals'

import { BUILT_IN_REPORTS } from '../../../shared/reports/catalogue/built-in.ts'
import { CLOCKS, inTurnTheRightReports } from './everybody.ts'
import { REPORT_CASES } from './report-cases.ts'

test('every report that comes with the app is computed in SQL too', () =>
  expect(REPORT_CASES.map(({ slug }) => slug).sort()).toEqual(BUILT_IN_REPORTS.map(({ slug }) => slug).sort()))

// Each report as each person asks for it, each time at one of the clocks; the sweep asks everything at each of them.
describe.each(CLOCKS.map(([what, now], at) => [what, now, at] as const))('%s', (_what, now, at) =>
  inTurnTheRightReports(at, new Date(now)),
)
