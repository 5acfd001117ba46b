import { afterAll, beforeAll, expect, test } from '@jest/globals'

import type { Person } from '../../sandbox/people.ts'
import { ASKERS } from '../suite.ts'
import { ask } from './ask.ts'
import { expectReport } from './check-report.ts'
import type { Given, ReportCase } from './report-case.ts'
import { REPORT_CASES } from './report-cases.ts'
import { openStage, type Stage } from './stage.ts'

/** Moments at which two of the people have different days, months, quarters or years, or a day is not of 24 hours. */
export const CLOCKS: readonly (readonly [what: string, now: string])[] = [
  ['an ordinary Tuesday', '2026-11-24T09:30:00Z'],
  ['the last evening of a quarter, the next one in Berlin already', '2026-03-31T22:30:00Z'],
  ['the first hours of a month in Europe, the month before in New York', '2026-08-01T02:15:00Z'],
  ['New Year’s Eve in London and New York, New Year in Berlin', '2026-12-31T23:45:00Z'],
  ['the leap day in Europe, the day before in New York', '2028-02-29T02:30:00Z'],
  ['half an hour before British clocks go forward', '2026-03-29T00:30:00Z'],
  ['the hour that is repeated in London', '2026-10-25T00:30:00Z'],
  ['a Sunday, before New York’s clocks go back', '2026-11-01T03:30:00Z'],
]

function stageAt(now: Date): () => Stage {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage(now)
  })
  afterAll(() => stage.close())
  return () => stage
}

async function expectRight(stage: Stage, one: ReportCase, given: Given, person: Person): Promise<number> {
  try {
    return expectReport(stage, one, given, person, await ask(stage, one.slug, given, person)).length
  } catch (cause) {
    throw new Error(`${one.slug} of ${JSON.stringify(given)}, as ${person.name} asks for it`, { cause })
  }
}

/** Whether a report, by the number of its question, falls to the one or the other of the people. */
export type Falls = (question: number, who: number) => boolean

/** One test for a moment: what each gets of the reports that fall to them, asked for in each way, is what SQL says. */
export function inTurnTheRightReports(now: Date, falls: Falls): void {
  const stage = stageAt(now)
  test('each report as it falls to each person', async () => {
    let found = 0
    for (const [report, one] of REPORT_CASES.entries())
      for (const [which, given] of [{}, ...one.asked].entries())
        for (const [who, person] of ASKERS.entries())
          if (falls(report + which, who)) found += await expectRight(stage(), one, given, person)
    expect(found).toBeGreaterThan(100)
  }, 600_000)
}

/** One test for each report: what everybody gets at this moment, whatever they ask for, is what SQL says. */
export function everybodyGetsTheRightReports(now: Date): void {
  const opened = stageAt(now)

  test.each(REPORT_CASES.map((one) => [one.slug, one] as const))('%s', async (slug, one) => {
    const stage = opened()
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
