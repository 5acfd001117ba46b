import { KEPT } from '../../../dataverse/hiding/mask-value.ts'
import { formatNumber } from '../../rows/format.ts'
import type { Analysis, AnalysisFunction, Outcome } from '../model.ts'
import { printPath } from '../parse/measure/value.ts'
import type { JoinedGroup } from './join-sides.ts'
import { choicesIn, partLabel } from './labels.ts'
import { isReadInPart } from './partial.ts'

const MOST_NAMED = 8

export type Left = {
  /** Why no row may match. */
  readonly hints: readonly string[]
  /** Groups that there are, without those of no rows. */
  readonly groups: readonly JoinedGroup[]
  /** Groups with those of no rows. */
  readonly rows: number
  /** Of parts of a period that no row falls into. */
  readonly said: readonly string[]
  readonly withoutHaving: number
  /** Groups that became one row. */
  readonly others: number
  readonly top: number
  readonly isTimeline: boolean
  /** Figures that groups put together cannot have. */
  readonly lostInOthers: readonly string[]
  /** Figures that are nothing as rows were read in part alone, and those that are at least what is told. */
  readonly lost: readonly string[]
  readonly least: readonly string[]
}

/** What was left out, and how to be given it. */
export function sayNotes(analysis: Analysis, outcome: Outcome, left: Left): string[] {
  const { withoutHaving, others, top, isTimeline, lostInOthers, groups } = left
  const are = others === 1 ? 'group is' : 'groups are'
  return [
    ...outcome.resolved.hidden,
    ...partialNotes(outcome, left),
    ...(hasNoRow(outcome)
      ? ['No row that the person may read matches: there may be others that they may not see.']
      : []),
    ...left.hints,
    ...(withoutHaving > 0
      ? [`having left out ${formatNumber(withoutHaving)} of ${formatNumber(left.rows)} groups; totals count them.`]
      : []),
    ...(others > 0
      ? [
          `${formatNumber(others)} ${isTimeline ? 'earlier ' : ''}${are} one row, others${top < 100 ? ': top gives up to 100' : '; a filter, or having, gives fewer'}.`,
        ]
      : []),
    ...(lostInOthers.length > 0
      ? [`${lostInOthers.join(', ')} of the others cannot be told from those of their groups.`]
      : []),
    ...repeated(outcome),
    ...hiddenAsOne(analysis, outcome),
    ...apart(analysis, groups),
    ...left.said,
    ...emptyChoices(analysis, outcome, groups),
  ]
}

/** Rows of a hidden table cannot be told apart once they are groups of their own. */
function hiddenAsOne({ groups: asked }: Analysis, { resolved, sides }: Outcome): string[] {
  const isUnnamed = asked.map(({ kind }, at) => kind === 'column' && resolved.groups[at]?.column?.unnamed === true)
  const hasKept = sides.some(({ groups }) =>
    groups.some(({ keys }) => keys.some((key, at) => isUnnamed[at] && key === KEPT)),
  )
  const isCounted = resolved.aggregations.some(
    ({ name }, at) => name === 'distinct' && resolved.uses[at]?.[0]?.column.unnamed,
  )
  if (!hasKept) return []
  return [
    `${KEPT} is all rows that an administrator hides from models, as one${isCounted ? '; how many different ones there are is not told with it' : ''}.`,
  ]
}

/** July is in no group of October: between groups that only one side has nothing is compared. */
function apart({ groups: asked, compare }: Analysis, groups: readonly JoinedGroup[]): string[] {
  const [dated] = asked.filter(({ kind }) => kind === 'date')
  const sides = groups.map((group) => group.sides.map(({ size }) => size > 0))
  if (!compare || dated?.kind !== 'date' || sides.some(([now, before]) => now && before)) return []
  if (!sides.some(([now]) => now) || !sides.some(([, before]) => before)) return []
  const monthsOf = (side: number): readonly string[] =>
    groups.flatMap(({ keys }, at) => (sides[at]?.[side] ? String(keys[asked.indexOf(dated)]).slice(-2) : []))
  const isSameSeason = dated.part === 'month' && monthsOf(0).some((month) => monthsOf(1).includes(month))
  const round = isSameSeason ? `write month_of_year(${printPath(dated.column)}) in by, or ` : ''
  return [`No group has rows on both sides, so no change of a group is one: ${round}leave ${dated.name} out of by.`]
}

/** In none of the figures. */
export function hasNoRow({ sides }: Outcome): boolean {
  return sides.every(({ whole }) => [...whole.values()].every(({ rows }) => rows === 0))
}

function partialNotes({ sides }: Outcome, { lost, least }: Left): string[] {
  const partial = sides.flatMap(({ readings }) => readings.filter(({ isPartial }) => isPartial))
  if (partial.length === 0) return []
  const read = partial.reduce((sum, one) => sum + one.read, 0)
  return [
    `There was no time to read all rows: ${formatNumber(read)} were read, and groups may be missing.`,
    ...(least.length > 0 ? [`At least what is told: ${least.join(', ')} (of amounts, if none is below 0).`] : []),
    ...(lost.length > 0 ? [`Not told, as not all rows were read: ${lost.join(', ')}.`] : []),
    'Narrow the filter for exact figures, for example to one year.',
  ]
}

/** Choices and bands that no row has, a sentence for each group. */
function emptyChoices(
  { groups: asked }: Analysis,
  { resolved, sides }: Outcome,
  groups: readonly JoinedGroup[],
): string[] {
  // Rows that were not read may be of any.
  if (groups.length === 0 || isReadInPart(sides)) return []
  return asked.flatMap((group, at) => {
    if (group.kind === 'band') {
      const present = new Set(groups.map(({ keys }) => keys[at]))
      const all = Array.from({ length: group.edges.length + 1 }, (_one, edge) => edge - 1)
      return noRows(
        group.name,
        all.filter((edge) => !present.has(edge)).map((edge) => partLabel(group, edge)),
      )
    }
    const options = group.kind === 'column' ? (resolved.groups[at]?.column?.options ?? []) : []
    const present = new Set(groups.flatMap(({ keys }) => choicesIn(keys[at] ?? null)))
    const empty = options.filter(({ value }) => !present.has(value)).map(({ label }) => label)
    return noRows(group.name, empty)
  })
}

/** The parts of a group that no row falls into, named. */
export function noRows(group: string, empty: readonly string[]): string[] {
  const more = empty.length - MOST_NAMED
  const named = [...empty.slice(0, MOST_NAMED), ...(more > 0 ? [`${more} more`] : [])]
  return empty.length === 0 ? [] : [`No rows of ${group}: ${named.join(', ')}.`]
}

/** A row behind a lookup is as often in a sum as rows lead to it. */
function repeated({ resolved }: Outcome): string[] {
  return resolved.aggregations.flatMap(({ name, of }, at) => {
    const [use] = resolved.uses[at] ?? []
    if (of?.kind !== 'column' || !use || use.written.path.length === 0 || !REPEATING.has(name)) return []
    const { path, name: column } = use.written
    const each = JSON.stringify({ entity: use.entity, measures: [`${name}(${column})`] })
    return [
      `${name}(${printPath(use.written)}) has each row of ${path.join('/')} as often as rows lead to it; for each once call analyze with ${each}.`,
    ]
  })
}

const REPEATING: ReadonlySet<AnalysisFunction> = new Set(['sum', 'avg', 'median'])
