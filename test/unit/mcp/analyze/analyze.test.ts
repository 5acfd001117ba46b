import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import type { Harness, ToolAnswer } from '../support/harness.ts'
import { called, openStage, type Stage, type Who } from '../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker()
})
afterAll(async () => await stage.close())

type Args = Readonly<Record<string, unknown>>
const Told = z.looseObject({
  reading: z.string(),
  notes: z.array(z.string()).default([]),
  interpreted: z.array(z.string()).default([]),
  columns: z.array(z.looseObject({ name: z.string(), kind: z.string().optional(), currency: z.string().optional() })),
  rows: z.array(z.array(z.unknown())),
  values: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  totals: z.record(z.string(), z.unknown()).optional(),
})

const ask = async (args: Args, who: Who = 'analyst'): Promise<ToolAnswer> =>
  (await called(worker, 'analyze', { entity: 'opportunity', ...args }, who)).answer
const told = async (args: Args, who: Who = 'analyst') => {
  const { isError, structuredContent, content } = await ask(args, who)
  expect([isError ?? false, content[0]?.text]).toEqual([false, expect.any(String)])
  return { ...Told.parse(structuredContent), text: content[0]?.text ?? '' }
}

test('figures without groups are one row, and say what was counted first', async () => {
  const { reading, rows, columns, totals, text } = await told({
    measures: [
      'count, sum(estimatedvalue) as total',
      "count(where statecode eq 'Won') / count(where statecode ne 'Open') as win_rate",
      'avg(days(createdon, actualclosedate)) as cycle',
    ],
  })
  expect(rows).toHaveLength(1)
  expect(totals).toBeUndefined()
  expect(columns.map(({ name }) => name)).toEqual(['count', 'total', 'win_rate', 'cycle'])
  expect(columns[1]).toMatchObject({ kind: 'money', currency: expect.any(String) })
  expect(reading).toMatch(/^count, total, win_rate, cycle of \d+ Opportunities that the person may read\./)
  expect(reading).toContain(' rows have no actualclosedate and are not in cycle.')
  expect(text.startsWith(reading)).toBe(true)
})

test('groups have labels with what is behind them, and what is beyond top is one row', async () => {
  const { rows, values, totals, notes, columns } = await told({
    measures: [
      'count',
      'share(count) as part',
      'median(estimatedvalue) as middle',
      'distinct(customerid) as customers',
    ],
    by: ['ownerid'],
    top: 2,
  })
  expect(rows).toHaveLength(3)
  expect(rows[2]?.[0]).toMatch(/^others \(\d+ groups?\)$/)
  expect(Object.values(values['ownerid'] ?? {})).toEqual([
    expect.stringMatching(/^systemuser\/|^team\//),
    expect.stringMatching(/^systemuser\/|^team\//),
  ])
  expect(columns[0]).toMatchObject({ name: 'ownerid', kind: 'lookup' })
  expect(rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(totals?.['count'])
  expect(totals?.['part']).toBe(1)
  expect(notes.join('\n')).toMatch(/one row, others: top gives up to 100/)
})

test('choices, bands, months and paths', async () => {
  for (const by of [
    'statecode',
    'band(estimatedvalue, 10000, 50000)',
    'month(createdon)',
    'parentaccountid/industrycode',
    'weekday(createdon)',
  ]) {
    const { rows, totals } = await told({ measures: ['count', 'sum(estimatedvalue)'], by: [by] })
    expect(rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(totals?.['count'])
  }
})

test('having and orderby are of the figures', async () => {
  const all = await told({ measures: ['count'], by: ['ownerid'], orderby: 'count' })
  const least = Number(all.rows[0]?.[1])
  const { rows, notes, totals } = await told({
    measures: ['count'],
    by: ['ownerid'],
    having: `count gt ${least}`,
    orderby: 'ownerid desc',
  })
  expect(rows.every((row) => Number(row[1]) > least)).toBe(true)
  expect(rows.map((row) => row[0])).toEqual(rows.map((row) => String(row[0])).toSorted((a, b) => b.localeCompare(a)))
  expect(notes.join()).toMatch(/having left out \d+ of \d+ groups; totals count them/)
  expect(totals).toEqual(all.totals)
})

test.each([
  'ownerid',
  'name',
  'salesstage',
  'month(createdon)',
  'band(estimatedvalue, 10000, 50000)',
  'weekday(createdon)',
])('groups of %s of whose rows none meets a condition are groups, as in SQL', async (by) => {
  const groupsOf = async (measure: string, having?: string): Promise<number> => {
    const { rows } = await told({ measures: [measure], by: [by], top: 1, having })
    const groups = rows.map(([key]) => Number(/^others \((\d+) /.exec(String(key))?.[1] ?? 1))
    return groups.reduce((sum, one) => sum + one, 0)
  }
  const won = "count(where statecode eq 'Won') as won"
  const all = await groupsOf('count')
  const [none, some] = [await groupsOf(won, 'won eq 0'), await groupsOf(won, 'won gt 0')]
  expect([await groupsOf(won), none + some]).toEqual([all, all])
  if (by === 'name') expect(none).toBeGreaterThan(100)
})

test('a choice of several values is told by its labels, and one that any row has is not called empty', async () => {
  const { rows, notes } = await told({ entity: 'contact', measures: ['count'], by: ['hp_interests'] })
  const labels = rows.flatMap(([label]) => String(label).split('; '))
  expect(labels).toContain('Training')
  expect(labels.filter((label) => /\d/.test(label))).toEqual([])
  const empty = notes.flatMap((note) => /^No rows of hp_interests: (.*)\.$/.exec(note)?.[1]?.split(', ') ?? [])
  expect(empty.filter((label) => labels.includes(label))).toEqual([])
})

test.each<[string, boolean]>([
  ['month(createdon)', true],
  ['month_of_year(createdon)', true],
  ['weekday(createdon)', false],
  ['ownerid', false],
])('two quarters by %s have no group in common: %p', async (by, isApart) => {
  const compare = ['createdon eq this-quarter', 'createdon eq last-quarter']
  const { notes } = await told({ measures: ['count'], by: [by], compare })
  expect(notes.some((note) => note.startsWith('No group has rows on both sides'))).toBe(isApart)
  expect(notes.join().includes(`leave ${by} out of by`)).toBe(isApart)
})

test('two periods are compared', async () => {
  const { columns, rows, reading } = await told({
    measures: ['count', 'sum(actualvalue) as won'],
    by: ['ownerid'],
    compare: ['actualclosedate eq this-year', 'actualclosedate eq last-year'],
  })
  expect(columns.map(({ name }) => name)).toEqual([
    ...['ownerid', 'count', 'count before', 'count change', 'count change %'],
    ...['won', 'won before', 'won change', 'won change %'],
  ])
  for (const [, now, before, change] of rows) expect(change).toBe(Number(now) - Number(before))
  expect(reading).toMatch(/Period: now .*; before /)
})

test('what rows lack is named, behind a lookup too, and nothing that they do not lack', async () => {
  const { reading } = await told({
    measures: [
      'avg(days(parentaccountid/createdon, createdon)) as age',
      'avg(estimatedvalue / closeprobability) as ratio',
      'sum(estimatedvalue / (exchangerate - exchangerate)) as nothing',
    ],
  })
  expect(reading).toMatch(/rows? ha(?:s|ve) no parentaccountid\/createdon and (?:is|are) not in age\./)
  expect(reading).toMatch(
    /rows have no estimatedvalue or no closeprobability, or would be divided by 0, and are not in ratio\./,
  )
  expect(reading).toMatch(
    /rows have no estimatedvalue or no exchangerate, or would be divided by 0, and are not in nothing\./,
  )
})

test.each<[Args, boolean]>([
  [{ measures: ["sum('Est. Revenue')"] }, true],
  [{ measures: ["median('Est. Revenue') as m"] }, true],
  [{ measures: ['sum(parentaccountid/revenue)'] }, true],
  [{ measures: ["sum('Est. Revenue' * 2) as m"] }, true],
  [{ measures: ['count'], by: ['band(estimatedvalue, 10000)'] }, true],
  [{ measures: ['count'], by: ["band('Est. Revenue', 10000)"] }, true],
  [{ measures: ['distinct(estimatedvalue)'] }, false],
  [{ measures: ['avg(closeprobability)'], by: ['band(closeprobability, 50)'] }, false],
])('amounts say their currency however their column was called: %j', async (args, isSaid) => {
  const { reading, columns } = await told(args)
  expect(reading.includes('Amounts are in GBP, the base currency')).toBe(isSaid)
  if (!args['by']) expect(columns.some(({ kind }) => kind === 'money')).toBe(isSaid)
})

describe('what is refused says what to write instead', () => {
  test.each<[Args, string, string]>([
    [{ measures: ['count'], by: ['createdon'] }, 'invalid_aggregate', 'month(createdon)'],
    [{ measures: ['estimatedvalue'] }, 'invalid_measure', 'Write: sum(estimatedvalue)'],
    [{ measures: ['sum(nonsense)'] }, 'unknown_column', ''],
    [{ measures: ['count'], filter: 'nonsense eq 5' }, 'unknown_column', ''],
    [{ measures: ['avg(actualclosedate - createdon)'] }, 'invalid_aggregate', 'write: avg(days(createdon, today)).'],
    [{ measures: ['sum(name)'] }, 'invalid_aggregate', 'count rows with count.'],
    [{ measures: ['min(createdon) / 2'] }, 'invalid_measure', 'avg(days(createdon, today))'],
    [{ measures: ['count'], groupby: ['ownerid'] }, 'unknown_argument', '"groupby": use by.'],
    [{ aggregate: ['count'] }, 'unknown_argument', '"aggregate": use measures.'],
    [{ measures: ['count'], top: 101 }, 'invalid_arguments', ''],
  ])('%j', async (args, code, step) => {
    const { isError, content } = await ask(args)
    expect(isError).toBe(true)
    expect(content[0]?.text).toMatch(new RegExp(`^Error ${code}: `))
    expect(content[0]?.text).toContain(step)
  })
})

test.each([
  'parentaccountid/createdon',
  'parentaccountid/primarycontactid/createdon',
  'customerid_account/createdon',
  'createdon',
])('a refused group is meant in the next step, and no other of its name: %s', async (by) => {
  const refused = (await ask({ measures: ['count'], by: [by] })).content[0]?.text ?? ''
  const [, step = ''] = /Group by (month\(\S+\)), or/.exec(refused) ?? []
  expect(step).toBe(`month(${by})`)
  expect((await told({ measures: ['count'], by: [step], top: 100 })).rows.length).toBeGreaterThan(0)
})

test('having counts the groups that it left out among all that there are, those of no rows too', async () => {
  const { notes, rows } = await told({
    measures: ['count'],
    by: ['month(createdon)'],
    filter: 'createdon eq this-year',
    having: 'count gt 1000000',
  })
  expect([rows, notes.join()]).toEqual([[], expect.stringContaining('having left out 12 of 12 groups')])
})

test('nothing that the person may not read is counted, and what nobody has is said', async () => {
  const none = await told({ measures: ['count', 'sum(estimatedvalue)'], filter: "name eq 'no such name'" })
  expect(none.rows).toEqual([[0, 0]])
  const grouped = await told({ measures: ['count'], by: ['ownerid'], filter: "name eq 'no such name'" })
  expect(grouped.rows).toEqual([])
  expect(grouped.notes.join()).toMatch(/No row that the person may read matches/)
  const [rep, analyst] = [await told({ measures: ['count'] }, 'sales-rep'), await told({ measures: ['count'] })]
  expect(Number(rep.rows[0]?.[0])).toBeLessThan(Number(analyst.rows[0]?.[0]))
})

test('the audit tells the queries and no record', async () => {
  const before = worker.events.length
  await told({ measures: ['sum(estimatedvalue)'], by: ['statecode'], filter: "name ne 'x'" })
  expect(worker.events.slice(before)).toEqual([
    expect.objectContaining({
      tool: 'analyze',
      entity: 'opportunity',
      outcome: 'ok',
      queries: expect.stringContaining('group(statecode)'),
    }),
  ])
  expect(worker.events.at(-1)).not.toHaveProperty('records')
})
