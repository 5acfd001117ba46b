import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Harness } from '../support/harness.ts'
import { called, LATE_IN_A_YEAR, openStage, type Called, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage([], () => LATE_IN_A_YEAR)
  worker = stage.coldWorker()
})
afterAll(async () => await stage.close())

type Args = Readonly<Record<string, unknown>>
const call = async (args: Args): Promise<Called> =>
  await called(worker, 'analyze', { entity: 'opportunity', measures: ['count'], ...args }, 'analyst')
const textOf = async (args: Args): Promise<string> => (await call(args)).answer.content[0]?.text ?? ''
const notesOf = async (args: Args): Promise<string> =>
  ((await call(args)).answer.structuredContent?.notes ?? []).join('\n')
async function expectAnswer(args: Args): Promise<void> {
  const { isError, content } = (await call(args)).answer
  expect([isError ?? false, content[0]?.text]).toEqual([false, expect.any(String)])
}

test.each([
  ['opportunity', 'hit_rate', /count\(where statecode eq 'Won'\) \/ count\(where statecode ne 'Open'\) as hit_rate/],
  ['opportunity', 'hit_rate as w', /as hit_rate/],
  ['opportunity', 'count, turnover', /sum\(\w+\) as turnover/],
  ['opportunity', 'average_deal_size', /avg\(\w+\) as average_deal_size/],
  ['lead', 'conversion_rate', /statecode eq 'Qualified'/],
  ['incident', 'resolution_rate', /statecode eq 'Resolved'/],
  ['task', 'workload', /count as workload/],
])('a figure of %s that is no column: %s', async (entity, measure, expected) => {
  const text = await textOf({ entity, measures: [measure] })
  const [, step = ''] = / Write: (.*)\.$/m.exec(text) ?? []
  expect(step).toMatch(expected)
  await expectAnswer({ entity, measures: [step] })
})

test.each(['won won won', 'open pipeline value', 'won where ownerid eq me', "win rate where name eq 'Dr. No'"])(
  'what stands behind a term is no reason to count something else: %s',
  async (measure) => {
    const [, term = ''] =
      / Write: (.*)\. Put what narrows it into filter; /m.exec(await textOf({ measures: [measure] })) ?? []
    expect(measure.startsWith(term) && term.length >= 'won'.length).toBe(true)
    await expectAnswer({ measures: [term] })
  },
)

test.each(["max(createdon) lt '31/02/2026'", 'max(createdon) gt 31/02/2026', "count gt '50%'", "count eq 'x'"])(
  'a figure that no number is compared with is called as it was written: %s',
  async (having) => {
    const text = await textOf({ by: ['ownerid'], measures: ['count', 'max(createdon)'], having })
    expect(text).toContain(`compares ${having.split(' ')[0]} with`)
  },
)

test.each(['first(createdon)', 'percentile(resolveby, 90)', 'sum(', 'count as', '+'])(
  'what a table without amounts cannot measure: %s',
  async (measure) => {
    const [, step = ''] = /Write: (.*)\.$/m.exec(await textOf({ entity: 'incident', measures: [measure] })) ?? []
    await expectAnswer({ entity: 'incident', measures: [step] })
  },
)

test('what is calculated is ordered by as query_crm says', async () => {
  const args = { entity: 'incident', orderby: 'days(createdon, today) desc' }
  const { answer } = await called(worker, 'query_crm', args, 'analyst')
  const [, measure = '', orderby = ''] =
    /a measure there, (.*); the column .* in by; orderby is (.*)\.$/m.exec(answer.content[0]?.text ?? '') ?? []
  const { rows = [] } =
    (await call({ ...args, measures: [measure], by: ['incidentid'], orderby })).answer.structuredContent ?? {}
  const ages = rows.slice(0, -1).map(([, age]) => Number(age))
  expect(ages.length).toBeGreaterThan(2)
  expect(ages).toEqual(ages.toSorted((one, other) => other - one))
})

test.each(['stalled 14 days', 'stalled(14)'])(
  'a term with another figure is its definition with that: %s',
  async (name) => {
    const counted = async (filter: string) => Number((await call({ filter })).answer.structuredContent?.rows?.[0]?.[0])
    const [, definition = ''] =
      /write its definition with them: (.*)$/m.exec(await textOf({ filter: `term eq '${name}'` })) ?? []
    expect(definition).toContain('30')
    expect(await counted(definition)).toBe(await counted("term eq 'stalled'"))
    const { answer } = await called(
      worker,
      'run_report',
      { report: 'stalled-opportunities', days: 14, top: 100 },
      'analyst',
    )
    expect(await counted(definition.replaceAll('30', '14'))).toBe(answer.structuredContent?.rows?.length)
  },
)

test.each(['stuk', 'won 20'])(
  'no definition is told where it has no figures, or none were asked for: %s',
  async (name) => {
    expect(await textOf({ filter: `term eq '${name}'` })).toMatch(/unknown_term(?!.*write its definition)/s)
  },
)

const STEP = /Add the measures? (.*), and write: (.*)\.$/m
const FIRST = "min(actualclosedate where statecode eq 'Won' or statecode eq 'Lost') as edge"
const LAST = 'max(createdon) as edge'

test.each<[string, string, (edge: string) => boolean]>([
  [FIRST, 'edge ge 2026-01-01', (edge) => edge >= '2026-01-01'],
  [FIRST, 'edge gt 2026-03-31', (edge) => edge > '2026-03-31'],
  [FIRST, '2026-01-01 gt edge', (edge) => edge < '2026-01-01'],
  [FIRST, "edge le '2025-12-31'", (edge) => edge <= '2025-12-31'],
  [FIRST, "edge eq '2025'", (edge) => edge.startsWith('2025')],
  [FIRST, 'min(actualclosedate) lt this-year', (edge) => edge < `${new Date(LATE_IN_A_YEAR).getUTCFullYear()}`],
  [LAST, 'edge lt 2026-02-01', (edge) => edge < '2026-02-01'],
  [LAST, 'edge ge 2026-02-01T12:00:00Z', (edge) => edge >= '2026-02-01T12'],
  [LAST, 'edge eq 2026-03', (edge) => edge.startsWith('2026-03')],
])('%s: a first or last date is compared by counting, as in %s', async (measure, having, isMeant) => {
  const asked = {
    measures: [having.startsWith('min(') ? 'min(actualclosedate) as edge' : measure],
    by: ['parentaccountid'],
    top: 100,
  }
  const all = (await call(asked)).answer.structuredContent?.rows ?? []
  const [, measures = '', condition = ''] = STEP.exec(await textOf({ ...asked, having })) ?? []
  const found = (await call({ ...asked, measures: [...asked.measures, measures], having: condition })).answer
  const keys = (rows: readonly (readonly unknown[])[]) => rows.map(([key]) => key).toSorted()
  const meant = all.filter(([, edge]) => typeof edge === 'string' && isMeant(edge))
  expect(keys(found.structuredContent?.rows ?? [])).toEqual(keys(meant))
})

test.each(['edge ge 5', 'edge ge 2026', 'edge ne 0', 'not (edge eq 3)', 'count gt edge', 'edge lt last'])(
  'a date is compared with what is none, where no row would be had: %s',
  async (having) => {
    const asked = { measures: [FIRST, 'count', 'max(createdon) as last'], by: ['ownerid'] }
    const text = await textOf({ ...asked, having })
    expect(text).toMatch(/^Error invalid_having: The having compares edge, which is a date, with what is none/)
    const [, measures = '', condition = ''] = STEP.exec(text) ?? []
    await expectAnswer({ ...asked, measures: [...asked.measures, measures], having: condition })
  },
)

test('dates are compared with each other', async () => {
  const asked = {
    measures: ['min(actualclosedate) as first', 'max(actualclosedate) as last'],
    by: ['ownerid'],
    top: 100,
  }
  const all = (await call(asked)).answer.structuredContent?.rows ?? []
  const found = (await call({ ...asked, having: 'first lt last' })).answer.structuredContent?.rows ?? []
  expect(found).toEqual(all.filter(([, first, last]) => first !== last))
  expect(found.length).toBeGreaterThan(0)
})

test('what a having may be is told without a number for what may be a date', async () => {
  const asked = { measures: ['min(actualclosedate) as first'], by: ['ownerid'] }
  const [, step = ''] = /Write: (.*)\. Figures: first\.$/m.exec(await textOf({ ...asked, having: 'other gt 5' })) ?? []
  await expectAnswer({ ...asked, having: step })
})

test.each<[string, Args]>([
  ['opportunity', { by: ['competitorid'] }],
  ['opportunity', { filter: 'competitorid ne null' }],
  ['opportunity', { measures: ['distinct(competitorid)'] }],
  ['account', { by: ['contactid'] }],
  ['account', { measures: ['distinct(opportunityid)'] }],
])('what a row of %s has several of: %j', async (entity, args) => {
  const text = await textOf({ entity, ...args })
  const [, condition = ''] = /write as a condition: (.*\))\. For/.exec(text) ?? []
  const [, other = '', by] = /analyze the entity (\w+)(?: by (\w+))?\.$/m.exec(text) ?? []
  expect([condition, other]).toEqual([expect.stringMatching(/\/any\(x:x\//), expect.stringMatching(/^[a-z]/)])
  await expectAnswer({ entity, filter: condition })
  await expectAnswer({ entity: other, ...(by !== undefined && { by: [by] }) })
})

test('a text that rows have within another is told where no row matches, and asked for there alone', async () => {
  const hint = /stepname is compared with a whole text.*: (contains\(.*\)) finds them\./
  const none = await call({ filter: "stepname eq 'Propose' and statecode ne null" })
  const [, condition = ''] = hint.exec((none.answer.structuredContent?.notes ?? []).join('\n')) ?? []
  const found = await call({ filter: condition })
  expect(Number(found.answer.structuredContent?.rows?.[0]?.[0])).toBeGreaterThan(0)
  const whole = await call({ filter: "stepname eq '3-Propose'" })
  expect([none.requests, found.requests, whole.requests]).toEqual([2, 1, 1])
  for (const filter of ["stepname eq 'no step is called so'", "stepname ne '3-Propose' and stepname eq '3-Propose'"])
    expect(await notesOf({ filter })).not.toMatch(/contains\(stepname,'no/)
})

test.each(['sum', 'avg', 'median'])('%s over parents says that each counts once for each child', async (name) => {
  const notes = await notesOf({ measures: [`${name}(parentaccountid/revenue)`] })
  const [, json = '{}'] = /as often as rows lead to it; for each once call analyze with (\{.*\})\./.exec(notes) ?? []
  expect(JSON.parse(json)).toEqual({ entity: 'account', measures: [`${name}(revenue)`] })
  await expectAnswer(JSON.parse(json) as Args)
  for (const other of [`max(parentaccountid/revenue)`, `${name}(estimatedvalue)`, 'count(parentaccountid/revenue)'])
    expect(await notesOf({ measures: [other] })).not.toContain('as often as')
})

test('months between two that have rows are named where another group stands beside them', async () => {
  const alone = await call({ by: ['month(createdon)'], filter: 'createdon eq this-year', top: 100 })
  const empty = (alone.answer.structuredContent?.rows ?? []).flatMap(([month, count]) => (count === 0 ? [month] : []))
  const notes = await notesOf({ by: ['month(createdon)', 'ownerid'], filter: 'createdon eq this-year', top: 100 })
  const [, named = ''] = /^No rows of month\(createdon\): (.*)\.$/m.exec(notes) ?? []
  const begun = empty.filter((month) => String(month) <= new Date(LATE_IN_A_YEAR).toISOString().slice(0, 7))
  expect(begun.length).toBeGreaterThan(0)
  expect(named.split(', ')).toEqual(begun)
})

test('bands without rows are named', async () => {
  const notes = await notesOf({ by: ['band(estimatedvalue, 0, 1000000000, 2000000000)'] })
  expect(notes).toContain(': below 0, 1000000000 to below 2000000000, 2000000000 and more.')
})

test.each([
  ['m ge 10/09/2026', ['2026-09-10', '2026-10-09']],
  ["m lt '31.01.2026'", ['2026-01-31']],
  ['m eq 3-4-2026', ['2026-04-03', '2026-03-04']],
  ['m gt 2026/1/5', ['2026/1/5']],
])('a having with a date in another order, %s, counts by each day that it may be', async (having, days) => {
  const args = { measures: ['max(createdon) as m'], by: ['ownerid'] }
  const steps = (await textOf({ ...args, having })).split('Next step: ').at(-1)?.split(' Or: ') ?? []
  expect(steps.map((step) => days.find((day) => step.includes(day)))).toEqual(days)
  for (const step of steps) {
    const [, added = '', condition = ''] = /^Add the measures? (.*), and write: (.*)\.$/.exec(step) ?? []
    await expectAnswer({ ...args, measures: [...args.measures, ...added.split(/, (?=count)/)], having: condition })
  }
})
