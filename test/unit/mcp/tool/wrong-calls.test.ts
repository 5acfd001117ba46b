import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Harness, ToolAnswer } from '../support/harness.ts'
import { called, LATE_IN_A_YEAR, openStage, type Stage } from '../support/sandbox-stage.ts'
import { FORGIVEN, REFUSED, type Args } from './wrong-calls.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage([], () => LATE_IN_A_YEAR)
  worker = stage.coldWorker({ resultBytes: 1_000_000 })
})
afterAll(async () => await stage.close())

const query = async (args: Args): Promise<ToolAnswer> =>
  (await called(worker, 'query_crm', args, 'sales-manager')).answer

test('there are enough of them', () => expect(FORGIVEN.length + REFUSED.length).toBeGreaterThanOrEqual(60))

/** Readings that another could take the place of, and words for days; all others are spellings of the very same thing. */
const SAID = new Set([
  'a label in select',
  'a number with separators',
  'this-month',
  'this month in words',
  'this year in words',
  'last-30-days',
  'a function without its namespace',
  'me',
])

/** Said of every amount that is compared, however it is written. */
const OF_AMOUNTS = /is compared in each row's own currency/

describe('a call as models write it does what it means, and says how it was read where it could mean something else', () => {
  test.each(FORGIVEN)('%s', async (what, wrong, meant) => {
    const [answer, right] = [await query(wrong), await query(meant)]
    expect(right.structuredContent?.error).toBeUndefined()
    expect(answer.structuredContent?.error).toBeUndefined()
    expect(answer.structuredContent?.rows).toEqual(right.structuredContent?.rows)
    expect(right.structuredContent?.rows?.length).toBeGreaterThan(0)
    const said = (answer.structuredContent?.interpreted ?? []).filter((sentence) => !OF_AMOUNTS.test(sentence))
    expect([what, said.length > 0]).toEqual([what, SAID.has(what)])
  })
})

describe('a call that nothing can be meant by is refused, and its first suggestion works', () => {
  test.each(REFUSED)('%s', async (_what, wrong, code, replaced) => {
    const { isError, structuredContent } = await query(wrong)
    expect(isError).toBe(true)
    expect(structuredContent?.error?.code).toBe(code)
    const suggestion = /: ([A-Za-z_][\w-]*)/.exec(structuredContent?.error?.nextStep ?? '')?.[1] ?? ''
    const corrected = JSON.stringify(wrong).replaceAll(new RegExp(`\\b${replaced}\\b`, 'g'), suggestion)
    const answer = await query(JSON.parse(corrected) as Args)
    expect(answer.structuredContent?.error).toBeUndefined()
  })
})
