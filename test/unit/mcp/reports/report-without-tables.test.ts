import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { called, openStage, type Called, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

const ASKED = { report: 'accounts-no-activity', top: 500 }
const NOT_CASES = 'Cases are not looked at: you may not read them.'
const notesOf = ({ answer }: Called): readonly string[] => answer.structuredContent?.notes ?? []
const numberOf = ({ answer }: Called): number => answer.structuredContent?.rows?.length ?? Number.NaN

describe('a report that a person may not read every table of', () => {
  test('does without it in one sentence, and in one request once that is known', async () => {
    const worker = stage.coldWorker()
    const first = await called(worker, 'run_report', ASKED, 'without-cases')
    expect(first.answer.isError).toBeUndefined()
    expect(notesOf(first).filter((note) => note.includes('may not'))).toEqual([NOT_CASES])
    expect(first.answer.content[0]?.text).toContain(NOT_CASES)
    expect(JSON.stringify(first.answer)).not.toMatch(/0x8004/)
    const again = await called(worker, 'run_report', ASKED, 'without-cases')
    expect(again.requests).toBe(1)
    expect(again.answer.structuredContent?.rows).toEqual(first.answer.structuredContent?.rows)
  })

  test('counts what teams of theirs own without it too', async () => {
    const worker = stage.coldWorker()
    for (const asked of ['cold', 'warm']) {
      const own = await called(worker, 'run_report', { ...ASKED, owner: 'me' }, 'without-cases')
      expect([asked, own.answer.isError, notesOf(own)[0]]).toEqual([asked, undefined, NOT_CASES])
      expect(JSON.stringify(own.answer.structuredContent?.['reading'])).not.toContain('was not counted')
      if (asked === 'warm') expect(own.requests).toBe(1)
    }
  })

  test('says nothing of it to whoever may read them all, nor where it is not asked for', async () => {
    const worker = stage.coldWorker()
    const whole = await called(worker, 'run_report', ASKED, 'analyst')
    expect(notesOf(whole)).toEqual([])
    await called(worker, 'run_report', ASKED, 'without-cases')
    const direct = await called(worker, 'run_report', { ...ASKED, direct: true }, 'without-cases')
    expect([notesOf(direct), direct.answer.isError]).toEqual([[], undefined])
    expect(numberOf(direct)).toBeGreaterThan(numberOf(whole))
  })

  test('is refused where it cannot do without', async () => {
    const { answer } = await called(stage.coldWorker(), 'run_report', ASKED, 'without-roles')
    expect(answer.isError).toBe(true)
  })

  test('how to read it comes before the rows', async () => {
    const { answer } = await called(stage.coldWorker(), 'run_report', ASKED, 'analyst')
    const text = answer.content[0]?.text ?? ''
    expect(text.indexOf('An activity counts when it regards')).toBeGreaterThan(0)
    expect(text.indexOf('An activity counts when it regards')).toBeLessThan(text.indexOf('| '))
  })
})
