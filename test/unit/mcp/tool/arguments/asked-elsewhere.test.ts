import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createTools } from '../../../../../shared/mcp/tools.ts'
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
const stepOf = ({ structuredContent }: ToolAnswer): string => structuredContent?.error?.nextStep ?? ''

const TOOLS = new Map(
  createTools({ defaultTop: 50, maxTop: 500 }).map(({ name, input }) => [name, Object.keys(input.shape)]),
)
const has = (tool: string, argument: string): boolean => TOOLS.get(tool)?.includes(argument) === true

/** What says which rows, columns, figures or report is asked: without it another question would be answered. */
const DECIDING = [
  ...['report', 'view', 'dashboard', 'filter', 'select', 'orderby', 'expand', 'fetchxml'],
  ...['measures', 'by', 'having', 'compare'],
]
const PAIRS = ['run_report', 'show_report', 'query_crm', 'analyze', 'show_answer'].flatMap((tool) =>
  DECIDING.filter((argument) => !has(tool, argument)).map((argument) => [tool, argument] as const),
)

test.each(PAIRS)('%s, given %s of another tool, leads to what takes it', async (tool, argument) => {
  const step = stepOf(await ask(tool, { [argument]: 'Open Opportunities' }))
  const [advice = ''] = step.split('. ')
  expect(advice).not.toMatch(/leave it out|did you mean/)
  const [, own = ''] = /: use (\w+)/.exec(advice) ?? []
  const [, other = ''] = /: call (\w+)/.exec(advice) ?? []
  const [, drawn = other] = /with the tool (\w+)/.exec(advice) ?? []
  expect([advice, has(tool, own) || has(drawn, argument)]).toEqual([advice, true])
})

/** The call that a next step names, to the letter. */
async function follow(refused: ToolAnswer): Promise<readonly [tool: string, ToolAnswer]> {
  const [, tool = '', call = ''] = /call (\w+) with (\{.*?\})\./.exec(stepOf(refused)) ?? []
  return [tool, await ask(tool, JSON.parse(call || 'null'))]
}

const BY_STAGE = { report: 'pipeline-by-stage' }
test.each<[string, object, string]>([
  ['query_crm', { view: 'Open Opportunities' }, 'run_report'],
  ['analyze', { dashboard: 'Sales Overview' }, 'run_report'],
  ['show_answer', { ...BY_STAGE, picture: 'funnel' }, 'show_report'],
  ...['run_report', 'show_report'].flatMap((tool): [string, object, string][] => [
    ['show_answer', { tool, arguments: JSON.stringify(BY_STAGE), picture: 'funnel' }, 'show_report'],
    ['show_answer', { tool, arguments: BY_STAGE, picture: 'funnel' }, 'show_report'],
  ]),
])('%s %j: the step followed is answered by %s', async (asked, args, wanted) => {
  const [tool, { structuredContent }] = await follow(await ask(asked, args))
  expect([tool, structuredContent?.error]).toEqual([wanted, undefined])
  if (tool === 'show_report') expect(structuredContent?.['picture']).toMatchObject({ kind: 'funnel' })
})

test.each<[string, object]>([
  ['query_crm', { entity: 'opportunity' }],
  ['analyze', { entity: 'opportunity', measures: ['count'] }],
])('%s %j by an owner: whose rows is a condition', async (tool, args) => {
  const step = stepOf(await ask(tool, { ...args, owner: 'me' }))
  const [, filter = ''] = /"owner": use filter \(as a condition: ([^,]+),/.exec(step) ?? []
  expect(filter).toBe('ownerid eq me')
  expect((await ask(tool, { ...args, filter })).structuredContent?.error).toBeUndefined()
})

/** Other words or another column would be another comparison. */
test.each([
  [{ measures: ['won'] }, ['this quarter', 'last quarter']],
  [{ measures: ['won'] }, ['this-month', 'last-month']],
  [{ measures: ['count'], filter: "term eq 'won'" }, ['this quarter', 'last quarter']],
  [{ measures: ['count'] }, ['this-year', 'last-year']],
])('analyze %j compares %j when its step is followed', async (written, periods) => {
  const args = { entity: 'opportunity', ...written }
  const [, list = ''] = /example: (.*)\.$/.exec(stepOf(await ask('analyze', { ...args, compare: periods }))) ?? []
  const column = 'filter' in written || written.measures.includes('won') ? 'period' : 'createdon'
  expect(JSON.parse(list)).toEqual(periods.map((one) => `${column} eq ${one}`))
  const { structuredContent } = await ask('analyze', { ...args, compare: JSON.parse(list) })
  expect(structuredContent?.error).toBeUndefined()
})

test.each(['analyze', 'query_crm', 'timeline'])(
  'arguments of %s that are no JSON: its own form is shown',
  async (tool) => {
    const refused = await ask('show_answer', { tool, arguments: "{'entity':'opportunity'}" })
    const [, call = ''] = /in the form of (\{.*\})\./.exec(stepOf(refused)) ?? []
    expect(JSON.parse(call)).toMatchObject({ tool })
    expect((await ask('show_answer', JSON.parse(call))).structuredContent?.error).toBeUndefined()
  },
)
