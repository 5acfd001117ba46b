// Not in a bare npm test: cuts rows off in each order at each place.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { seed } from '../../../sandbox/dataverse/seed/seed.ts'
import { idOf } from '../../../sandbox/dataverse/seed/tools.ts'
import { textOf, type TableRows, type Values } from '../../../sandbox/dataverse/store/store.ts'
import { PEOPLE } from '../../../sandbox/people.ts'
import type { Harness } from '../support/harness.ts'
import { rowsAsObjects } from '../support/rows.ts'
import { called, openStage, type Called, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage(ranked())
  worker = stage.coldWorker({ resultBytes: 500_000 })
})
afterAll(async () => await stage.close())

type Args = Readonly<Record<string, unknown>>
const query = async (args: Args): Promise<Called> => await called(worker, 'query_crm', args, 'analyst')
const tieNotes = ({ answer }: Called): readonly string[] =>
  (answer.structuredContent?.notes ?? []).filter((note) => note.startsWith('A tie at the cut'))
const idsOf = ({ answer }: Called): unknown[] =>
  rowsAsObjects(answer.structuredContent).map(({ opportunityid }) => opportunityid)

const ORDERS = [
  ['a choice', 'salesstage', ['salesstage']],
  ['a number, backwards', 'closeprobability desc', ['closeprobability']],
  ['a lookup', 'ownerid', ['ownerid']],
  ['a day', 'estimatedclosedate desc', ['estimatedclosedate']],
  ['two columns', 'salesstage desc, closeprobability', ['salesstage', 'closeprobability']],
  ['a name, which few share', 'name', ['name']],
] as const

describe.each(ORDERS)('rows cut off in the order of %s', (_what, orderby, columns) => {
  test.each([1, 4, 5, 10, 23])('at %i: a tie is named where there is one, and nowhere else', async (top) => {
    const whole = await query({ entity: 'opportunity', select: [...columns], orderby, top: 500, ids: true })
    const rows = rowsAsObjects(whole.answer.structuredContent)
    const rank = (at: number): string => JSON.stringify(columns.map((name) => rows[at]?.[name])).toLowerCase()
    const alike = rows.slice(0, top).filter((_row, at) => rank(at) === rank(top - 1)).length
    const isTied = rank(top) === rank(top - 1)
    const count = alike === 1 ? 'The last row has' : `The last ${alike} rows have`
    for (const select of [['opportunityid'], [...columns]]) {
      const cut = await query({ entity: 'opportunity', select, orderby, top })
      expect([idsOf(cut), cut.requests]).toEqual([idsOf(whole).slice(0, top), 1])
      expect(tieNotes(cut)).toEqual(isTied ? [expect.stringContaining(`${count} the same ${columns.join(', ')} `)] : [])
      expect(cut.answer.structuredContent?.columns?.map(({ name }) => name)).toEqual([
        ...select.filter((name) => name !== 'opportunityid'),
        'opportunityid',
      ])
      const next = await query({ cursor: cut.answer.structuredContent?.cursor })
      expect(idsOf(next)).toEqual(idsOf(whole).slice(top, 2 * top))
    }
  })
})

test.each([
  ['without an order', { entity: 'opportunity', select: ['name'], top: 3 }],
  ['nobody cut', { entity: 'opportunity', select: ['name'], orderby: 'salesstage' }],
  ['of all rows', { entity: 'opportunity', select: ['salesstage'], orderby: 'salesstage', top: 500 }],
])('no tie is named of rows %s', async (_what, args) => expect(tieNotes(await query(args))).toEqual([]))

test('FetchXML that says how many rows it wants is cut off, too', async () => {
  const fetchxml =
    '<fetch top="5"><entity name="opportunity"><attribute name="name"/><order attribute="statecode"/></entity></fetch>'
  const cut = await query({ fetchxml })
  expect(tieNotes(cut)).toEqual([expect.stringContaining('The last 5 rows have the same statecode')])
  const { returned, more, cursor, notes } = cut.answer.structuredContent ?? {}
  expect([returned, more, cursor]).toEqual([5, true, undefined])
  expect(notes).toContainEqual('More rows match: the query itself ends after 5.')
})

describe('groups that are cut off', () => {
  const grouped = (attributes: string, order: string): string =>
    `<fetch aggregate="true"${attributes}><entity name="opportunity"><attribute name="ownerid" alias="who" groupby="true"/><attribute name="opportunityid" alias="n" aggregate="count"/>${order}</entity></fetch>`
  const BY_COUNT = '<order alias="n" descending="true"/>'

  test.each([1, 2, 3, 4, 6, 9])('in the order of their counts, at %i, are as honest as rows', async (top) => {
    const whole = rowsAsObjects((await query({ fetchxml: grouped('', BY_COUNT), top: 500 })).answer.structuredContent)
    const counts = whole.map(({ n }) => n)
    const alike = counts.slice(0, top).filter((n) => n === counts[top - 1]).length
    const note = alike === 1 ? 'The last row has the same n ' : `The last ${alike} rows have the same n `
    for (const args of [{ fetchxml: grouped(` top="${top}"`, BY_COUNT) }, { fetchxml: grouped('', BY_COUNT), top }]) {
      const cut = await query(args)
      expect(tieNotes(cut)).toEqual(counts[top] === counts[top - 1] ? [expect.stringContaining(note)] : [])
      expect(cut.answer.structuredContent).toMatchObject({ returned: top, more: counts.length > top })
    }
  })

  test('without an order they still say that more follow', async () => {
    const cut = await query({ fetchxml: grouped(' top="2"', '') })
    expect(cut.answer.structuredContent).toMatchObject({ returned: 2, more: true })
  })
})

/** Rows of the two currencies, of seconds, of spellings: what they are shown as is not how they rank. */
function ranked(): TableRows {
  const seeded = seed(PEOPLE, new Date())
  const first = seeded.find(({ entity }) => entity === 'opportunity')?.values ?? {}
  const [pound, euro] = seeded.filter(({ entity }) => entity === 'transactioncurrency').map(({ values }) => values)
  const idOfCurrency = (row: Values | undefined): string => textOf(row?.['transactioncurrencyid'])
  const rows: Values[] = [
    {
      name: 'Zqw amount 1',
      estimatedvalue: 4_321,
      transactioncurrencyid: { entity: 'transactioncurrency', id: idOfCurrency(pound) },
    },
    {
      name: 'Zqw amount 2',
      estimatedvalue: 4_321,
      transactioncurrencyid: { entity: 'transactioncurrency', id: idOfCurrency(euro) },
    },
    { name: 'Zqw time 1', createdon: '2026-11-01T10:10:10Z' },
    { name: 'Zqw time 2', createdon: '2026-11-01T10:10:20Z' },
    { name: 'Zqw word 1', stepname: 'Zoë' },
    { name: 'Zqw word 2', stepname: 'zoe ' },
  ]
  return rows.map((own, at) => ({
    entity: 'opportunity',
    values: { ...first, ...own, opportunityid: idOf('ranked', at) },
  }))
}

test.each([
  ['equal amounts of two currencies', 'amount', 'estimatedvalue', 1],
  ['times of one minute', 'time', 'createdon', 0],
  ['one word with accents and without', 'word', 'stepname', 1],
])('%s', async (_what, which, orderby, ties) => {
  const filter = `startswith(name,'Zqw ${which}')`
  const notes = tieNotes(await query({ entity: 'opportunity', select: ['name'], filter, orderby, top: 1 }))
  expect(notes).toHaveLength(ties)
})
