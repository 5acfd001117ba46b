import type { Query } from '../../../dataverse/query/model/query.ts'
import type { Clock } from '../../../dataverse/query/resolve/values/clock.ts'
import { daysOf, isEmpty, periodsOf, type Days } from '../../run/period-of.ts'
import { keysBetween } from '../../rows/keys-between.ts'
import type { Analysis, DatePart, Key, Outcome, ResolvedAnalysis } from '../model.ts'
import { speaksOf } from '../plan/speaks-of.ts'
import { DATE_PARTS, groupingOf } from '../plan/date-parts.ts'
import type { JoinedGroup } from './join-sides.ts'
import { partLabel } from './labels.ts'
import { noRows } from './say-notes.ts'
import { SIDE_NAMES } from './say-reading.ts'
import { isReadInPart } from './partial.ts'

/** More would be no answer that anybody reads. */
const MOST_PERIODS = 100
/** Days of ten years. */
const MOST_DAYS = 3_660
const BY_TIME = new Intl.Collator('en', { numeric: true })

type Periods = { readonly all: readonly JoinedGroup[]; readonly said: readonly string[] }

/** Groups with one of no rows for each part of the period that has none, where rows are grouped by that alone; else those are named. */
export function withEveryPeriod(
  groups: readonly JoinedGroup[],
  { groups: asked }: Analysis,
  { groups: of, queries }: ResolvedAnalysis,
  { clock, sides }: { readonly clock: Clock; readonly sides: Outcome['sides'] },
): Periods {
  const at = asked.findIndex(({ kind }) => kind === 'date')
  const [only, column] = [asked[at], of[at]?.column]
  const present = groups.flatMap(({ keys }) => keys[at] ?? [])
  if (only?.kind !== 'date' || !column || present.length === 0) return { all: groups, said: [] }
  // Fiscal years bear the year that they begin or end in, and which an organization does not say.
  // Rows that were not read may be of any part.
  const isTold = !only.part.startsWith('fiscal') && !isReadInPart(sides)
  const spans = only.column.path.length > 0 ? [{}] : queries.map((query) => daysOf(query, column.name, clock))
  const missing = isTold ? new Set(spans.flatMap((days) => keysIn(days, only.part, present))) : new Set<Key>()
  for (const key of present) missing.delete(key)
  const isShown = isTold && missing.size <= MOST_PERIODS
  // Beside other groups a part without rows would be one of each of them: it is named.
  if (isShown && asked.length > 1) {
    const today = keyAt(clock.today, only.part)
    const past = [...missing].filter((key) => typeof key === 'number' || compare(key, today) <= 0).toSorted(compare)
    const labels = past.flatMap((key) => (key === null ? [] : [partLabel(only, key)]))
    return { all: groups, said: noRows(only.name, labels) }
  }
  const none = (): JoinedGroup['sides'] => sides.map(() => new Map())
  return {
    all: isShown ? [...groups, ...[...missing].map((key) => ({ keys: [key], sides: none() }))] : groups,
    said: isShown
      ? notBegun([...missing], keyAt(clock.today, only.part))
      : [`Parts of ${only.name} without rows are not shown.`],
  }
}

/**
 * Rows of one year compared with those of the year before are none where the filter asks for the first year, too: that
 * 0 is no figure of the year before.
 */
export function withoutDays({ filter = '', compare }: Analysis, { resolved, sides }: Outcome, clock: Clock): string[] {
  const each = resolved.queries.length / sides.length
  return sides.flatMap((_side, side) => {
    const own = resolved.queries.slice(side * each, (side + 1) * each).map((query) => emptyColumns(query, clock))
    const columns = [...new Set(own.flat())].filter((column) => own.every((names) => names.includes(column)))
    return columns.map((column) => {
      const of = compare ? ` of ${SIDE_NAMES[side] ?? ''}` : ''
      const isFiltered = compare && speaksOf(filter, column)
      const way = isFiltered ? `: leave ${column} out of filter, as compare says the dates` : ''
      return `No day meets all conditions on ${column}${of}, so nothing is counted there, whatever the rows are${way}.`
    })
  })
}

/** Columns of the rows themselves. */
function emptyColumns(query: Query, clock: Clock): string[] {
  return periodsOf(query, clock).flatMap(({ column, table, span }) =>
    table === undefined && !('unknown' in span) && isEmpty(span) ? [column] : [],
  )
}

/** A month of the future without rows is not one in which nothing happened. */
function notBegun(missing: readonly Key[], today: Key): string[] {
  if (typeof today === 'number') return []
  const later = missing.filter((key) => compare(key, today) > 0).toSorted(compare)
  const [first, last] = [later[0], later.at(-1)]
  if (first === undefined) return []
  return [later.length === 1 ? `${first} has not begun.` : `${first} to ${last} have not begun.`]
}

function keyAt(day: string, part: DatePart): Key {
  const { asked, key } = DATE_PARTS[part]
  return key(asked.map((grouping) => groupingOf(Date.parse(day), grouping, 12)))
}

/** Of an open end the first or the last that has rows; of what comes round again a whole year. */
function keysIn({ first, last }: Days, part: DatePart, present: readonly Key[]): Key[] {
  const { asked, key } = DATE_PARTS[part]
  const keyOf = (midnight: number): Key => key(asked.map((grouping) => groupingOf(midnight, grouping, 12)))
  const sorted = present.toSorted(compare)
  const [least = '', most = ''] = [sorted[0], sorted.at(-1)]
  const isRound = typeof least === 'number'
  const from = first ?? `${isRound ? 2024 : String(least).slice(0, 4)}-01-01`
  const to = last ?? `${isRound ? from.slice(0, 4) : String(most).slice(0, 4)}-12-31`
  return keysBetween(from, to, keyOf, MOST_DAYS).filter((one) => {
    const isEarly = first === undefined && !isRound && compare(one, least) < 0
    return !isEarly && !(last === undefined && !isRound && compare(one, most) > 0)
  })
}

function compare(one: Key, other: Key): number {
  return BY_TIME.compare(String(one), String(other))
}
