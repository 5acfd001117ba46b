// Not in a bare npm test: asks for the rows behind each figure of many analyses.
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

/** What no filter says: parts that come round again, bands of what is calculated, several choices at once. */
const isUnsayable = (group: Group): boolean => {
  if (group.kind === 'band') return group.of.kind !== 'column'
  return group.kind === 'date' && /weekday|month-of-year/.test(group.part)
}

const totalOf = async (args: unknown, who: Who): Promise<unknown> => {
  const { structuredContent } = (await called(harness, 'query_crm', args, who)).answer
  return structuredContent?.['total'] ?? structuredContent
}

type Rows = readonly (Readonly<Record<string, string>> | null)[]
type Behind = {
  readonly rows: Rows
  readonly where?: Readonly<Record<string, string | null>>
  readonly before?: Rows
  readonly ofBefore?: readonly string[]
}
type Told = { readonly asked: number; readonly before: number; readonly differences: readonly string[] }

const isOthers = (row: readonly unknown[] = []): boolean => row.some((cell) => /^others \(\d/.test(String(cell)))

/** Figures of a question, and what picks, orders and cuts its groups, by turns. */
function argumentsOf({ analysis, groups }: Case, where: string, seed: number) {
  return {
    entity: analysis.entity,
    filter: analysis.filter,
    measures: ['count as n', `count(where ${where}) as part`, 'share(count) as portion'],
    by: groups.map(({ group }) => `${written(group)} as '${group.name}'`),
    compare: analysis.compare,
    top: seed % 4 === 0 ? 3 : 40,
    ...(seed % 3 === 0 && { having: seed % 2 === 0 ? 'n ge 2' : 'part lt n' }),
    ...(seed % 5 === 0 && { orderby: 'n' }),
  }
}

async function differencesOf(seed: number, who: Who): Promise<Told> {
  const one = caseOf(seed)
  const { subject, groups, filters, sides } = one
  const { odata: where } = subject.conditions[groups.length % subject.conditions.length]!
  const args = argumentsOf(one, where, seed)
  const { answer } = await called(harness, 'show_answer', { tool: 'analyze', arguments: args }, who)
  const { columns = [], rows = [] } = (answer.structuredContent ?? {}) as {
    columns?: { name: string }[]
    rows?: unknown[][]
  }
  const behind = answer._meta?.[ANSWER_META.behind] as Behind | undefined
  const isCompared = sides.length > 0
  const known = isCompared ? ['n before', 'part before', 'portion before'] : undefined
  if (!behind || behind.rows.length !== rows.length || String(behind.ofBefore) !== String(known))
    return { asked: 0, before: 0, differences: [JSON.stringify([args, answer])] }
  const differences: string[] = []
  // Of a difference there are no rows to show.
  for (const name of isCompared ? ['n change', 'n change %', 'part change'] : [])
    if (behind.where?.[name] !== null) differences.push(`rows of a difference: ${JSON.stringify(behind.where)}`)
  const isCalculated = [...filters, ...sides].some(({ odata }) => /(?:days|hours)\(| [*/] /.test(odata))
  const isSayable = !isCalculated && !groups.some(({ group }) => isUnsayable(group))
  const check = async (calls: Rows, side: string): Promise<number> => {
    if (behind.where?.[`part${side}`] !== where.trim())
      differences.push(`other condition: ${JSON.stringify(behind.where)}`)
    const ends = calls.flatMap((entry, at) => (at < MOST || at >= rows.length - MOST ? [[at, entry] as const] : []))
    for (const [at, entry] of ends) {
      if (entry === null && isSayable && !isOthers(rows[at]))
        differences.push(`no way: ${JSON.stringify([args, rows[at]])}`)
      if (entry === null) continue
      const part = { ...entry, filter: entry['filter'] === undefined ? where : `(${entry['filter']}) and (${where})` }
      for (const [name, way] of [
        ['n', entry],
        ['part', part],
      ] as const) {
        const place = columns.findIndex((column) => column.name === name + side)
        const [figure, total] = [Number(rows[at]?.[place] ?? 0), await totalOf(way, who)]
        if (total !== figure) differences.push(JSON.stringify([who, name + side, figure, total, way]))
      }
    }
    return ends.filter(([, entry]) => entry !== null).length
  }
  const asked = await check(behind.rows, '')
  return { asked, before: behind.before ? await check(behind.before, ' before') : 0, differences }
}

test('the rows behind a figure are as many as it counts, for whoever asks', async () => {
  const told: string[] = []
  let [asked, before] = [0, 0]
  for (const seed of SEEDS) {
    const found = await differencesOf(seed, WHO[seed % WHO.length]!)
    asked += found.asked
    before += found.before
    told.push(...found.differences.map((one) => `${seed}: ${one}`))
  }
  expect(told).toEqual([])
  expect([asked > 100, before > 20]).toEqual([true, true])
})
