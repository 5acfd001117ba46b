import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'
import type { Harness } from '../support/harness.ts'
import { rowsAsObjects } from '../support/rows.ts'

let stage: Stage
let harness: Harness
beforeAll(async () => {
  stage = await openStage()
  harness = stage.coldWorker()
  await called(harness, 'run_report', { view: 'Open Opportunities', entity: 'opportunity' })
})
afterAll(() => stage.close())

describe('run_report with saved views', () => {
  test('runs one in two requests, and reads well', async () => {
    const { answer, requests } = await called(harness, 'run_report', {
      view: 'open opportunities',
      entity: 'Opportunity',
    })
    expect([answer.isError, requests]).toEqual([undefined, 2])
    expect(answer.structuredContent).toMatchObject({ title: 'Open Opportunities', picture: { kind: 'table' } })
    const text = answer.content[0]?.text ?? ''
    expect(text).toMatch(/^\*\*Open Opportunities\*\*, as of \d{4}-\d\d-\d\d \d\d:\d\d \(Europe\/London\)/)
    expect(text).toMatch(/\| Topic \| Customer \| Est\. Revenue \| Est\. Close Date \|/)
    expect(harness.events.at(-1)).toMatchObject({ report: 'saved-views', entity: 'opportunity', outcome: 'ok' })
  })

  test('lists them in one request', async () => {
    const { answer, requests } = await called(harness, 'run_report', { report: 'saved-views', entity: 'opportunity' })
    expect([answer.isError, requests]).toEqual([undefined, 1])
    expect(rowsAsObjects(answer.structuredContent).map(({ name, whose }) => [name, whose])).toEqual([
      ['My big deals', 'own'],
      ['Open Opportunities', 'everybody'],
    ])
  })

  test('someone without a role gets no view, and an error that says so', async () => {
    const { answer } = await called(harness, 'run_report', { view: 'My big deals' }, 'without-roles')
    expect(answer.isError).toBe(true)
  })

  test('a result keeps its budget of bytes and says what was left out', async () => {
    const small = stage.coldWorker({ resultBytes: 5_000 })
    const { answer } = await called(small, 'run_report', { view: 'Active Accounts' }, 'analyst')
    expect(Buffer.byteLength(JSON.stringify(answer.structuredContent))).toBeLessThan(5_200)
    expect(answer.structuredContent?.cursor).toEqual(expect.any(String))
    expect(answer.structuredContent).toMatchObject({ more: true })
    expect(answer.structuredContent?.notes?.join()).toContain('did not fit')
  })

  test.each([
    [{}, 'invalid_arguments', 'report "saved-views" lists them'],
    [{ report: 'team-pipeline', view: 'Open Leads' }, 'invalid_arguments', 'not both'],
    [{ view: 'Open Leads', top: 0 }, 'invalid_parameter', 'from 1 to 500'],
    [{ view: 'Open Leads', top: 501 }, 'invalid_parameter', 'from 1 to 500'],
    [{ view: '' }, 'invalid_arguments', 'report "saved-views" lists them'],
    [{ view: 'Open Leads', entity: 'no such table' }, 'unknown_entity', ''],
    [{ report: 'saved-views', entity: 'acount' }, 'unknown_entity', 'account'],
    [{ view: 'Open Leeds' }, 'unknown_view', '"Open Leads" of lead'],
    [{ view: 'open opps' }, 'unknown_view', '"Open Opportunities" of opportunity'],
    [{ view: 'open opps' }, 'unknown_view', '{"report":"my-open-opportunities"}'],
    [{ chart: 'pipeline by stage' }, 'unknown_chart', '{"report":"pipeline-by-stage"}'],
    [{ dashboard: 'forecast' }, 'unknown_dashboard', '{"report":"forecast-by-month"}'],
    [{ report: 'open opps' }, 'invalid_arguments', '{"report":"saved-views"}'],
  ])('%j is refused with a next step', async (args, code, nextStep) => {
    const { answer } = await called(harness, 'run_report', args)
    expect(answer.isError).toBe(true)
    expect(answer.structuredContent?.error?.code).toBe(code)
    const step = answer.structuredContent?.error?.nextStep ?? ''
    expect(step).toContain(nextStep)
    for (const [call] of step.matchAll(/\{"report":"[^"]+"\}/g))
      expect([call, (await called(harness, 'run_report', JSON.parse(call))).answer.isError]).toEqual([call, undefined])
    const [, view, entity] = /Did you mean: ("[^"]+") of (\w+)/.exec(step) ?? []
    if (view === undefined) return
    const [argument = 'view'] = Object.keys(args)
    const led = await called(harness, 'run_report', { [argument]: JSON.parse(view) as string, entity })
    expect([view, led.answer.isError]).toEqual([view, undefined])
  })
})
