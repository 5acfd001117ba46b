import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { computeAnalysis } from '../../../shared/reports/analysis/compute/compute-analysis.ts'
import { finishAnalysis } from '../../../shared/reports/analysis/finish/finish-analysis.ts'
import type { Outcome } from '../../../shared/reports/analysis/model.ts'
import { parseAnalysis, type WrittenAnalysis } from '../../../shared/reports/analysis/parse/parse-analysis.ts'
import { person } from '../../sandbox/people.ts'
import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { stageAt, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await stageAt(NOW)
})
afterAll(() => stage.close())

const finished = async (asked: Omit<WrittenAnalysis, 'entity'>, change = (outcome: Outcome): Outcome => outcome) => {
  const parsed = parseAnalysis({ entity: 'opportunity', ...asked }, () => undefined)
  const deps = stage.call(person('analyst'))
  return await finishAnalysis(parsed, change(await computeAnalysis(parsed.analysis, deps)), 100, deps)
}
/** As if time had been over before the last row was read. */
const inPart = (outcome: Outcome): Outcome => ({
  ...outcome,
  sides: outcome.sides.map((side) => ({
    ...side,
    readings: side.readings.map((reading) => ({ ...reading, isPartial: true })),
  })),
})

test('of rows that were not all read none are said to be missing, and no part of a period is 0', async () => {
  const stages = { measures: ['count'], by: ['salesstage'], filter: 'salesstage ne 1' }
  expect((await finished(stages)).notes.join()).toContain('No rows of salesstage: Develop.')
  expect((await finished(stages, inPart)).notes.join()).not.toContain('No rows of')
  const months = { measures: ['count'], by: ['month(createdon)'], filter: 'createdon eq this-year' }
  expect((await finished(months)).rows).toHaveLength(12)
  const part = await finished(months, inPart)
  expect(part.rows.every((row) => Number(row['count']) > 0)).toBe(true)
  expect(part.notes.join()).toContain('Parts of month(createdon) without rows are not shown.')
})
