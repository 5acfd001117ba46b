import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { ASKERS } from '../suite.ts'
import { ask } from './ask.ts'
import { expectReport } from './check-report.ts'
import { REPORT_CASES } from './report-cases.ts'
import { openStage, type Stage } from './stage.ts'

/** One test for each report: what everybody gets at this moment, whatever they ask for, is what SQL says. */
export function everybodyGetsTheRightReports(now: Date): void {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage(now)
  })
  afterAll(() => stage.close())

  test.each(REPORT_CASES.map((one) => [one.slug, one] as const))('%s', async (slug, one) => {
    const answers = new Set<string>()
    for (const given of [{}, ...one.asked]) {
      for (const person of ASKERS) {
        const lines = expectReport(stage, one, given, person, await ask(stage, slug, given, person))
        if (lines.length > 0) answers.add(`${JSON.stringify(given)} ${JSON.stringify(lines)}`)
      }
    }
    // A report that everybody, or nobody, sees the same rows in would prove little of whose rows they are.
    expect(answers.size).toBeGreaterThan(1 + one.asked.length)
  })
}
