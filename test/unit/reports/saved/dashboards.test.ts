import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { DASHBOARDS, SHARED_DASHBOARD, dashboardId } from '../../../sandbox/dataverse/seed/platform/dashboards.ts'
import { callTool, type Harness, type ToolAnswer } from '../../mcp/support/harness.ts'
import { rowsAsObjects } from '../../mcp/support/rows.ts'
import { called, openStage, type Stage, type Who } from '../../mcp/support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker()
})
afterAll(() => stage.close())

const WHO: readonly Who[] = ['sales-rep', 'sales-manager', 'analyst']
const run = async (args: Record<string, unknown>, who: Who, tool = 'run_report'): Promise<ToolAnswer> =>
  await callTool(worker, tool, args, who)

type Part = {
  readonly part: string
  readonly kind: string
  readonly entity?: string
  readonly run: string | null
  readonly why: string | null
}
async function partsOf(dashboard: string, who: Who): Promise<Part[]> {
  const answer = await run({ dashboard }, who)
  expect([answer.isError, answer.content[0]?.text]).toEqual([undefined, expect.any(String)])
  return rowsAsObjects(answer.structuredContent) as unknown as Part[]
}

const OPENED = DASHBOARDS.filter(({ type = 0, formxml, isInactive }) => {
  return [0, 10].includes(type) && formxml === undefined && isInactive !== true
}).map(({ name }) => name)

describe('a dashboard is a list of its parts', () => {
  test.each([...OPENED, 'My board'])(
    '%s: each part runs with its arguments, or says why it cannot',
    async (dashboard) => {
      let ran = 0
      for (const who of WHO)
        for (const { part, run: args, why } of await partsOf(dashboard, who)) {
          expect([part, args === null]).toEqual([part, why !== null])
          if (args === null) continue
          const answer = await run(
            JSON.parse(args) as Record<string, unknown>,
            who,
            ran % 2 === 0 ? 'run_report' : 'show_report',
          )
          const { error } = answer.structuredContent ?? {}
          // What column security hides is known once it is asked for.
          expect([undefined, 'hidden_column']).toContain(error?.code)
          ran += 1
        }
      expect(ran).toBeGreaterThan(0)
    },
  )

  test('each kind of part is told from the others', async () => {
    const parts = await partsOf('Everything at Once', 'analyst')
    expect(parts.map(({ part, kind, why }) => [part, kind, why?.split(':', 1)[0] ?? 'runs'])).toEqual([
      ['Active Accounts', 'list', 'runs'],
      ['Credit by Industry', 'chart', 'runs'],
      ['Accounts on a Map', 'chart', 'It cannot be read'],
      ['Cut off in the Midst', 'chart', 'It cannot be read'],
      ['Active Accounts', 'chart', 'The person may not read its chart, or it is gone.'],
      ['Accounts by Industry', 'chart', 'The person may not read its view, or it is gone.'],
      ['Open Opportunities', 'list', 'runs'],
      ['Intranet', 'iframe', 'It shows another web page.'],
      ['Part 9', 'web resource', 'A web resource draws it.'],
      ['Part 10', 'timer', 'It is a clock.'],
      ['Part 11', 'other', 'It is neither a chart nor a list.'],
    ])
  })

  test('a place for a chart and its list is two parts', async () => {
    const parts = await partsOf('Sales Overview', 'sales-rep')
    expect(parts.slice(-2)).toEqual([
      expect.objectContaining({ part: 'What is going on', kind: 'chart', entity: 'activitypointer' }),
      expect.objectContaining({ part: 'What is going on', kind: 'list', entity: 'activitypointer' }),
    ])
  })

  test('who it is shared with sees it, without the parts that are not', async () => {
    const parts = await partsOf(SHARED_DASHBOARD, 'sales-rep')
    expect(parts.map(({ why }) => why ?? 'runs')).toEqual(['The person may not read its chart, or it is gone.', 'runs'])
    const { error } = (await run({ dashboard: SHARED_DASHBOARD }, 'sales-manager')).structuredContent ?? {}
    expect(error).toMatchObject({ code: 'unknown_dashboard' })
  })

  test('the list has everybody’s and the person’s own, and no form or what was withdrawn', async () => {
    for (const who of WHO) {
      const rows = rowsAsObjects((await run({ report: 'dashboards' }, who)).structuredContent)
      const own = who === 'sales-rep' ? [SHARED_DASHBOARD, 'My board'] : ['My board']
      const everybodys = DASHBOARDS.filter(({ type, isInactive }) => type !== 2 && isInactive !== true).map(
        ({ name }) => name,
      )
      expect(rows.map(({ name, whose }) => [name, whose])).toEqual([
        ...own.map((name) => [name, 'own']),
        ...everybodys.toSorted().map((name) => [name, 'everybody']),
      ])
    }
  })

  test('one request lists them, three tell the parts of one', async () => {
    const warm = stage.coldWorker()
    await called(warm, 'run_report', { dashboard: 'Service' })
    expect((await called(warm, 'run_report', { report: 'dashboards' })).requests).toBe(1)
    expect((await called(warm, 'run_report', { dashboard: 'Sales Overview' })).requests).toBe(3)
    expect(warm.events.at(-1)).toMatchObject({ report: 'dashboards', outcome: 'ok' })
    await called(warm, 'run_report', { chart: 'Cases by Priority' })
    expect((await called(warm, 'run_report', { chart: 'Cases by Priority' })).requests).toBe(3)
    expect(warm.events.at(-1)).toMatchObject({ report: 'saved-charts', entity: 'incident', outcome: 'ok' })
  })

  test.each([
    [{ dashboard: 'Board of the Directors' }, 'unsupported_dashboard', 'saved-charts'],
    [{ dashboard: 'Cut off' }, 'unsupported_dashboard', 'Open it in Dynamics 365'],
    [{ dashboard: 'Withdrawn' }, 'unknown_dashboard', 'Run the report dashboards'],
    [{ dashboard: dashboardId('Withdrawn') }, 'unknown_dashboard', 'Run the report dashboards'],
    [{ dashboard: 'Information' }, 'unknown_dashboard', 'Run the report dashboards'],
    [{ dashboard: 'Sales Overwiew' }, 'unknown_dashboard', 'Did you mean: "Sales Overview"?'],
    [{ dashboard: "x') or (1 eq 1" }, 'unknown_dashboard', 'Run the report dashboards'],
    [{ dashboard: 'Service', view: 'Open Leads' }, 'invalid_parameter', 'Leave view out'],
    [{ dashboard: 'Service', chart: 'Leads by Rating' }, 'invalid_parameter', 'Leave chart out'],
    [{ dashboard: 'Service', entity: 'incident' }, 'invalid_parameter', 'Leave entity out'],
    [{ dashboard: 'Service', top: 3 }, 'invalid_parameter', 'Leave top out'],
    [{ dashboard: 'Service', report: 'team-pipeline' }, 'invalid_arguments', 'not both'],
    [{ report: 'dashboards', entity: 'incident' }, 'invalid_parameter', 'Leave entity out'],
  ])('%j is refused with a next step', async (args, code, nextStep) => {
    const { error } = (await run(args, 'sales-rep')).structuredContent ?? {}
    expect(error).toMatchObject({ code, nextStep: expect.stringContaining(nextStep) })
  })
})
