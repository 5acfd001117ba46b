import { isAlwaysSet } from '../../../dataverse/query/model/column-kind.ts'
import { shown } from '../../../dataverse/query/say/refusals.ts'
import type { Clock } from '../../../dataverse/query/resolve/values/clock.ts'
import { periodSentences } from '../../run/period-sentences.ts'
import { formatNumber } from '../../rows/format.ts'
import type { Aggregation, Analysis, Expression, Outcome, Use, Value } from '../model.ts'
import { aggregationKey } from '../plan/aggregations.ts'
import { slicesOf } from '../plan/slices.ts'

export type ReadingContext = {
  readonly clock: Clock
  /** Where figures hold amounts. */
  readonly currency: string | undefined
}

export const SIDE_NAMES = ['now', 'before'] as const

/** What was counted, of which rows, in which period, and what was left out. */
export function sayReading(analysis: Analysis, outcome: Outcome, { clock, currency }: ReadingContext): string {
  const { measures, groups } = analysis
  const by = groups.length > 0 ? ` by ${groups.map(({ name }) => name).join(', ')}` : ''
  return [
    `${measures.map(({ name }) => name).join(', ')} of ${rowsText(analysis, outcome)}${by}.`,
    ...periodsText(analysis, outcome, clock),
    ...leftOut(analysis, outcome),
    ...currencyText(currency, outcome),
  ].join(' ')
}

function currencyText(currency: string | undefined, { resolved }: Outcome): string[] {
  if (currency === undefined) return []
  if (resolved.isOwnCurrency) return [`Amounts are in ${shown(currency, 100)}, in which all of these rows are kept.`]
  return [`Amounts are in ${currency}, the base currency; those kept in another were converted by their exchange rate.`]
}

function rowsText({ filter = '', compare }: Analysis, { resolved, sides }: Outcome): string {
  const { entity } = resolved.table
  const counts = sides.map(({ whole }) => rowsIn(resolved.aggregations, whole))
  const [now, before] = counts.map((count) => (count === undefined ? 'all' : formatNumber(count)))
  const label = entity.pluralLabel ?? entity.name
  const where = filter.trim() === '' ? '' : ` where ${shown(filter.trim(), 300)}`
  const rows = `${now} ${label} that the person may read${where}`
  if (!compare) return rows
  return `${rows}, now (${shown(compare[0], 200)}) compared with ${before} before (${shown(compare[1], 200)})`
}

/** Known where a figure is of all rows. */
function rowsIn(aggregations: readonly Aggregation[], whole: Outcome['sides'][number]['whole']): number | undefined {
  const place = aggregations.findIndex(({ where }) => where === undefined)
  return place < 0 ? undefined : (whole.get(place)?.rows ?? 0)
}

function periodsText(analysis: Analysis, { resolved, sides }: Outcome, clock: Clock): string[] {
  const { queries, aggregations } = resolved
  const slices = slicesOf(analysis, aggregations)
  const each = queries.length / sides.length
  const saidOf = queries.map((fetch) => periodSentences([{ fetch }], clock).join(' '))
  const asked = queries.map((fetch, at) => {
    const side = Math.floor(at / each)
    const isOfSide = new Set(saidOf.slice(side * each, (side + 1) * each)).size === 1
    const named = isOfSide ? '' : conditionalIn(analysis, aggregations, slices[at]?.places ?? [])
    const part = [analysis.compare ? SIDE_NAMES[side] : '', named].filter(Boolean).join(' ')
    return part === '' ? { fetch } : { fetch, part }
  })
  return periodSentences(asked, clock)
}

/** Figures with a condition of their own, which may bring a period of its own. */
function conditionalIn(analysis: Analysis, aggregations: readonly Aggregation[], places: readonly number[]): string {
  const own = places.flatMap((place) => aggregations[place] ?? []).filter(({ where }) => where !== undefined)
  return [...new Set(own.flatMap((one) => measuresWith(analysis, one)))].join(', ')
}

/** `12 of 340 rows have no actualclosedate and are not in cycle.` */
function leftOut(analysis: Analysis, { resolved, sides }: Outcome): string[] {
  const { aggregations, uses } = resolved
  return sides.flatMap(({ whole }, side) =>
    aggregations.flatMap((one, place) => {
      const { rows = 0, known = 0 } = whole.get(place) ?? {}
      const isTold = one.of !== undefined && one.name !== 'count' && rows > known
      const names = isTold ? measuresWith(analysis, one) : []
      if (names.length === 0) return []
      const set = (uses[place] ?? []).filter((use) => !isEverSet(use, resolved))
      const columns = set.map(nameOf)
      const of = analysis.compare ? ` ${SIDE_NAMES[side] ?? ''}` : ''
      const left = rows - known
      const [have, are] = left === 1 ? ['has', 'is'] : ['have', 'are']
      const lacks = columns.length > 0 ? [`${have} no ${columns.join(' or no ')}`] : []
      const why = [...lacks, ...(one.of && divides(one.of) ? ['would be divided by 0'] : [])].join(', or ')
      return [
        `${formatNumber(left)} of ${formatNumber(rows)} rows${of} ${why}${why.includes('divided') ? ',' : ''} and ${are} not in ${names.join(', ')}.`,
      ]
    }),
  )
}

/** Whether no row lacks it: of a row behind a lookup there may be none. */
function isEverSet({ written, column }: Use, { table }: Outcome['resolved']): boolean {
  return written.path.length === 0 && isAlwaysSet(column, table.entity.idColumn)
}

/** As it was asked for: the amount in the base currency is empty where the amount is. */
function nameOf({ written, column: { name, type } }: Use): string {
  return [...written.path, type === 'Money' ? name.replace(/_base$/, '') : name].join('/')
}

/** By a number that may be 0. */
function divides(value: Value): boolean {
  if (value.kind !== 'calculated') return false
  const { operator, left, right } = value
  return (operator === '/' && (right.kind !== 'number' || right.number === 0)) || divides(left) || divides(right)
}

function measuresWith({ measures }: Analysis, aggregation: Aggregation): string[] {
  const key = aggregationKey(aggregation)
  const holds = (expression: Expression): boolean => {
    if (expression.kind === 'aggregation') return aggregationKey(expression.aggregation) === key
    if (expression.kind === 'share') return holds(expression.of)
    return expression.kind === 'calculated' && (holds(expression.left) || holds(expression.right))
  }
  return measures.filter(({ expression }) => holds(expression)).map(({ name }) => name)
}
