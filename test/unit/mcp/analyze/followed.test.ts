import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Harness } from '../support/harness.ts'
import { called, openStage, type Called, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
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
  const begun = empty.filter((month) => String(month) <= new Date().toISOString().slice(0, 7))
  expect(begun.length).toBeGreaterThan(0)
  expect(named.split(', ')).toEqual(begun)
})

test('bands without rows are named', async () => {
  const notes = await notesOf({ by: ['band(estimatedvalue, 0, 1000000000, 2000000000)'] })
  expect(notes).toContain(': below 0, 1000000000 to below 2000000000, 2000000000 and more.')
})
