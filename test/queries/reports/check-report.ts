import { expect } from '@jest/globals'

import { BUILT_IN_REPORTS } from '../../../shared/reports/catalogue/built-in.ts'
import type { ReportResult } from '../../../shared/reports/definition.ts'
import { formatAmount, formatNumber } from '../../../shared/reports/rows/format.ts'
import type { SqlRow, SqlValue } from '../oracle/oracle.ts'
import type { Person } from '../../sandbox/people.ts'
import type { Given, ReportCase } from './report-case.ts'
import type { Stage } from './stage.ts'

/** Money is told to a hundredth of a penny, a rate to a millionth. */
const told = (value: number): number => Math.round(value * 1_000_000) / 1_000_000
const money = (value: number): number => Math.round(value * 1000) / 1000

/** What a cell holds: a record's id, a choice's value; a label alone says that there is no value. */
export function plainCell(value: unknown): SqlValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') return money(value)
  if (typeof value === 'string') return value
  if (typeof value === 'object') {
    if ('id' in value) return plainCell(value.id)
    if ('value' in value) return plainCell(value.value)
    if ('label' in value) return null
  }
  throw new TypeError(`no cell of a report: ${JSON.stringify(value)}`)
}

type Line = readonly SqlValue[]

type Row = Readonly<Record<string, unknown>>

/** A cell of an answer: `name/label` is the label of the record in `name`. */
function answeredCell(row: Row, column: string): SqlValue {
  const [key = '', member] = column.split('/')
  const cell = row[key]
  if (member === undefined) return plainCell(cell)
  return typeof cell === 'object' && cell !== null && 'label' in cell ? String(cell.label) : null
}

const answeredLines = (rows: readonly Row[], columns: readonly string[]): Line[] =>
  rows.map((row) => columns.map((name) => answeredCell(row, name)))
const expectedLines = (rows: readonly SqlRow[], columns: readonly string[]): Line[] =>
  rows.map((row) => columns.map((name) => plainCell(row[name])))

/** Dictionary order, whatever the case. */
const collator = new Intl.Collator('en-GB', { sensitivity: 'accent' })

function inOrder(rows: readonly SqlRow[], byName: string | undefined): readonly SqlRow[] {
  if (byName === undefined) return rows
  const text = (row: SqlRow, key: string): string => String(row[key])
  const id = byName.replace('/label', '')
  return rows.toSorted(
    (left, right) =>
      collator.compare(text(left, byName), text(right, byName)) || (text(left, id) < text(right, id) ? -1 : 1),
  )
}

/** Lines as texts: Jest compares those several times faster than arrays of arrays. */
const texts = (lines: readonly Line[]): string[] => lines.map((line) => JSON.stringify(line))

function expectedTotals(row: SqlRow): [string, number][] {
  return Object.entries(row).flatMap(([title, value]): [string, number][] =>
    typeof value === 'number' ? [[title, told(value)]] : [],
  )
}

/** The first and last dates come first; a report of all time names none. */
function expectPeriod(
  { oracle }: Stage,
  { period }: ReportCase,
  given: Given,
  person: Person,
  result: ReportResult,
): void {
  const [first = ''] = result.reading
  if (period === undefined) {
    expect(first).not.toMatch(/^Period/)
    return
  }
  const [{ said } = {}] = oracle.rows(person, `select ${period.dates(given)} as said`)
  expect(first).toBe(`Period: ${String(said)} (${period.column}, ${result.timeZone ?? ''}).`)
}

/** How many rows, and how much, teams own besides what the person does: said of one's own rows, and of no others. */
function expectTeams({ oracle }: Stage, one: ReportCase, given: Given, person: Person, result: ReportResult): void {
  const said = result.reading.filter((line) => line.startsWith('Teams of yours'))
  const answer = given['owner'] === 'me' && oracle.answer(person, one.rows({ ...given, owner: 'my-teams' }))
  const { count, amount } = one.sums ?? {}
  const theirs = answer === false || answer === 'denied' ? [] : answer.rows
  const sum = (key: string): number => theirs.reduce((all, row) => all + Number(row[key] ?? 0), 0)
  const rows = count === undefined ? theirs.length : sum(count)
  const much = amount === undefined ? '' : `, ${formatAmount(sum(amount), 'GBP')}`
  const sentence = `Teams of yours own ${formatNumber(rows)} more${much}: run it with owner "me-or-my-teams".`
  expect(said).toEqual(rows === 0 ? [] : [sentence])
}

function expectDescending(rows: ReportResult['rows'], key: string): void {
  const values = rows.map((row) => Number(plainCell(row[key]) ?? Number.NEGATIVE_INFINITY))
  expect(values).toEqual(values.toSorted((left, right) => right - left))
}

function emptySentence(slug: string): string {
  const found = BUILT_IN_REPORTS.find((report) => report.slug === slug)
  if (!found) throw new RangeError(`no report ${slug}`)
  return found.empty
}

/** A report as one person gets it is what SQL says it is: rows, their order, totals, whether there are more, and when. */
export function expectReport(
  stage: Stage,
  one: ReportCase,
  given: Given,
  person: Person,
  result: ReportResult,
): Line[] {
  const { slug, defaults, rows, totals, descending, byName } = one
  const all = { ...defaults, ...given }
  const { oracle } = stage
  const answer = oracle.answer(person, rows(all))
  if (answer === 'denied') throw new RangeError(`${person.name} may not read what ${slug} asks for`)
  const { top = Number.POSITIVE_INFINITY } = all
  const shown = inOrder(answer.rows, byName).slice(0, Number(top))
  const more = shown.length < answer.rows.length
  const expected = expectedLines(shown, answer.columns)
  const answered = answeredLines(result.rows, answer.columns)
  expect([result.report, result.parameters, result.more]).toEqual([slug, all, more])
  if (descending === undefined) expect(texts(answered)).toEqual(texts(expected))
  else {
    expect(texts(answered).sort()).toEqual(texts(expected).sort())
    expectDescending(result.rows, descending)
  }
  const [sums = {}] = oracle.rows(person, totals(all))
  expect(result.totals.map(({ title, value }) => [title, told(value)])).toEqual(expectedTotals(sums))
  expect(result.notes.includes(emptySentence(slug))).toBe(expected.length === 0)
  expectPeriod(stage, one, all, person, result)
  expectTeams(stage, one, all, person, result)
  const [{ wall } = {}] = oracle.rows(person, 'select now_local() as wall')
  expect(result.asOf.slice(0, 19).replace('T', ' ')).toBe(wall)
  return expected
}
