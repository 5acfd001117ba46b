import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ANSWER_META } from '../../../shared/mcp/app/answers/answer-meta.ts'
import type { Group } from '../../../shared/reports/analysis/model.ts'
import { printPath, printValue } from '../../../shared/reports/analysis/parse/measure/value.ts'
import { PART_NAMES } from '../../../shared/reports/analysis/parse/words.ts'
import { varietyRows } from '../../sandbox/dataverse/seed/variety/variety.ts'
import { PEOPLE } from '../../sandbox/people.ts'
import { called, openStage, type Stage, type Who } from '../../unit/mcp/support/sandbox-stage.ts'
import type { Harness } from '../../unit/mcp/support/harness.ts'
import { caseOf, type Case } from './generated.ts'

const SEEDS = Array.from({ length: 72 }, (_one, at) => at)
const WHO: readonly Who[] = ['sales-rep', 'sales-manager', 'analyst']
/** Rows of one answer that are asked for, from its start and its end. */
const MOST = 3

let stage: Stage
let harness: Harness
beforeAll(async () => {
  stage = await openStage(varietyRows(PEOPLE, new Date()))
  harness = stage.coldWorker({ toolDeadlineMs: 60_000 })
})
afterAll(() => stage.close())

const written = (group: Group): string => {
  if (group.kind === 'band') return `band(${[printValue(group.of), ...group.edges].join(', ')})`
  const path = printPath(group.column)
  return group.kind === 'date' ? `${PART_NAMES[group.part]}(${path})` : path
}

/** What no filter says: parts that come round again or are fiscal, bands of what is calculated, several choices at once. */
const isUnsayable = (group: Group): boolean => {
  if (group.kind === 'band') return group.of.kind !== 'column'
  return group.kind === 'date' && /fiscal|weekday|month-of-year/.test(group.part)
}

const totalOf = async (args: unknown, who: Who): Promise<unknown> => {
  const { structuredContent } = (await called(harness, 'query_crm', args, who)).answer
  return structuredContent?.['total'] ?? structuredContent
}

type Behind = {
  readonly rows: readonly (Readonly<Record<string, string>> | null)[]
  readonly where?: Readonly<Record<string, string>>
  readonly others?: number
}

async function differencesOf(
  { analysis, subject, groups, filters, sides }: Case,
  who: Who,
): Promise<[number, string[]]> {
  const { odata: where } = subject.conditions[groups.length % subject.conditions.length]!
  const args = {
    entity: analysis.entity,
    filter: analysis.filter,
    measures: ['count as n', `count(where ${where}) as part`],
    by: groups.map(({ group }) => `${written(group)} as '${group.name}'`),
    compare: analysis.compare,
    top: 40,
  }
  const { answer } = await called(harness, 'show_answer', { tool: 'analyze', arguments: args }, who)
  const { columns = [], rows = [] } = (answer.structuredContent ?? {}) as {
    columns?: { name: string }[]
    rows?: unknown[][]
  }
  const behind = answer._meta?.[ANSWER_META.behind] as Behind | undefined
  if (!behind || behind.rows.length !== rows.length) return [0, [JSON.stringify([args, answer])]]
  const figure = (row: number, name: string): number =>
    Number(rows[row]?.[columns.findIndex((one) => one.name === name)] ?? 0)
  const told: string[] = []
  let asked = 0
  const isCalculated = [...filters, ...sides].some(({ odata }) => /(?:days|hours)\(| [*/] /.test(odata))
  const isSayable = !isCalculated && !groups.some(({ group }) => isUnsayable(group))
  for (const [at, entry] of behind.rows.entries()) {
    if (at >= MOST && at < rows.length - MOST) continue
    if (entry === null) {
      if (isSayable && at !== behind.others) told.push(`no way: ${JSON.stringify([args, rows[at]])}`)
      continue
    }
    asked += 1
    const part = { ...entry, filter: entry['filter'] === undefined ? where : `(${entry['filter']}) and (${where})` }
    for (const [name, way] of [
      ['n', entry],
      ['part', part],
    ] as const) {
      const total = await totalOf(way, who)
      if (total !== figure(at, name)) told.push(JSON.stringify([who, name, figure(at, name), total, way]))
    }
    if (behind.where?.['part'] !== where.trim()) told.push(`other condition: ${JSON.stringify(behind.where)}`)
  }
  return [asked, told]
}

test('the rows behind a figure are as many as it counts, for whoever asks', async () => {
  const told: string[] = []
  let asked = 0
  for (const seed of SEEDS) {
    const [count, differences] = await differencesOf(caseOf(seed), WHO[seed % WHO.length]!)
    asked += count
    told.push(...differences.map((one) => `${seed}: ${one}`))
  }
  expect(told).toEqual([])
  expect(asked).toBeGreaterThan(100)
})
