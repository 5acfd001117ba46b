import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Harness, ToolAnswer } from '../support/harness.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'
import { FORGIVEN, REFUSED, type Args } from './wrong-calls.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker({ resultBytes: 1_000_000 })
})
afterAll(async () => await stage.close())

const query = async (args: Args): Promise<ToolAnswer> =>
  (await called(worker, 'query_crm', args, 'sales-manager')).answer

test('there are enough of them', () => expect(FORGIVEN.length + REFUSED.length).toBeGreaterThanOrEqual(60))

/** Another spelling of the very same thing, or words that the tool offers itself: there is nothing to report. */
const SAME = new Set([
  'one column as a text',
  'numbers and booleans in quotes',
  'null for what is left out',
  '$select in one text',
  'a lookup in select',
  'a lookup in a filter',
  'a lookup by the name of what it leads to',
  'a path through a lookup to accounts and contacts',
  'a quoted option value',
  'a quoted number',
  'IN of numbers',
  'this-month',
  'last-30-days',
  'this month in words',
  'FetchXML with a value in braces',
  'FetchXML with _x_value',
  'FetchXML with top and page',
  'a $orderby= prefix',
  'a path in the wrong case',
  'a path through the lookup column',
  'the direction in upper case',
  'upper case',
  'a display name',
])

describe('a call as models write it does what it means, and says how it was read', () => {
  test.each(FORGIVEN)('%s', async (what, wrong, meant) => {
    const [answer, right] = [await query(wrong), await query(meant)]
    expect(right.structuredContent?.error).toBeUndefined()
    expect(answer.structuredContent?.error).toBeUndefined()
    expect(answer.structuredContent?.rows).toEqual(right.structuredContent?.rows)
    expect(right.structuredContent?.rows?.length).toBeGreaterThan(0)
    if (SAME.has(what)) expect(answer.structuredContent?.interpreted).toBeUndefined()
    else expect(answer.structuredContent?.interpreted?.length).toBeGreaterThan(0)
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
