import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import type { Harness, ToolAnswer } from '../support/harness.ts'
import { called, LATE_IN_A_YEAR, openStage, type Stage, type Who } from '../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage([], () => LATE_IN_A_YEAR)
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
    [{ measures: ['count'], per: ['ownerid'] }, 'unknown_argument', '"per": use by.'],
    [{ sum: ['estimatedvalue'] }, 'unknown_argument', '"sum": use measures.'],
    [{ measures: ['count'], aggregate: ['sum(estimatedvalue)'] }, 'invalid_arguments', 'Give each argument once'],
    [{ metrics: ['count'], by: ['ownerid'], offset: 5 }, 'unknown_argument', '"offset"'],
    [{ measures: ['count'], top: 101 }, 'invalid_arguments', ''],
  ])('%j', async (args, code, step) => {
    const { isError, content } = await ask(args)
    expect(isError).toBe(true)
    expect(content[0]?.text).toMatch(new RegExp(`^Error ${code}: `))
    expect(content[0]?.text).toContain(step)
  })
})

test.each<[Args, readonly string[]]>([
  [
    { metrics: 'count', dimensions: ['ownerid'], limit: 3, sort: 'count desc' },
    ['metrics', 'dimensions', 'limit', 'sort'],
  ],
  [
    { aggregate: ['count'], group_by: 'ownerid', order_by: 'count desc', top: 3 },
    ['aggregate', 'group_by', 'order_by'],
  ],
  [{ aggregations: ['count'], groupBy: ['ownerid'], take: '3', sortBy: 'count desc' }, ['groupBy', 'take']],
  [{ aggregation: ['count'], breakdown: ['ownerid'], $top: 3, $orderby: 'count desc' }, ['breakdown', '$top']],
])('other words for the same arguments are taken, and said: %j', async (args, names) => {
  const own = await told({ measures: ['count'], by: ['ownerid'], top: 3, orderby: 'count desc' })
  const other = await told(args)
  expect([other.rows, other.totals, other.reading]).toEqual([own.rows, own.totals, own.reading])
  const said = names.map((name) => expect.stringContaining(`The argument "${name}" was read as `))
  for (const one of said) expect(other.interpreted).toContainEqual(one)
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

test('a condition that calculates is tested, in filter, where and compare, as its own query language says', async () => {
  const { rows, reading } = await told({
    filter: "statecode ne 'Open' and days(createdon, actualclosedate) ge 0",
    measures: ['count', 'count(where days(createdon, actualclosedate) le 75) as quick'],
  })
  const banded = await told({
    filter: "statecode ne 'Open'",
    measures: ['count'],
    by: ['band(days(createdon, actualclosedate), 0, 76)'],
  })
  const of = (label: string): number => Number(banded.rows.find(([key]) => key === label)?.[1] ?? 0)
  expect(rows).toEqual([[of('0 to below 76') + of('76 and more'), of('0 to below 76')]])
  expect(reading).toContain('days(createdon, actualclosedate) ge 0')
  const { rows: sides } = await told({
    measures: ['count'],
    compare: ['days(createdon, today) gt 90', 'days(createdon, today) le 90'],
  })
  const all = await told({ measures: ['count'] })
  expect(Number(sides[0]?.[0]) + Number(sides[0]?.[1])).toBe(all.rows[0]?.[0])
})

test.each([
  [
    { measures: ['count'], filter: "statecode eq 'Open' or days(createdon, today) gt 90" },
    { filter: 'days(createdon, today) gt 90' },
  ],
  [{ measures: ['count(where not days(createdon, today) gt 90)'] }, { filter: 'days(createdon, today) gt 90' }],
  [
    { measures: ['count'], compare: ['this-year', 'last-year'] },
    { compare: ['createdon eq this-year', 'createdon eq last-year'] },
  ],
  [
    { measures: ['count'], filter: 'createdon eq this-year-or-last' },
    { filter: 'createdon ge 2026-01-01 and createdon le 2026-01-31' },
  ],
  [
    { measures: ['count'], filter: 'createdon eq last-year-to-date' },
    { filter: 'createdon ge last-year and createdon le 12-months-ago' },
  ],
  [
    { measures: ['count'], compare: ['createdon eq ytd', 'last-ytd'] },
    {
      compare: [
        'createdon ge this-year and createdon le today',
        'createdon ge last-year and createdon le 12-months-ago',
      ],
    },
  ],
  [
    { measures: ['count'], compare: ['H1 2026', 'H1 2025'] },
    {
      compare: [
        'createdon ge 2026-01-01 and createdon le 2026-06-30',
        'createdon ge 2025-01-01 and createdon le 2025-06-30',
      ],
    },
  ],
  [
    { measures: ['count'], compare: ['modifiedon eq this-year', 'modifiedon eq last-year', 'modifiedon eq 2024'] },
    { compare: ['modifiedon eq this-year', 'modifiedon eq last-year'] },
  ],
  [
    { measures: ['count'], compare: ['this-year', 'last-year', '2024'] },
    { compare: ['createdon eq this-year', 'createdon eq last-year'] },
  ],
  [
    { measures: ['count'], compare: ['modifiedon eq this-year'] },
    { compare: ['modifiedon eq this-quarter', 'modifiedon eq last-quarter'] },
  ],
  [
    { measures: ['count'], compare: ["name eq 'x'"] },
    { compare: ['createdon eq this-quarter', 'createdon eq last-quarter'] },
  ],
])('%j is refused with a next step that works to the letter', async (args, next) => {
  const { isError, content } = await ask(args)
  const { text = '' } = content[0] ?? {}
  expect(isError).toBe(true)
  for (const value of Object.values(next))
    expect(text).toContain(typeof value === 'string' ? value : JSON.stringify(value))
  await told({ measures: ['count'], ...next })
})

test('figures of no rows say that no row matches, with groups and without', async () => {
  const none = "contains(name,'no deal is called so')"
  for (const by of [[], ['ownerid']]) {
    expect((await told({ filter: none, measures: ['count'], by })).notes.join('\n')).toContain(
      'No row that the person may read matches',
    )
    expect((await told({ measures: ['count'], by })).notes.join('\n')).not.toContain('No row that')
  }
})

test('months without rows are groups as others, and those to come are named', async () => {
  const asked = { filter: 'createdon eq this-year', measures: ['count'], by: ['month(createdon)'] }
  const { rows, notes } = await told(asked)
  expect(rows).toHaveLength(12)
  const thisMonth = notes.join('\n').match(/^2026-(\d\d)(?: to 2026-12 have| has) not begun\.$/m)?.[1]
  expect(Number(thisMonth)).toBeGreaterThan(1)
  for (const [month, count] of rows) if (String(month) >= `2026-${thisMonth ?? ''}`) expect(count).toBe(0)
  const { notes: had, rows: left } = await told({ ...asked, having: 'count gt 0' })
  expect(had).toContain(`having left out ${12 - left.length} of 12 groups; totals count them.`)
})

test('a period is told once, with the figure or the side that it is of', async () => {
  const period = async (args: Args): Promise<string | undefined> =>
    / (Period: .*?\))\./.exec((await told(args)).reading)?.[1]
  const rate = "count(where statecode eq 'Won') / count as rate"
  expect(
    await period({ measures: [rate], compare: ['actualclosedate eq 2026-02', 'actualclosedate eq 2026-01'] }),
  ).toMatch(/^Period: now 2026-02-01 to 2026-02-28; before 2026-01-01 to 2026-01-31 \(/)
  expect(await period({ measures: ['count', 'count(where actualclosedate eq 2026-01) as early'] })).toMatch(
    /^Period: early 2026-01-01 to 2026-01-31 \(/,
  )
})
