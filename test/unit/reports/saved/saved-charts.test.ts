// Not in a bare npm test: asks for each saved chart as each person.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ANSWER_META } from '../../../../shared/mcp/app/answers/answer-meta.ts'
import { isHidden } from '../../../queries/oracle/oracle-tables.ts'
import { bearerOf, openStage, type Stage } from '../../../queries/reports/stage.ts'
import { ASKERS } from '../../../queries/suite.ts'
import { CHARTS, SHARED_CHART, SPOILT_CHARTS } from '../../../sandbox/dataverse/seed/platform/charts.ts'
import { idOf, type SeedRow } from '../../../sandbox/dataverse/seed/tools.ts'
import type { Person } from '../../../sandbox/people.ts'
import { callTool, type ToolAnswer } from '../../mcp/support/harness.ts'
import { CHART_CASES, OVER_VIEWS, VIEWS, type ChartCase } from './chart-cases.ts'

const NOW = new Date('2026-11-24T09:30:00Z')
let stage: Stage
beforeAll(async () => {
  stage = await openStage(NOW, { rows: VIEWS.map(viewRow) })
})
afterAll(() => stage.close())

function viewRow({ name, entity, inside, fetch = '' }: (typeof VIEWS)[number]): SeedRow {
  const fetchxml = `<fetch version="1.0" mapping="logical"${fetch}><entity name="${entity}">${inside}</entity></fetch>`
  const values = { savedqueryid: idOf('savedquery', name), name, returnedtypecode: entity, querytype: 0, fetchxml }
  return { entity: 'savedquery', values: { ...values, layoutxml: null, statecode: 0, isdefault: false } }
}

const run = async (args: Record<string, unknown>, person: Person): Promise<ToolAnswer> =>
  await callTool(stage.worker, 'run_report', args, bearerOf(person))

type Cells = Readonly<Record<string, unknown>>
type Dense = {
  readonly columns: readonly { readonly name: string; readonly kind?: string }[]
  readonly rows: readonly (readonly unknown[])[]
  readonly values?: Readonly<Record<string, Readonly<Record<string, string | number>>>>
}

/** The rows of an answer with what stands behind their labels, ids alone of records, as SQL has them. */
function cellsOf({ columns, rows, values = {} }: Dense): Cells[] {
  return rows.map((row) =>
    Object.fromEntries(
      columns.flatMap(({ name, kind }, at) => {
        if (kind === 'currency') return []
        const cell = row[at]
        const behind = values[name]?.[String(cell)]
        const known = typeof behind === 'string' && behind.includes('/') ? behind.split('/')[1] : behind
        return [[name, known ?? (cell === '(none)' ? null : cell)]]
      }),
    ),
  )
}

const lineOf = (row: Cells): string => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))

async function expectChart(one: ChartCase, person: Person): Promise<number> {
  const { chart, view, sql, isOrdered = false, picture } = one
  const answer = await run({ chart, ...(view !== undefined && { view }) }, person)
  if (isHidden(sql, person)) {
    expect(answer.structuredContent?.error).toMatchObject({ code: 'hidden_column' })
    return 0
  }
  expect([chart, answer.isError, answer.content[0]?.text]).toEqual([chart, undefined, expect.any(String)])
  const result = answer.structuredContent as unknown as Dense
  const expected = stage.oracle.rows(person, sql)
  const [got, wanted] = [cellsOf(result).map(lineOf), expected.map(lineOf)]
  expect(isOrdered ? got : got.toSorted()).toEqual(isOrdered ? wanted : wanted.toSorted())
  expect(result).toMatchObject({ picture })
  return got.length
}

type Behind = { tool: string; left?: true; rows: (Record<string, unknown> | null)[] }
const behindIn = (answer: ToolAnswer): Behind =>
  (answer as unknown as { _meta: Record<string, Behind> })._meta[ANSWER_META.behind]!

describe('each saved chart gives each person what SQL gives', () => {
  test.each(CHART_CASES.map((one) => [one.chart, one] as const))('%s over its default view', async (_chart, one) => {
    let found = 0
    for (const person of ASKERS) found += await expectChart(one, person)
    expect(found).toBeGreaterThan(1)
  })

  test.each(OVER_VIEWS.map((one) => [one.chart, one.view, one] as const))('%s over %s', async (_chart, _view, one) => {
    for (const person of ASKERS) await expectChart(one, person)
  })

  test('the rows behind each group are as many as its figure counts', async () => {
    const counted = [...CHART_CASES, ...OVER_VIEWS].filter(({ sql }) => /count\((?!distinct)/.test(sql))
    let asked = 0
    for (const [at, { chart, view }] of counted.entries()) {
      const person = ASKERS[at % ASKERS.length]!
      const args = { chart, ...(view !== undefined && { view }) }
      const answer = await callTool(stage.worker, 'show_report', args, bearerOf(person))
      const behind = behindIn(answer)
      const { rows } = answer.structuredContent as unknown as Dense
      expect(behind.left === true ? 0 : rows.length).toBe(behind.rows.length)
      // Each group can be said: fiscal periods, days in UTC and groups without a value, too.
      expect([chart, behind.rows.filter((one) => one === null)]).toEqual([chart, []])
      for (const [place, one] of behind.rows.entries()) {
        if (one === null || (place + at) % 3 !== 0) continue
        const { structuredContent } = await callTool(stage.worker, behind.tool, one, bearerOf(person))
        expect([chart, view, place, structuredContent?.total]).toEqual([chart, view, place, rows[place]?.at(-1)])
        asked += 1
      }
    }
    expect(asked).toBeGreaterThan(30)
  })

  test('of a chart of single rows each mark opens its own record', async () => {
    const answer = await callTool(stage.worker, 'show_report', { chart: 'Largest Deals' }, bearerOf(ASKERS[2]!))
    const [{ rows }, { rows: calls }] = [answer.structuredContent as unknown as Dense, behindIn(answer)]
    expect(calls.length).toBe(rows.length)
    for (const [at, call] of calls.entries()) {
      const { structuredContent } = await callTool(stage.worker, 'query_crm', call, bearerOf(ASKERS[2]!))
      expect([structuredContent?.total, JSON.stringify(structuredContent?.rows)]).toEqual([
        1,
        expect.stringContaining(String(rows[at]?.[0]).replace(/ #\w+$/, '')),
      ])
    }
  })

  test('all of the stand-in are among them, or say why they cannot be run', async () => {
    const names = CHART_CASES.map(({ chart }) => chart)
    expect(new Set(names)).toEqual(new Set(CHARTS.map(({ name }) => name)))
    for (const { name } of SPOILT_CHARTS) {
      const { error } = (await run({ chart: name }, ASKERS[2]!)).structuredContent ?? {}
      expect(error).toMatchObject({ code: 'unsupported_chart', nextStep: expect.stringContaining('analyze') })
    }
  })

  test('of charts with one name each person gets their own, and a shared one is theirs too', async () => {
    const [rep, manager] = ASKERS
    const shared = await run({ chart: SHARED_CHART }, rep!)
    expect(shared.structuredContent).toMatchObject({ title: SHARED_CHART })
    expect((await run({ chart: SHARED_CHART }, manager!)).structuredContent?.error).toMatchObject({
      code: 'unknown_chart',
    })
    const sql = `select opportunityratingcode, round(coalesce(sum(estimatedvalue_base), 0), 4) as estimatedvalue_sum from opportunity
      where statecode = 0 group by 1`
    const picture = { kind: 'funnel' }
    for (const person of ASKERS) await expectChart({ chart: 'My deals by rating', sql, picture }, person)
  })
})

describe('what is asked beside a chart', () => {
  const [rep] = ASKERS
  const rowsOf = async (args: Record<string, unknown>): Promise<Dense & { more: boolean }> =>
    (await run(args, rep!)).structuredContent as unknown as Dense & { more: boolean }

  test.each([
    ['Accounts by Industry', 2],
    ['Cases by Day and Priority', 3],
    ['Top 5 Customers', 2],
    ['Largest Deals', 4],
  ])('top: the first values of the axis of %s, whole', async (chart, top) => {
    const [whole, cut] = [await rowsOf({ chart }), await rowsOf({ chart, top })]
    const axis = [...new Set(whole.rows.map(([value]) => value))].slice(0, top)
    expect(cut.rows).toEqual(whole.rows.filter(([value]) => axis.includes(value)))
    expect([cut.more, cut.rows.length < whole.rows.length]).toEqual([true, true])
  })

  test.each([
    [{ chart: 'Sales Pipeline', owner: 'me' }, 'invalid_parameter', 'Leave owner out'],
    [{ chart: 'Sales Pipeline', days: 3 }, 'invalid_parameter', 'Leave days out'],
    [{ chart: 'Sales Pipeline', top: 0 }, 'invalid_parameter', 'from 1 to'],
    [{ chart: 'Sales Pipeline', report: 'pipeline-by-stage' }, 'invalid_arguments', 'not both'],
    [{ chart: 'Sales Pipeline', report: 'dashboards' }, 'invalid_arguments', 'not both'],
    [{ chart: 'Sales Pipeline', view: 'Active Accounts' }, 'unknown_view', 'saved-views with entity "opportunity"'],
    [{ chart: 'Sales Pipeline', entity: 'lead' }, 'unknown_chart', 'saved-charts with entity "lead"'],
    [{ chart: 'Sales Pipline' }, 'unknown_chart', '"Sales Pipeline" of opportunity'],
    [{ chart: "x' or name ne '" }, 'unknown_chart', 'saved-charts'],
    [{ report: 'saved-charts', top: 3 }, 'invalid_parameter', 'Leave top out'],
  ])('%j is refused with a next step', async (args, code, nextStep) => {
    const { error } = (await run(args, rep!)).structuredContent ?? {}
    expect(error).toMatchObject({ code, nextStep: expect.stringContaining(nextStep) })
  })

  test.each([{ report: 'saved-charts' }, { entity: 'Opportunities' }, { owner: 'anyone', mine: false }])(
    '%j asks for nothing else',
    async (more) => {
      const { rows } = await rowsOf({ chart: 'Sales Pipeline', ...more })
      expect(rows).toEqual((await rowsOf({ chart: 'Sales Pipeline' })).rows)
    },
  )

  test('the list names what each person may run, their own first', async () => {
    for (const person of ASKERS) {
      const answer = await run({ report: 'saved-charts', entity: 'opportunity' }, person)
      const { rows } = answer.structuredContent as unknown as Dense
      const own = rows.filter(([, , whose]) => whose === 'own').map(([name]) => name)
      expect(own).toEqual(person === rep ? ['My deals by rating', SHARED_CHART] : ['My deals by rating'])
      for (const [, , , id] of rows)
        expect((await run({ chart: id }, person)).structuredContent).toMatchObject({ report: `chart:${String(id)}` })
    }
  })
})
