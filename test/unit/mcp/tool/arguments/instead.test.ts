import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { DRAWN_BY } from '../../../../../shared/mcp/tool/arguments/drawn-instead.ts'
import { createTools } from '../../../../../shared/mcp/tools.ts'
import { BUILT_IN_REPORTS } from '../../../../../shared/reports/catalogue/built-in.ts'
import type { Harness, ToolAnswer } from '../../support/harness.ts'
import { called, openStage, type Stage } from '../../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker({ toolDeadlineMs: 60_000 })
})
afterAll(async () => await stage.close())

const ask = async (tool: string, args: unknown): Promise<ToolAnswer> =>
  (await called(worker, tool, args, 'sales-manager')).answer

/** The call that a next step names, to the letter. */
async function follow({ structuredContent }: ToolAnswer): Promise<ToolAnswer> {
  const step = structuredContent?.error?.nextStep ?? ''
  const [, tool = '', call = ''] = /(?:call (\w+)|for (?:query_crm): call it) with (\{.*\})[.;]/.exec(step) ?? []
  return await ask(tool || 'query_crm', JSON.parse(call || JSON.stringify(step)))
}

const ASKED: Readonly<Record<string, object>> = {
  run_report: { report: 'pipeline-by-stage' },
  analyze: { entity: 'opportunity', measures: ['count'], by: ['ownerid'] },
  query_crm: { entity: 'account', select: ['name'], top: 2 },
  timeline: { top: 3 },
}

test('each tool that another draws is known with it', () => {
  const drawn = createTools({ defaultTop: 50, maxTop: 500 }).flatMap(({ name, pictureOf = [] }) =>
    pictureOf.map((one) => [one, name] as const),
  )
  expect(DRAWN_BY).toEqual(Object.fromEntries(drawn))
  expect(Object.keys(ASKED).toSorted()).toEqual(Object.keys(DRAWN_BY).toSorted())
})

/** Of an account that the person may read. */
async function subject(): Promise<object> {
  const { structuredContent } = await ask('query_crm', { entity: 'account', select: ['accountid'], top: 1 })
  return { of: `account/${String(structuredContent?.rows?.[0]?.[0])}` }
}

describe.each(Object.entries(ASKED))('%s, asked for a picture', (tool, asked) => {
  test.each([
    ['picture', 'table'],
    ['picture', 'sparkles'],
    ['Chart_Type', 'pie'],
    ['visualization', true],
  ])('by %s: %j, names the call that draws it', async (word, picture) => {
    const args = tool === 'timeline' ? { ...asked, ...(await subject()) } : asked
    const drawn = await follow(await ask(tool, { ...args, [word]: picture }))
    expect([drawn.isError, drawn.structuredContent?.error]).toEqual([undefined, undefined])
    const isTable = picture === 'table' && tool !== 'timeline'
    expect(drawn.structuredContent?.['picture']).toMatchObject(isTable ? { kind: 'table' } : {})
  })
})

test.each(
  BUILT_IN_REPORTS.filter(({ parameters }) => parameters.some(({ name }) => name === 'owner')).map(({ slug }) => [
    slug,
  ]),
)('%s of somebody by name: the step leads to rows of that person alone', async (report) => {
  for (const tool of ['run_report', 'show_report']) {
    const refused = await ask(tool, { report, owner: 'Priya Nair' })
    expect(refused.structuredContent?.error).toMatchObject({ code: 'invalid_arguments' })
    const { structuredContent } = await follow(refused)
    expect(structuredContent?.error).toBeUndefined()
    const answer = structuredContent as unknown as {
      readonly columns: readonly { readonly name: string }[]
      readonly rows: readonly (readonly unknown[])[]
    }
    const at = answer.columns.findIndex(({ name }) => name === 'ownerid')
    expect(new Set(answer.rows.map((row) => (at < 0 ? 'Priya Nair' : row[at])))).toEqual(new Set(['Priya Nair']))
  }
  const odd = await follow(await ask('run_report', { report, owner: "Nobody O'Neil" }))
  expect(odd.structuredContent?.error?.code).toBe('unknown_name')
})

/** A report's own rows, of one owner: closed ones must not pass for open ones. */
const OPEN = "statecode eq 'Open'"
test.each([
  ['my-open-opportunities', OPEN],
  ['pipeline-by-stage', OPEN],
  ['team-pipeline', OPEN],
  ['forecast-by-month', OPEN],
  ['closing-this-month', OPEN],
  ['won-lost-this-quarter', "statecode in ('Won','Lost')"],
])('%s of somebody by name: of its rows alone', async (report, condition) => {
  const { structuredContent } = await ask('run_report', { report, owner: 'Priya Nair' })
  const step = structuredContent?.error?.nextStep ?? ''
  const call = JSON.parse(/call it with (\{[^}]*\});/.exec(step)?.[1] ?? '{}') as Readonly<Record<string, unknown>>
  const totals = [call, { entity: 'opportunity', filter: `ownerid eq 'Priya Nair' and ${condition}` }].map(
    async (args) => (await ask('query_crm', { ...args, count: true })).structuredContent?.['total'],
  )
  const [followed, own] = await Promise.all(totals)
  expect(own).toBeGreaterThan(0)
  expect(followed).toBe(own)
})

test.each([
  ['run_report', { report: 'pipeline-by-stage', view: '', chart: '', dashboard: '', entity: '', owner: '', top: '' }],
  ['query_crm', { entity: 'account', select: [], expand: [], filter: '', orderby: '', top: '' }],
  ['get_entity_metadata', { entity: 'account', search: '', cursor: '' }],
  ['list_entities', { search: '', kind: '', cursor: '' }],
  ['show_answer', { tool: 'query_crm', arguments: { entity: 'account', select: [] }, picture: '', title: '' }],
])('%s with every argument filled in, some with nothing: %j', async (tool, args) => {
  const bare = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== '' && value.length !== 0))
  const [filled, left] = await Promise.all([ask(tool, args), ask(tool, bare)])
  expect(filled.structuredContent?.error).toBeUndefined()
  expect(filled.structuredContent?.rows).toEqual(left.structuredContent?.rows)
})

/** What somebody calls a figure, and what is counted or added up where the step is followed. */
test.each([
  ['revenue', 'sum(actualvalue)'],
  ['total revenue', 'sum(actualvalue)'],
  ['actual revenue', 'sum(actualvalue)'],
  ['owner', 'count(ownerid)'],
  ['estimatedclosedate', 'max(estimatedclosedate)'],
  ['average deal size', 'avg(actualvalue) as average_deal_size'],
  ['conversion rate', "count(where statecode eq 'Won') / count(where statecode ne 'Open') as conversion_rate"],
])('the figure "%s": the step names %s, which is answered', async (asked, figure) => {
  const measured = (one: string) => ask('analyze', { entity: 'opportunity', measures: [one] })
  const { structuredContent } = await measured(asked)
  expect(structuredContent?.error?.nextStep).toContain(figure)
  expect((await measured(figure)).structuredContent?.error).toBeUndefined()
})

test('several words that are no column, no mean and no rate are not said to be a sum', async () => {
  const { structuredContent } = await ask('analyze', { entity: 'opportunity', measures: ['hopes dashed'] })
  expect(structuredContent?.error?.code).toBe('invalid_measure')
  expect(structuredContent?.error?.nextStep).not.toContain('actualvalue')
})

test.each([
  ['saved-views', ['views', 'Saved Views', 'saved_view', 'VIEWS']],
  ['saved-charts', ['charts', 'Saved Charts', 'savedCharts']],
  ['dashboards', ['saved-dashboards', 'Dashboard', 'saved dashboards', 'SAVED_DASHBOARDS']],
])('the list %s by its other spellings', async (report, spellings) => {
  const { structuredContent: own } = await ask('run_report', { report })
  expect(own?.rows?.length).toBeGreaterThan(0)
  for (const spelling of spellings) {
    const { structuredContent } = await ask('run_report', { report: spelling })
    expect([spelling, structuredContent?.rows]).toEqual([spelling, own?.rows])
  }
})

test.each([
  ['run_report', { report: 'pipeline-by-stge', top: 'x' }],
  ['show_answer', { tool: 'analyse', arguments: {} }],
  ['list_entities', { kind: 'standart' }],
])('%s of %j: what was likely meant ends in one mark', async (tool, args) => {
  const { error } = (await ask(tool, args)).structuredContent ?? {}
  expect(error?.text).toMatch(/Did you mean: [\w-]+(?:, [\w-]+)*\?(?: \w[^?]*\.)?$/)
})
