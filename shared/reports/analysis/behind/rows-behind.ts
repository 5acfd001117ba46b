import { parseFilter } from '../../../dataverse/query/from-odata/parse-filter.ts'
import type { Analysis, Expression, Key, ResolvedAnalysis } from '../model.ts'
import { answerColumns } from '../parse/answer/columns.ts'
import { splitCondition } from '../parse/split-condition.ts'
import { aggregationsIn } from '../plan/aggregations.ts'
import { isPeriod, isTerm, ownConditions } from '../plan/period.ts'
import { groupCondition } from './group-condition.ts'

/** An analysis that was answered: what a row of it stands for is known by its keys, and by nothing for the others together. */
export type AnsweredAnalysis = {
  readonly analysis: Analysis
  readonly resolved: ResolvedAnalysis
  readonly keys: readonly (readonly Key[] | undefined)[]
}

/** Arguments of `query_crm`. */
export type RowsAsked = {
  readonly entity: string
  readonly filter?: string
  readonly ids: true
  readonly count: true
}

export type RowsBehind = {
  /** By row of the answer; `null` where the language of `filter` cannot say which rows those are. */
  readonly rows: readonly (RowsAsked | null)[]
  /** Where two periods are compared, the rows of the one before, in the same order. */
  readonly before?: RowsBehind['rows']
  /** By column that is of some rows of its group alone: the condition on them, `null` where there is none to say. */
  readonly where: Readonly<Record<string, string | null>>
  /** The columns that are of the period before. */
  readonly ofBefore?: readonly string[]
}

/** Of `filter` in `query_crm`. */
const LONGEST_FILTER = 8_000

/** The rows that each row of an answer is made of; where two periods are compared, those of each. */
export function rowsBehind({ analysis, resolved, keys }: AnsweredAnalysis): RowsBehind {
  const { compare, measures } = analysis
  const rowsOf = (side: string | undefined): RowsBehind['rows'] => {
    const asked = askedFor(analysis, resolved, side)
    return keys.map((of) => (of === undefined ? null : asked(of)))
  }
  const columns = answerColumns(analysis).flatMap(({ name, shows }) =>
    shows.kind === 'measure' ? [{ name, side: shows.side, expression: measures[shows.at]?.expression }] : [],
  )
  return {
    rows: rowsOf(compare?.[0]),
    ...(compare && {
      before: rowsOf(compare[1]),
      ofBefore: columns.flatMap(({ name, side }) => (side === 'before' ? [name] : [])),
    }),
    where: Object.fromEntries(
      columns.flatMap(({ name, side, expression }) => {
        // A difference is of no rows.
        const where = side === 'now' || side === 'before' ? expression && whereOf(expression) : null
        return where === undefined ? [] : [[name, where] as const]
      }),
    ),
  }
}

function askedFor(
  { entity, filter = '', groups }: Analysis,
  resolved: ResolvedAnalysis,
  side = '',
): (of: readonly Key[]) => RowsAsked | null {
  const base = [filter, side].map((one) => one.trim()).filter((one) => one !== '')
  if (!base.every(isCondition) || isOfMeasures(base)) return () => null
  return (of) => {
    const parts = groups.map((group, at) => {
      const [key = null, found] = [of[at], resolved.groups[at]]
      return found && groupCondition(group, key, found)
    })
    const all = parts.every((part) => part !== undefined) ? joined([...base, ...parts]) : undefined
    if (all === undefined || all.length > LONGEST_FILTER) return null
    return { entity, ...(all !== '' && { filter: all }), ids: true, count: true }
  }
}

/** Conditions that must all hold. */
function joined(conditions: readonly string[]): string {
  return conditions.length === 1 ? (conditions[0] ?? '') : conditions.map((one) => `(${one})`).join(' and ')
}

/** Whether Dataverse tests all of it: what is calculated of a row is tested here alone. */
function isCondition(text: string): boolean {
  return splitCondition(text).tests.length === 0
}

/** Whether a period in it has the dates of the figures' own terms, which a list has not. */
function isOfMeasures(filters: readonly string[]): boolean {
  const conditions = filters.flatMap((filter) => ownConditions(parseFilter(filter, () => undefined)))
  return conditions.some(isPeriod) && !conditions.some(isTerm)
}

/** The one condition of all aggregations of a measure; of those that differ, as won of all, the rows of the group are meant. */
function whereOf(expression: Expression): string | null | undefined {
  const all = aggregationsIn([{ name: '', expression }])
  const [where = '', ...others] = new Set(all.map((one) => one.where?.trim() ?? ''))
  if (others.length > 0 || where === '') return undefined
  return isCondition(where) && all.every(({ period }) => period === undefined) ? where : null
}
