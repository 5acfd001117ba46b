import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Harness, ToolAnswer } from '../support/harness.ts'
import { createFormerCursor, TEN } from '../../dataverse/rows/cursor-lengths.ts'
import { rowsAsObjects } from '../support/rows.ts'
import { called, openStage, type Called, type Stage, type Who } from '../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker()
})
afterAll(async () => await stage.close())

type Args = Readonly<Record<string, unknown>>
const query = (args: Args, who: Who = 'analyst', on = worker): Promise<Called> => called(on, 'query_crm', args, who)
const rowsOf = ({ answer }: Called): readonly Readonly<Record<string, unknown>>[] => {
  expect(answer.structuredContent?.error).toBeUndefined()
  return rowsAsObjects(answer.structuredContent)
}
const FORMER = createFormerCursor(new Uint8Array(32).fill(7), 'oid-analyst', TEN[1]![1].former)
const OPPORTUNITIES = { entity: 'opportunity', select: ['name', 'estimatedvalue'] }
const fetchXml = (inner: string, attributes = ''): string =>
  `<fetch ${attributes}><entity name="opportunity">${inner}</entity></fetch>`

async function allPages(args: Args, who: Who = 'analyst'): Promise<{ ids: unknown[]; calls: number }> {
  const ids: unknown[] = []
  let answer: ToolAnswer | undefined
  for (let calls = 1; calls < 100; calls += 1) {
    const cursor: string | undefined = answer?.structuredContent?.cursor
    const one = await query(cursor ? { cursor } : args, who)
    ids.push(...rowsOf(one).map(({ opportunityid }) => opportunityid))
    answer = one.answer
    if (answer.structuredContent?.more !== true) return { ids, calls }
  }
  throw new Error('the pages do not end')
}

describe('what a call costs', () => {
  test('a cold worker makes two requests more than a warm one, and a second person one', async () => {
    const cold = stage.coldWorker()
    expect((await query(OPPORTUNITIES, 'analyst', cold)).requests).toBe(3)
    expect((await query(OPPORTUNITIES, 'analyst', cold)).requests).toBe(1)
    expect((await query(OPPORTUNITIES, 'sales-rep', cold)).requests).toBe(2)
    expect((await query({ fetchxml: fetchXml('<attribute name="name"/>') }, 'sales-rep', cold)).requests).toBe(1)
  })

  test('a page that a cursor leads to makes one request', async () => {
    const { answer } = await query({ ...OPPORTUNITIES, top: 5 })
    expect((await query({ cursor: answer.structuredContent?.cursor })).requests).toBe(1)
  })
})

describe('columns', () => {
  test('come in the order asked for, the id last, nothing else', async () => {
    const select = ['statecode', 'ownerid', 'name']
    const [row] = rowsOf(await query({ entity: 'opportunity', select, top: 1 }))
    expect(Object.keys(row ?? {})).toEqual([...select, 'opportunityid'])
  })

  test('are those of the default view when none are asked for, and the result says which', async () => {
    const { answer } = await query({ entity: 'account', top: 3 })
    const [note] = answer.structuredContent?.notes ?? []
    expect(note).toMatch(/^No columns were asked for; these were chosen: name, /)
    const chosen = note?.split(': ')[1]?.slice(0, -1).split(', ') ?? []
    expect(chosen.length).toBeLessThanOrEqual(10)
    for (const row of rowsAsObjects(answer.structuredContent))
      expect(Object.keys(row).toSorted()).toEqual([...chosen, 'accountid'].toSorted())
  })

  test('an amount is a plain number when all rows have one currency, which is named once', async () => {
    const filter = "transactioncurrencyid/isocurrencycode eq 'GBP' and estimatedvalue ne null"
    const { answer } = await query({ ...OPPORTUNITIES, filter, top: 5 })
    const column = { name: 'estimatedvalue', kind: 'money', currency: 'Pound Sterling' }
    expect(answer.structuredContent?.columns).toContainEqual(column)
    for (const row of rowsAsObjects(answer.structuredContent)) expect(row.estimatedvalue).toEqual(expect.any(Number))
  })

  test('amounts in several currencies are numbers, with the currency of each beside it', async () => {
    const all = await query({ ...OPPORTUNITIES, filter: 'estimatedvalue ne null', top: 500 })
    const column = { name: 'estimatedvalue', kind: 'money', currency: 'see transactioncurrencyid' }
    expect(all.answer.structuredContent?.columns).toContainEqual(column)
    const rows = rowsOf(all)
    for (const row of rows) expect(row.estimatedvalue).toEqual(expect.any(Number))
    const currencies = new Set(rows.map(({ transactioncurrencyid }) => transactioncurrencyid))
    expect([...currencies]).toEqual(expect.arrayContaining(['Pound Sterling', 'Euro']))
  })

  test('the time zone in which days are meant is said once', async () => {
    const { answer } = await query(OPPORTUNITIES, 'sales-rep')
    expect(answer.structuredContent).toMatchObject({ timeZone: 'Europe/London' })
  })
})

describe('cursors', () => {
  test('lead through all rows of an OData query, each once', async () => {
    const { answer } = await query({ ...OPPORTUNITIES, count: true, top: 1 })
    const { ids, calls } = await allPages({ ...OPPORTUNITIES, orderby: 'estimatedvalue desc', top: 30 })
    expect(calls).toBeGreaterThan(2)
    expect([ids.length, new Set(ids).size]).toEqual([answer.structuredContent?.total, answer.structuredContent?.total])
  })

  test('lead through all rows of a FetchXML query, each once', async () => {
    const { answer } = await query({ ...OPPORTUNITIES, count: true, top: 1 })
    const inner = '<attribute name="name"/><order attribute="estimatedvalue" descending="true"/>'
    const { ids, calls } = await allPages({ fetchxml: fetchXml(inner), top: 30 })
    expect(calls).toBeGreaterThan(2)
    expect([ids.length, new Set(ids).size]).toEqual([answer.structuredContent?.total, answer.structuredContent?.total])
  })

  test('of one person are refused for another, whose rows they would choose', async () => {
    const { answer } = await query({ ...OPPORTUNITIES, top: 2 }, 'analyst')
    const stolen = await query({ cursor: answer.structuredContent?.cursor }, 'sales-rep')
    expect(stolen.answer.structuredContent?.error?.code).toBe('invalid_cursor')
  })

  test.each<[string, (cursor: string) => string]>([
    ['changed at its end', (cursor) => `${cursor.slice(0, -4)}${cursor.at(-4) === 'A' ? 'B' : 'A'}${cursor.slice(-3)}`],
    ['changed at its beginning', (cursor) => (cursor.startsWith('A') ? 'B' : 'A') + cursor.slice(1)],
    ['cut', (cursor) => cursor.slice(0, 20)],
    ['with another one behind it', (cursor) => cursor + cursor],
    ['of a server before this one', () => FORMER],
  ])('%s are refused', async (_what, change) => {
    const { answer } = await query({ ...OPPORTUNITIES, top: 2 })
    const changed = await query({ cursor: change(answer.structuredContent?.cursor ?? '') })
    expect(changed.answer.structuredContent?.error?.code).toBe('invalid_cursor')
  })

  test('of one entity are refused with another', async () => {
    const { answer } = await query({ ...OPPORTUNITIES, top: 2 })
    const wrong = await query({ entity: 'account', cursor: answer.structuredContent?.cursor })
    expect(wrong.answer.structuredContent?.error?.code).toBe('invalid_cursor')
  })

  test('go on beside the call that they came from, counted if asked', async () => {
    const call = { ...OPPORTUNITIES, top: 2 }
    const cursor = (await query(call)).answer.structuredContent?.cursor
    const alone = await query({ cursor })
    expect(alone.answer.structuredContent?.rows).toHaveLength(2)
    for (const again of [call, { top: 2 }, { entity: 'opportunity', top: 2 }]) {
      const { answer } = await query({ ...again, cursor })
      expect(answer.structuredContent).toEqual(alone.answer.structuredContent)
    }
    const counted = await query({ cursor, count: true })
    const total = (await query({ ...call, count: true })).answer.structuredContent?.total
    expect(counted.answer.structuredContent?.total).toBe(total)
    expect(total).toBeGreaterThan(2)
  })

  test.each([
    [{ ...OPPORTUNITIES, filter: 'estimatedvalue gt 1' }],
    [{ ...OPPORTUNITIES, top: 3 }],
    [{ ...OPPORTUNITIES, orderby: 'createdon' }],
    [{ top: 3 }],
    [{ select: ['name'] }],
    [{ fetchxml: '<fetch><entity name="opportunity"><attribute name="name"/></entity></fetch>' }],
  ])('beside another query are refused: %j', async (other) => {
    const { answer } = await query({ ...OPPORTUNITIES, top: 2 })
    const { isError, structuredContent } = (await query({ ...other, cursor: answer.structuredContent?.cursor })).answer
    expect([isError, structuredContent?.error?.code]).toEqual([true, 'invalid_cursor'])
    expect(structuredContent?.error?.nextStep).toMatch(/^Pass the cursor alone/)
  })

  test('rows that do not fit follow: none is lost, none comes twice', async () => {
    const small = stage.coldWorker({ resultBytes: 9_000 })
    const args = { entity: 'opportunity', select: ['name', 'customerid', 'ownerid', 'statecode'], top: 100 }
    const first = await query(args, 'analyst', small)
    expect(Buffer.byteLength(JSON.stringify(first.answer.structuredContent))).toBeLessThanOrEqual(9_000)
    const whole = rowsOf(await query(args)).map(({ opportunityid }) => opportunityid)
    expect(whole).toHaveLength(100)
    const ids = rowsOf(first).map(({ opportunityid }) => opportunityid)
    expect(ids.length).toBeLessThan(whole.length)
    const second = await query({ cursor: first.answer.structuredContent?.cursor }, 'analyst', small)
    ids.push(...rowsOf(second).map(({ opportunityid }) => opportunityid))
    expect(ids).toEqual(whole.slice(0, ids.length))
  })
})

describe('FetchXML', () => {
  test('adds up in groups, without a link to rows that are none', async () => {
    const sum = '<attribute name="estimatedvalue_base" alias="total" aggregate="sum"/>'
    const inner = `<attribute name="statecode" alias="state" groupby="true"/>${sum}`
    const { answer } = await query({ fetchxml: fetchXml(inner, 'aggregate="true"') })
    expect(answer.structuredContent?.columns).toEqual([
      { name: 'state', kind: 'choice' },
      { name: 'total', kind: 'money', currency: 'GBP' },
    ])
    expect(answer.structuredContent?.rows).toContainEqual(['Open', expect.any(Number)])
    expect(answer.structuredContent?.values).toMatchObject({ state: { Open: 0, Won: 1 } })
    expect(answer.structuredContent).not.toHaveProperty('recordLink')
  })

  test('beside a filter is refused: one of the two would be left out', async () => {
    const { answer } = await query({ fetchxml: fetchXml('<attribute name="name"/>'), filter: 'statecode eq 0' })
    expect(answer.structuredContent?.error).toMatchObject({ code: 'invalid_arguments' })
    expect(answer.structuredContent?.error?.nextStep).toContain('Put filter into the FetchXML')
  })

  test('that is longer than a URL may be goes by $batch, in one request', async () => {
    const values = Array.from({ length: 480 }, (_, index) => `<value>${'%'.repeat(20)} no such name ${index}</value>`)
    const condition = `<condition attribute="name" operator="not-in">${values.join('')}</condition>`
    const one = await query({ fetchxml: fetchXml(`<attribute name="name"/><filter>${condition}</filter>`), top: 3 })
    expect(rowsOf(one)).toHaveLength(3)
    expect(one.requests).toBe(1)
  })

  test('with a total says how many rows there are, whatever page is read', async () => {
    const counted = await query({ ...OPPORTUNITIES, count: true, top: 1 })
    const { answer } = await query({ fetchxml: fetchXml('<attribute name="name"/>'), count: true, top: 1 })
    expect(answer.structuredContent?.total).toBe(counted.answer.structuredContent?.total)
  })
})

describe('nothing of a model is sent as it came', () => {
  test.each([
    ["name eq 'x' or 1 eq 1&$top=5000"],
    ["name eq 'x%27 or statecode eq 0'"],
    ["name eq 'x'#"],
    ["name eq 'x';$select=creditlimit"],
    ["name eq 'x'\u0000"],
    ["contains(name,'a')) or (statecode eq 0"],
    ["name eq '\u2019 or statecode eq 0 or name eq \u2019'"],
  ])('the filter %s', async (filter) => {
    const { answer } = await query({ ...OPPORTUNITIES, filter, count: true })
    if (answer.isError) expect(answer.structuredContent?.error?.code).toBe('invalid_filter')
    else expect(answer.structuredContent).toMatchObject({ rows: [], total: 0 })
  })
})

test('a column that was published a moment ago can be asked for at once', async () => {
  const column = { name: 'hp_score', schemaName: 'hp_Score', type: 'Integer', label: 'Score' } as const
  const ahead = stage.coldWorker()
  expect((await query({ ...OPPORTUNITIES, select: ['hp_score'] }, 'analyst', ahead)).answer.isError).toBe(true)
  stage.dataverse.publish({ kind: 'add-column', entity: 'opportunity', column })
  try {
    const later = stage.coldWorker()
    expect(
      rowsOf(await query({ ...OPPORTUNITIES, select: ['name', 'Score'] }, 'analyst', later)).length,
    ).toBeGreaterThan(0)
  } finally {
    stage.dataverse.reset()
  }
})

test('what is not counted of totals is said', async () => {
  const count = '<attribute name="opportunityid" alias="n" aggregate="count"/>'
  const { answer } = await query({ fetchxml: fetchXml(count, 'aggregate="true"'), count: true })
  expect(answer.structuredContent?.rows).toHaveLength(1)
  expect(answer.structuredContent?.notes).toEqual([expect.stringMatching(/^count was left out: the rows are totals/)])
})

describe('a collection where a column is wanted', () => {
  const ways = 'opportunity_parent_account'
  test.each<[string, Args]>([
    ['a column', { select: ['name', ways] }],
    ['one of several that are none', { select: ['name', ways, 'contact_customer_accounts'] }],
    ['a number of rows', { select: [`${ways}/$count`] }],
    ['what is compared', { filter: `${ways} ne null` }],
    ['an order', { orderby: ways }],
    ['an order by number', { orderby: `${ways}/$count desc` }],
  ])('as %s leads to what is asked of it, each in words that work', async (_what, args) => {
    const { code, nextStep = '' } = (await query({ entity: 'account', ...args })).answer.structuredContent?.error ?? {}
    const [, lookup = '', filter = '', counted = '{}'] =
      /"lookup":"(\w+)".* in filter of query_crm: (\S+)\. .* analyze (\{.*\})\.$/.exec(nextStep) ?? []
    expect([code, lookup]).toEqual(['unknown_column', ways])
    const expand = [{ lookup, select: ['name'] }]
    expect(rowsOf(await query({ entity: 'account', expand, filter, top: 1 }))).toHaveLength(1)
    const { answer } = await called(worker, 'analyze', JSON.parse(counted), 'analyst')
    expect([answer.isError, answer.structuredContent?.rows?.length]).toEqual([undefined, expect.any(Number)])
  })

  test('as a figure leads to the same way', async () => {
    const args = { entity: 'account', measures: [`count(${ways}) as deals`] }
    const { nextStep = '' } = (await called(worker, 'analyze', args, 'analyst')).answer.structuredContent?.error ?? {}
    expect(nextStep).toContain('analyze the entity opportunity by parentaccountid.')
    const [, filter] = /condition: (.*?\))\./.exec(nextStep) ?? []
    expect(rowsOf(await query({ entity: 'account', filter, top: 1 }))).toHaveLength(1)
  })
})
