import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Page } from '../../../../shared/dataverse/rows/rows.ts'
import { windowFrom } from '../../../../shared/mcp/fitting/row-window.ts'
import { fetchHere } from '../../../sandbox/dataverse/http/in-process.ts'
import { seed } from '../../../sandbox/dataverse/seed/seed.ts'
import { idOf } from '../../../sandbox/dataverse/seed/tools.ts'
import type { TableRows } from '../../../sandbox/dataverse/store/store.ts'
import { PEOPLE } from '../../../sandbox/people.ts'
import type { Harness } from '../support/harness.ts'
import { rowsAsObjects } from '../support/rows.ts'
import { called, openStage, type Called, type Stage } from '../support/sandbox-stage.ts'

test('a page holds the next row and those wanted, and little besides once some were given', () => {
  const numbers = fc.record({ start: fc.nat(20_000), wanted: fc.integer({ min: 2, max: 500 }) })
  fc.assert(
    fc.property(numbers, ({ start, wanted }) => {
      const enough = Math.max(1, Math.floor(wanted * 0.95))
      const { page, pageSize, skip } = windowFrom(start, wanted, enough)
      expect((page - 1) * pageSize + skip).toBe(start)
      expect(pageSize - skip).toBeGreaterThanOrEqual(skip === 0 ? enough : wanted)
      const pages = Math.floor(start / wanted)
      expect(pageSize).toBeLessThanOrEqual(pages === 0 ? start + wanted : wanted + Math.ceil(wanted / pages) + pages)
    }),
  )
})

const ROWS = 300
/** Characters of the memo of each row. */
const SHAPES = {
  Zqeven: () => 60,
  Zqmixed: (at) => (at % 5 === 0 ? 1_500 : (at * 37) % 200),
  Zqgrown: (at) => (at < ROWS / 2 ? 5 : 1_200),
  Zqshrunk: (at) => (at < ROWS / 2 ? 1_200 : 5),
  Zqempty: () => 0,
} satisfies Record<string, (at: number) => number>

const ALL = Object.entries(SHAPES).flatMap(([shape, length]) =>
  Array.from({ length: ROWS }, (_one, at) => ({
    name: `${shape} ${String(at).padStart(4, '0')} ${'Harbour & Pine '.repeat(1 + (at % 3)).trim()}`,
    description: 'Adventure works. '.repeat(100).slice(0, length(at)) || null,
  })),
)

let stage: Stage
let worker: Harness
let read = 0
beforeAll(async () => {
  const first = seed(PEOPLE, new Date()).find(({ entity }) => entity === 'account')?.values ?? {}
  const rows: TableRows = ALL.map((own, at) => ({
    entity: 'account',
    values: { ...first, ...own, accountid: idOf('read-once', at) },
  }))
  stage = await openStage(rows)
  worker = stage.coldWorker({}, async (input, init) => {
    const answer = await fetchHere(input, init)
    if (input instanceof URL && input.searchParams.has('fetchXml'))
      read += Page.parse(await answer.clone().json()).value.length
    return answer
  })
  await called(worker, 'query_crm', { entity: 'account', select: ['name'], top: 1 }, 'analyst')
})
afterAll(async () => await stage.close())

type Walk = { readonly calls: number; readonly names: readonly unknown[]; readonly requests: number }

async function walk(args: Readonly<Record<string, unknown>>, by: 'result' | 'text'): Promise<Walk> {
  const names: unknown[] = []
  let [calls, requests] = [0, 0]
  let next: Readonly<Record<string, unknown>> | undefined = args
  read = 0
  while (next && calls < 100) {
    const one = await called(worker, 'query_crm', next, 'analyst')
    const text = one.answer.content[0]?.text ?? ''
    const shown = Number(/this text shows (\d+)/.exec(text)?.[1] ?? Infinity)
    const rows = rowsAsObjects(one.answer.structuredContent)
    names.push(...rows.slice(0, by === 'text' ? shown : undefined).map(({ name }) => name))
    const cursor = by === 'text' ? /"cursor":"([^"]+)"/.exec(text)?.[1] : one.answer.structuredContent?.cursor
    next = cursor === undefined ? undefined : { cursor }
    calls += 1
    requests = Math.max(requests, one.requests)
  }
  return { calls, names, requests }
}

/**
 * Calls of whoever reads the whole page each time and gives what fits, and rows read for one that is given; then it
 * was 1.0 to 10. Rows that shrink at once cost one call more, as nobody knows of them before they are read.
 */
const CASES = [
  ['Zqeven', 'result', 50, 6, 1.1],
  ['Zqeven', 'result', 500, 2, 1.5],
  ['Zqeven', 'text', 500, 5, 1.8],
  ['Zqmixed', 'result', 500, 6, 2.6],
  ['Zqmixed', 'text', 50, 12, 1.5],
  ['Zqgrown', 'result', 50, 12, 1.5],
  ['Zqgrown', 'text', 500, 10, 1.8],
  ['Zqshrunk', 'result', 50, 12 + 1, 1.5],
  ['Zqshrunk', 'result', 500, 9 + 1, 2.6],
  ['Zqempty', 'result', 500, 1, 1],
  ['Zqempty', 'text', 500, 2, 1.5],
] as const

test.each(CASES)('%s by the cursor of its %s, top %i: in %i calls, %d rows read for one', async (...one) => {
  const [shape, by, top, before, most] = one
  const filter = `startswith(name,'${shape}')`
  const args = { entity: 'account', select: ['name', 'description'], filter, orderby: 'name', top }
  const { calls, names, requests } = await walk(args, by)
  expect(names).toEqual(ALL.map(({ name }) => name).filter((name) => name.startsWith(shape)))
  expect(requests).toBe(1)
  expect(calls).toBeLessThanOrEqual(before)
  expect(read / ROWS).toBeLessThanOrEqual(most)
})

test.each([
  [ROWS - 1, true, [`More rows match: the query itself ends after ${ROWS - 1}.`]],
  [ROWS, false, []],
  [ROWS + 1, false, []],
])(
  'a query of %i rows alone says where it ends whether more match, in however many parts it is read',
  async (...one) => {
    const [top, more, notes] = one
    const small = stage.coldWorker({ resultBytes: 8_000 })
    const rows = '<attribute name="name"/><attribute name="description"/><order attribute="name"/>'
    const like = '<filter><condition attribute="name" operator="like" value="Zqeven%"/></filter>'
    let next: Readonly<Record<string, unknown>> = {
      fetchxml: `<fetch top="${top}"><entity name="account">${rows}${like}</entity></fetch>`,
    }
    for (;;) {
      const { answer }: Called = await called(small, 'query_crm', next, 'analyst')
      const cursor = answer.structuredContent?.cursor
      if (cursor !== undefined) next = { cursor }
      else {
        expect(answer.structuredContent?.more).toBe(more)
        const said = answer.structuredContent?.notes ?? []
        expect(said.filter((note) => note.startsWith('More rows match'))).toEqual(notes)
        return
      }
    }
  },
)
