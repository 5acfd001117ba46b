import { expect, test } from '@jest/globals'
import { argumentsFor } from '../../../shared/mcp/app/answers/behind.ts'
import { joined } from '../../../shared/mcp/app/answers/joined.ts'
import { opening, readAnswer, type Answer } from '../../../shared/mcp/app/answers/list.ts'
import { formatsFor } from '../../../shared/mcp/app/format.ts'
import { talkFor } from '../../../shared/mcp/app/words/words.ts'
import { denseRows } from '../../../shared/dataverse/rows/dense-rows.ts'
import { dice } from '../support/made-answers.ts'

const UNITS = ['£', '€', 'CHF', 'руб', 'Pound']
const TITLES = { name: 'Name', ownerid: 'Owner', estimatedvalue: 'Est. Revenue' }
const talk = talkFor('en-GB')

type Deal = { readonly owner: number; readonly amount: number | null; readonly unit: string }

/** A page of a list as query_crm tells it, by the very code that does; `id` of its first row. */
function pageOf(deals: readonly Deal[], from: number): Answer {
  const rows = deals.map(({ owner, amount, unit }, at) => ({
    name: `Deal ${at % 2}`,
    ownerid: { id: `0000000${owner}-0000-4000-8000-000000000000`, label: 'Anna Berg', entity: 'systemuser' },
    ...(amount !== null && { estimatedvalue: { value: amount, label: `${unit}${amount.toFixed(2)}` } }),
    opportunityid: `00000000-0000-4000-8000-${String(from + at).padStart(12, '0')}`,
  }))
  const known = [{ name: 'name' }, { name: 'ownerid' }, { name: 'estimatedvalue', kind: 'money' as const }]
  const dense = denseRows(rows, [...known, { name: 'opportunityid', kind: 'id' as const }])
  const owners = dense.behind.get('ownerid')?.byRow.flat() ?? []
  const structuredContent = {
    entity: 'opportunity',
    returned: rows.length,
    columns: dense.columns,
    rows: dense.rows,
    values: { ownerid: Object.fromEntries(owners) },
    more: true,
    cursor: 'next',
    recordLink: 'https://x.test/main.aspx?etn=opportunity&id={id}',
  }
  const read = readAnswer({ structuredContent }, TITLES)
  if (!('answer' in read)) throw new Error(read.text)
  return read.answer
}

/** What a row tells of its amount, of its owner, and of the records that it opens. */
function toldOf(answer: Answer): string[] {
  const formats = opening(formatsFor(answer, talk), answer.records)
  const place = (name: string): number => answer.columns.findIndex((column) => column.name === name)
  const at = place('estimatedvalue')
  const title = answer.columns[at]?.title ?? ''
  return answer.rows.map((row) => {
    const amount = formats.cell(row, at).text
    const beside = answer.columns[at + 1]?.kind === 'currency' ? formats.cell(row, at + 1).text : ''
    const unit = UNITS.filter((one) => `${amount} ${beside} ${title}`.includes(one)).join()
    const records = [formats.cell(row, 0).record?.id, formats.cell(row, place('ownerid')).record?.id]
    return JSON.stringify([row[at] ?? null, row[at] === null ? '' : unit, ...records])
  })
}

const SEEDS = Array.from({ length: 200 }, (_one, seed) => seed)

test('each amount of a further page keeps its currency, each row its record and its owner', () => {
  const told = SEEDS.flatMap((seed) => {
    const throwDice = dice(seed + 1)
    const one = <T>(all: readonly T[]): T => all[Math.floor(throwDice() * all.length)]!
    const pages = Array.from({ length: 3 }, (_page, at) => {
      const units = Array.from({ length: 1 + Math.floor(throwDice() * 2) }, () => one(UNITS))
      const deals = Array.from({ length: 1 + Math.floor(throwDice() * 4) }, () => ({
        owner: one([1, 2]),
        amount: throwDice() < 0.3 ? null : Math.round(throwDice() * 1e4),
        unit: one(units),
      }))
      return { deals, page: pageOf(deals, at * 10) }
    })
    const all = pages.map(({ page }) => page).reduce((longer, page) => joined(longer, page))
    const expected = pages.flatMap(({ deals }, at) =>
      deals.map(({ owner, amount, unit }, of) =>
        JSON.stringify([
          amount,
          amount === null ? '' : unit,
          `00000000-0000-4000-8000-${String(at * 10 + of).padStart(12, '0')}`,
          `0000000${owner}-0000-4000-8000-000000000000`,
        ]),
      ),
    )
    const found = toldOf(all)
    return JSON.stringify(found) === JSON.stringify(expected) ? [] : [{ seed, found, expected }]
  })
  expect(told).toEqual([])
})

test('a currency with a long name stands in the title, whatever the column is called there', () => {
  const columns = [{ name: 'name' }, { name: 'v', kind: 'money', currency: 'Pound Sterling' }]
  const read = readAnswer({ structuredContent: { columns, rows: [['a', 1]] } }, { v: 'Est. Revenue' })
  expect('answer' in read && read.answer.columns[1]?.title).toBe('Est. Revenue (Pound Sterling)')
})

test('of a comparison a figure opens the rows of its own period, and a difference none', () => {
  const asked = (filter: string) => ({ entity: 'account', filter })
  const behind = {
    tool: 'query_crm' as const,
    rows: [asked('now a'), asked('now b'), null],
    before: [asked('then a'), asked('then b'), asked('then others')],
    ofBefore: ['n before', 'won before'],
    where: { won: 'won', 'won before': 'won', 'n change': null, 'n change %': null },
    columns: {},
    left: undefined,
  }
  const filterOf = (column: string, ...rows: number[]) => argumentsFor(behind, rows, column)?.['filter']
  expect([filterOf('n', 0), filterOf('n before', 0), filterOf('n change', 0), filterOf('n change %', 1)]).toEqual([
    'now a',
    'then a',
    undefined,
    undefined,
  ])
  expect([filterOf('won before', 1), filterOf('n before', 0, 1), filterOf('n', 1, 2), filterOf('n', 2)]).toEqual([
    '(then b) and (won)',
    '(then a) or (then b)',
    undefined,
    undefined,
  ])
})
