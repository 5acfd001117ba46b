import { opportunityCases } from './opportunity-cases.ts'
import { otherCases } from './other-cases.ts'
import type { ReportCase } from './report-case.ts'

/** Every report that comes with the app. */
export const REPORT_CASES: readonly ReportCase[] = [...opportunityCases, ...otherCases]
