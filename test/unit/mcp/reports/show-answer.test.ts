import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { ANSWER_META } from '../../../../shared/mcp/app/answers/answer-meta.ts'
import { ALL_ON } from '../../../../shared/mcp/switches/off.ts'
import { callTool, type Harness, type ToolAnswer } from '../support/harness.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker({ toolDeadlineMs: 60_000 })
})
afterAll(() => stage.close())

type Args = Readonly<Record<string, unknown>>
const show = async (tool: string, args: unknown, more: Args = {}, harness = worker): Promise<ToolAnswer> =>
  (await called(harness, 'show_answer', { tool, arguments: args, ...more }, 'sales-manager')).answer
const deals = (...by: string[]): Args => ({ entity: 'opportunity', measures: ['count'], by })
const mean = { entity: 'opportunity', measures: ['avg(estimatedvalue) as mean'] }
const YEAR = 'createdon ge 2024-01-01'

describe('the picture follows the shape of the answer', () => {
  const owner = { label: 'ownerid', value: 'count' }
  const month = { label: 'month(createdon)', value: 'count' }
  test.each<[string, Args, Args]>([
    ['no group', deals(), { kind: 'table' }],
    ['names', deals('ownerid'), { kind: 'bars', ...owner }],
    ['stages', deals('salesstage'), { kind: 'funnel', label: 'salesstage', value: 'count' }],
    ['stages of means', { ...mean, by: ['salesstage'] }, { kind: 'bars', label: 'salesstage', value: 'mean' }],
    ['months', { ...deals('month(createdon)'), filter: YEAR }, { kind: 'lines', ...month }],
    ['few months', { ...deals('month(createdon)'), top: 2 }, { kind: 'columns', ...month }],
    ['weekdays', deals('weekday(createdon)'), { kind: 'columns', label: 'weekday(createdon)', value: 'count' }],
    ['bands', deals('band(estimatedvalue, 10000, 50000)'), { kind: 'columns', value: 'count' }],
    ['time and names', deals('ownerid', 'month(createdon)'), { kind: 'stacked', ...month, series: 'ownerid' }],
    ['names twice', deals('ownerid', 'salesstage'), { kind: 'stacked', ...owner, series: 'salesstage' }],
    ['means over time', { ...mean, by: ['ownerid', 'year(createdon)'] }, { kind: 'lines', series: 'ownerid' }],
    ['means of names twice', { ...mean, by: ['ownerid', 'salesstage'] }, { kind: 'table' }],
    ['three groups', deals('ownerid', 'salesstage', 'year(createdon)'), { kind: 'table' }],
    ['a date alone', { entity: 'opportunity', measures: ['max(createdon)'], by: ['ownerid'] }, { kind: 'table' }],
    ['a date first', { ...deals('ownerid'), measures: ['max(createdon)', 'count'] }, { kind: 'bars', ...owner }],
    ['nothing', { ...deals('ownerid'), filter: "name eq 'no such deal'" }, { kind: 'table' }],
  ])('%s', async (_name, args, picture) => {
    const { structuredContent } = await show('analyze', args)
    expect(structuredContent?.['picture']).toMatchObject(picture)
  })

  test('a list is a table, under the name of its rows', async () => {
    const { structuredContent, _meta } = await show('query_crm', { entity: 'account', select: ['name', 'ownerid'] })
    expect(structuredContent).toMatchObject({ title: 'Accounts', picture: { kind: 'table' }, entity: 'account' })
    expect(_meta?.[ANSWER_META.titles]).toMatchObject({ name: 'Account Name', ownerid: 'Owner' })
  })
})

test('figures that nobody gave a name are called by labels, all others as they were called', async () => {
  const measures = [
    'count',
    'sum(estimatedvalue)',
    'avg(estimatedvalue)',
    'max(createdon)',
    'sum(estimatedvalue) as worth',
  ]
  const { _meta } = await show('analyze', {
    entity: 'opportunity',
    measures: [...measures, "count(where statecode eq 'Won')"],
    by: ['ownerid'],
  })
  expect(_meta?.[ANSWER_META.titles]).toEqual({
    ownerid: 'Owner',
    count: 'Opportunities',
    'sum(estimatedvalue)': 'Est. Revenue',
    'avg(estimatedvalue)': 'Ø Est. Revenue',
    'max(createdon)': 'max (Created On)',
  })
})

describe('a picture that the answer has not', () => {
  test.each<[string, string, Args, string]>([
    ['a funnel of means', 'analyze', { ...mean, by: ['salesstage'] }, 'funnel'],
    ['lines of names', 'analyze', deals('ownerid'), 'lines'],
    ['stacks of one group', 'analyze', deals('ownerid'), 'stacked'],
    ['bars of two groups', 'analyze', deals('ownerid', 'salesstage'), 'bars'],
    ['columns of nothing grouped', 'analyze', deals(), 'columns'],
    ['bars of a list', 'query_crm', { entity: 'account' }, 'bars'],
  ])('%s is refused, and what is offered instead is drawn', async (_name, tool, args, picture) => {
    const { isError, structuredContent } = await show(tool, args, { picture })
    expect([isError, structuredContent?.error?.code]).toEqual([true, 'invalid_arguments'])
    const step = structuredContent?.error?.nextStep ?? ''
    const offered = [...step.matchAll(/\b(?:bars|columns|lines|stacked|funnel|table)\b/g)].map(([kind]) => kind)
    for (const kind of [undefined, ...offered]) {
      const answer = await show(tool, args, kind === undefined ? {} : { picture: kind })
      expect([answer.isError, answer.structuredContent?.['picture']]).toEqual([
        undefined,
        expect.objectContaining(kind === undefined ? {} : { kind }),
      ])
    }
  })
})

test('the answer is the other tool’s own, in both channels, and what is for the view is in neither', async () => {
  const args = { ...deals('ownerid'), groupby: undefined, Filter: YEAR }
  const [shown, own] = [await show('analyze', args, { title: 'Deals\u202e now' }), await callOf('analyze', args)]
  const { title, picture, asOf: _now, ...rest } = shown.structuredContent ?? {}
  const { asOf: _then, ...expected } = own.structuredContent ?? {}
  expect(rest).toEqual(expected)
  expect([title, picture]).toEqual(['Deals now', { kind: 'bars', label: 'ownerid', value: 'count' }])
  expect(shown.content).toEqual(own.content)
  expect(own._meta).toBeUndefined()
  expect(JSON.stringify([shown.structuredContent, shown.content])).not.toContain('dynamics-mcp/')
  expect(shown._meta?.[ANSWER_META.behind]).toMatchObject({
    tool: 'query_crm',
    rows: expect.arrayContaining([expect.objectContaining({ entity: 'opportunity', ids: true, count: true })]),
  })
})

const callOf = async (tool: string, args: unknown): Promise<ToolAnswer> =>
  (await called(worker, tool, args, 'sales-manager')).answer

test.each(['analyze', 'query_crm'])('a refusal of %s is its own', async (tool) => {
  for (const args of [{}, { entity: 'no such table', measures: ['count'] }, { entity: 'account', nonsense: 1 }]) {
    const [shown, own] = [await show(tool, args), await callOf(tool, args)]
    expect(own.isError).toBe(true)
    expect(shown.structuredContent).toEqual(own.structuredContent)
  }
})

test('arguments may be a text or an object; of anything else an example is given that works', async () => {
  const args = deals('ownerid')
  const [text, object] = [await show('analyze', JSON.stringify(args)), await show('analyze', args)]
  expect(text.structuredContent?.rows).toEqual(object.structuredContent?.rows)
  for (const wrong of ['', 'count', '[1]', '"{}"', 'null']) {
    const { structuredContent } = await show('analyze', wrong)
    const step = structuredContent?.error?.nextStep ?? ''
    const example = step.slice(step.indexOf('{'), step.lastIndexOf('}') + 1)
    expect([wrong, example]).toEqual([wrong, expect.stringContaining('analyze')])
    const { isError } = await callOf('show_answer', JSON.parse(example))
    expect(isError).toBeUndefined()
  }
})

test.each(['args', 'parameters', 'params', 'input'])('the arguments go by %s as well', async (word) => {
  const { structuredContent } = await callOf('show_answer', {
    tool: 'analyze',
    [word]: deals('ownerid'),
    type: 'table',
  })
  expect(structuredContent).toMatchObject({ picture: { kind: 'table' }, rows: expect.any(Array) })
})

test.each(['entity', 'measures', 'by', 'filter', 'top', 'of', 'since', 'fetchxml'])(
  'what the other tool takes is led to where it stands: %s',
  async (name) => {
    const { structuredContent } = await callOf('show_answer', { tool: 'analyze', [name]: 'x' })
    expect(structuredContent?.error?.nextStep).toContain(`"${name}": use arguments`)
  },
)

test('a call is one call, of show_answer, and its event names what was run', async () => {
  const before = worker.events.length
  await show('analyze', deals('ownerid'))
  await show('query_crm', { entity: 'account' })
  expect(worker.events.slice(before)).toMatchObject([
    { name: 'tool.called', tool: 'show_answer', kind: 'analyze', entity: 'opportunity', outcome: 'ok' },
    { name: 'tool.called', tool: 'show_answer', kind: 'query_crm', entity: 'account', outcome: 'ok' },
  ])
  expect(worker.events[before]).toHaveProperty('queries')
  expect(worker.events[before + 1]).toHaveProperty('records')
})

describe.each(['analyze', 'query_crm'])('with %s switched off', (off) => {
  test.each<[string, Args]>([
    ['its name', { tool: off }],
    ['an argument in another case', { ' TOOL ': off }],
  ])('it is not run by %s either', async (_how, named) => {
    const isToolOff = ({ name }: { readonly name: string }): boolean => name === off
    const harness = stage.workerWith({ offFor: async () => ({ ...ALL_ON, isToolOff }) })
    const before = harness.events.length
    const args = { ...named, arguments: off === 'analyze' ? deals() : { entity: 'account' } }
    const { structuredContent } = await callTool(harness, 'show_answer', args, 'sales-manager')
    const own = await callTool(harness, off, {}, 'sales-manager')
    expect(structuredContent).toEqual(own.structuredContent)
    expect(structuredContent?.error?.code).toBe('switched_off')
    const refused = { outcome: 'refused', code: 'switched_off', dataverseRequests: 0 }
    expect(harness.events.slice(before)).toMatchObject([{ tool: 'show_answer', ...refused }, refused])
  })
})

test('what would be too much for a view is left out, and that is said', async () => {
  const filter = `(${Array.from({ length: 60 }, (_one, at) => `name ne 'no deal is called this ${at}'`).join(' and ')})`
  const { _meta, structuredContent } = await show('analyze', { ...deals('customerid'), filter, top: 100 })
  expect(structuredContent?.rows?.length).toBeGreaterThan(15)
  expect(_meta?.[ANSWER_META.behind]).toMatchObject({ rows: [], left: true })
})

describe('a report is drawn as it is asked for', () => {
  const run = async (report: string, picture?: string): Promise<ToolAnswer> =>
    await callOf('show_report', { report, ...(picture !== undefined && { picture }) })
  test.each(['pipeline-by-stage', 'forecast-by-month', 'my-open-opportunities'])('%s', async (report) => {
    const usual = await run(report)
    const own = usual.structuredContent?.['picture'] as { readonly kind: string }
    for (const kind of ['bars', 'columns', 'lines', 'stacked', 'funnel', 'table']) {
      const { isError, structuredContent } = await run(report, kind)
      if (isError === true) {
        const step = structuredContent?.error?.nextStep ?? ''
        const [offered] = /(?:bars|columns|lines|stacked|funnel|table)/.exec(step) ?? []
        expect([kind, kind === own.kind, (await run(report, offered)).isError]).toEqual([kind, false, undefined])
        continue
      }
      expect(structuredContent?.['picture']).toEqual({ ...own, kind })
      expect(structuredContent?.rows).toEqual(usual.structuredContent?.rows)
    }
  })
})

describe('words say what is drawn', () => {
  const WORDS = { bars: 'bars', columns: 'columns', lines: 'lines', funnel: 'a funnel', stacked: 'stacked bars' }
  const SAID = /(?:drawn as|shown as) ([a-z ]+)[.;]/g
  test('of every saved chart, however it is asked for', async () => {
    const { rows = [] } = (await callOf('run_report', { report: 'saved-charts' })).structuredContent ?? {}
    const said = new Set<string>()
    for (const [, , , chart] of rows)
      for (const picture of [undefined, 'bars', 'columns', 'lines', 'stacked', 'funnel', 'table']) {
        const { isError, structuredContent, content } = await callOf('show_report', { chart, picture })
        if (isError === true) continue
        const { kind } = z.object({ kind: z.string() }).parse(structuredContent?.['picture'])
        const reading = String(structuredContent?.['reading'])
        for (const text of [reading, content[0]?.text ?? '']) {
          const words = [...text.matchAll(SAID)].map(([, word]) => word)
          const own = kind === 'table' ? 'a table' : WORDS[kind as keyof typeof WORDS]
          expect([chart, picture, words.filter((word) => word !== own)]).toEqual([chart, picture, []])
          for (const word of words) said.add(`${word}`)
        }
        expect(picture ?? kind).toBe(kind)
      }
    expect(said.size).toBeGreaterThan(3)
  })
})
