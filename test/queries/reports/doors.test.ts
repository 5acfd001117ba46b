// Not in a bare npm test: asks for every report as each person, by each of its ways.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as z from 'zod'

import type { ReportColumn, ReportResult } from '../../../shared/reports/definition.ts'
import type { SqlValue } from '../oracle/oracle.ts'
import { ASKERS } from '../suite.ts'
import type { Person } from '../../sandbox/people.ts'
import { ask, call, request } from './ask.ts'
import { expectReport, plainCell } from './check-report.ts'
import { REPORT_CASES } from './report-cases.ts'
import { openStage, type Stage } from './stage.ts'

/** Half past ten in the evening in London: a day on in Berlin, so that a date told in UTC would be another. */
const NOW = new Date('2026-08-31T22:30:00Z')

let stage: Stage
beforeAll(async () => {
  stage = await openStage(NOW)
})
afterAll(() => stage.close())

const EVERYTHING = REPORT_CASES.flatMap((one) => ASKERS.map((who) => [one.slug, who.persona, one, who] as const))

/** "£1,234.50" as 1234.5 and "41.7%" as 0.417. */
function numberIn(text: string): number {
  const number = Number(text.replaceAll(/[^\d.-]/g, ''))
  return text.endsWith('%') ? number / 100 : number
}

/** The cells of a table in Markdown, below its heading. */
function tableOf(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('| '))
  return lines.map((line) => line.slice(2, -2).split(/(?<!\\) \| /))
}

/** What SQL says a time is on the wall of the person. */
function onTheWall(person: Person, instant: string): SqlValue {
  if (!instant.includes('T')) return instant
  const [row] = stage.oracle.rows(person, `select substr(local('${instant}'), 1, 16) as wall`)
  return row?.['wall'] ?? null
}

const Labelled = z.object({ label: z.string(), value: z.unknown().optional() })
const Plain = z.union([z.string(), z.number()]).optional()

function expectCell(cell: string, value: unknown, { kind }: ReportColumn, person: Person): void {
  const labelled = Labelled.safeParse(value).data
  if (labelled) {
    // A long label is cut.
    const text = cell.replaceAll('\\|', '|').replace(/…$|(?: #[\da-f]*…?)$/, '')
    expect(labelled.label.startsWith(text)).toBe(true)
    if (kind === 'money') expect(numberIn(cell)).toBeCloseTo(Number(labelled.value), 1)
    return
  }
  const plain = Plain.parse(value) ?? ''
  if (typeof plain === 'number') expect(numberIn(cell.replace('%', ''))).toBeCloseTo(plain, kind === 'money' ? 1 : 3)
  else expect(cell).toBe(kind === 'date' && plain !== '' ? onTheWall(person, plain) : plain)
}

function expectText(
  text: string,
  { title, columns, rows, totals, more, reading, notes }: ReportResult,
  person: Person,
): void {
  const [heading = '', ...lead] = text.split('\n')
  expect(heading).toContain(title)
  expect(heading).toContain(String(onTheWall(person, NOW.toISOString().replace('.000', ''))))
  // What was counted and what was left out comes first, whole.
  expect(lead.slice(0, reading.length + notes.length)).toEqual([...reading, ...notes])
  const rest = lead.slice(reading.length + notes.length)
  for (const [index, total] of totals.entries()) {
    expect(rest[index]).toBe(`${total.title}: ${total.text}`)
    if (total.title === 'Business units') expect(total.text.split(', ')).toHaveLength(total.value)
    else expect(Math.abs(numberIn(total.text) - total.value)).toBeLessThan(total.text.endsWith('%') ? 0.0006 : 0.006)
  }
  const [names = [], , ...lines] = tableOf(text)
  expect(lines.length).toBeGreaterThan(0)
  for (const [index, cells] of lines.entries()) {
    for (const [at, name] of names.entries()) {
      const column = columns.find((one) => one.title === name)
      if (!column && name.endsWith(' currency')) {
        expect(cells[at]).toMatch(/^\p{Sc}?$/u)
        continue
      }
      if (!column) throw new RangeError(`the text has a column "${name}" that the result has not`)
      expectCell(cells[at] ?? '', rows[index]?.[column.key], column, person)
    }
  }
  const part = lines.length < rows.length ? `, of which this text shows ${lines.length}` : ''
  const counted = rows.length === 1 ? '1 row' : `${rows.length} rows`
  expect(text).toContain(`\n${counted}${part}${more ? ', more exist' : ''}`)
}

describe('the text says what the structured result says', () => {
  test.each(EVERYTHING)('%s to the %s', async (slug, _persona, one, who) => {
    for (const given of [{}, ...one.asked.slice(0, 1)]) {
      const { content, structuredContent } = await call(stage, slug, given, who)
      const lines = expectReport(stage, one, given, who, structuredContent)
      if (lines.length > 0) expectText(content[0]?.text ?? '', structuredContent, who)
    }
  })
})

/** The arguments of the tool that a text tells the model to call it with. */
function callIn(text: string): Record<string, number | boolean | string> {
  const [, json = 'null'] = /run_report with (\{.*?\})\./.exec(text) ?? []
  return JSON.parse(json) as Record<string, number | boolean | string>
}

describe('a prompt leads to the numbers that its arguments ask for', () => {
  test.each(EVERYTHING)('%s to the %s', async (slug, _persona, one, who) => {
    const asked = one.asked[0] ?? {}
    const texts = Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, String(value)]))
    const { messages } = (await request(stage, 'prompts/get', { name: slug, arguments: texts }, who)) as {
      messages: { content: { text: string } }[]
    }
    const { report, ...given } = callIn(messages[0]?.content.text ?? '')
    expect([report, given]).toEqual([slug, { ...one.defaults, ...asked }])
    expectReport(stage, one, asked, who, await ask(stage, slug, given, who))
  })
})

/** Queries that a resource shows, run in Dataverse itself: nothing of ours stands between. */
async function rowsOfResource(slug: string, who: Person): Promise<Record<string, unknown>[]> {
  const { contents } = (await request(stage, 'resources/read', { uri: `prompt://reports/${slug}` }, who)) as {
    contents: { text: string }[]
  }
  const shown = (contents[0]?.text ?? '').replaceAll(/, for totals alone:\n```xml\n[^`]*\n```/g, '')
  const queries = [...shown.matchAll(/```xml\n([^`]*)\n```/g)].map(([, xml]) => xml ?? '')
  expect(queries.length).toBeGreaterThan(0)
  const rows: Record<string, unknown>[] = []
  for (const xml of queries) {
    const [, entity = ''] = /<entity name="(\w+)"/.exec(xml) ?? []
    const set = entity.endsWith('y') ? `${entity.slice(0, -1)}ies` : `${entity}s`
    const { body } = await stage.harness.fetchXml(who.persona, set, xml)
    rows.push(...(body.value as Record<string, unknown>[]))
  }
  return rows
}

describe('the query that a resource shows gives the rows of the report', () => {
  test.each(EVERYTHING)('%s to the %s', async (slug, _persona, _one, who) => {
    const { columns, rows: shown } = await ask(stage, slug, {}, who)
    const raw = await rowsOfResource(slug, who)
    // A month without a row is one that the report adds.
    const rows = shown.filter(({ opportunities }) => opportunities !== 0)
    expect(raw).toHaveLength(rows.length)
    const numbers = columns.filter(({ kind }) => kind === 'count' || kind === 'money')
    for (const { key } of numbers) {
      const sorted = (all: readonly Readonly<Record<string, unknown>>[]): SqlValue[] =>
        all.map((row) => plainCell(row[key])).sort()
      expect(sorted(raw)).toEqual(sorted(rows))
    }
  })
})
