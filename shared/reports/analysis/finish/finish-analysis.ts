import { clockOf } from '../../../dataverse/query/resolve/values/clock.ts'
import type { KnownColumn } from '../../../dataverse/rows/dense-column.ts'
import type { CompactRow } from '../../../dataverse/rows/rows.ts'
import type { Analysis, Key, Outcome } from '../model.ts'
import type { ParsedAnalysis } from '../parse/parse-analysis.ts'
import { cellsOf, inOrder, type Cells } from './cells.ts'
import { figuresOf, type Figure, type Figures } from './figures.ts'
import { joinSides, mergeGroups } from './join-sides.ts'
import { emptyTexts } from '../compute/empty-texts.ts'
import { columnsOf, hasBandOfAmounts } from './kinds.ts'
import { labelsOf, othersLabel, saidApart, toldApart, type KeyCell, type NameDeps } from './labels.ts'
import { checkDates } from './having.ts'
import { partialPlaces } from './partial.ts'
import { withEveryPeriod, withoutDays } from './periods.ts'
import { pickRows, type Picked } from './pick-rows.ts'
import { hasNoRow, sayNotes } from './say-notes.ts'
import { sayReading } from './say-reading.ts'

export type FinishDeps = NameDeps & {
  /** Epoch milliseconds. */
  readonly now: () => number
}

export type FinishedAnalysis = {
  readonly reading: string
  readonly columns: readonly KnownColumn[]
  readonly rows: readonly CompactRow[]
  /** The same figures over all groups, by column; where nothing is grouped they are the only row. */
  readonly totals: Readonly<Record<string, Figure>> | undefined
  readonly notes: readonly string[]
  /** By row: what its groups are called by; nothing for the others together. */
  readonly keys: readonly (readonly Key[] | undefined)[]
}

/** Figures as an answer: in rows, in order, with what they are called. @throws QueryError */
export async function finishAnalysis(
  parsed: ParsedAnalysis,
  outcome: Outcome,
  top: number,
  deps: FinishDeps,
): Promise<FinishedAnalysis> {
  const { analysis } = parsed
  const { resolved, sides } = outcome
  const person = await deps.metadata.person()
  const clock = clockOf(person, deps.now())
  const base = person.organization.baseCurrency?.code
  const own = sides.find(({ currency }) => currency !== undefined)?.currency
  const currency = resolved.isOwnCurrency ? own : base
  const columns = columnsOf(analysis, resolved, currency)
  if (parsed.having) checkDates(parsed.having, analysis, columns)
  const figures = sides.map((side, at) =>
    figuresOf(resolved.aggregations, side.whole, partialPlaces(analysis, resolved, side, at)),
  )
  const cells = (tallies: Parameters<typeof cellsOf>[2]): Cells => cellsOf(analysis, figures, tallies)
  const groups = joinSides(sides)
  const whole = cells(sides.map((side) => side.whole))
  const isGrouped = analysis.groups.length > 0
  const { all, said } = withEveryPeriod(groups, analysis, resolved, { clock, sides })
  const rows = (isGrouped ? all : []).map((group) => ({ keys: group.keys, cells: cells(group.sides), group }))
  const picked = await pickRows(rows, parsed, outcome, top, deps)
  const { others } = picked
  const merged = others.length > 0 ? cells(mergeGroups(others.map(({ group }) => group))) : undefined
  const isMoney = columns.some(({ kind }) => kind === 'money') || hasBandOfAmounts(analysis, resolved)
  const made = isGrouped ? rowsOf(analysis, outcome, picked, merged) : [inOrder(whole, sides.length > 1)]
  const hints = [
    ...withoutDays(analysis, outcome, clock),
    ...(hasNoRow(outcome) ? await emptyTexts(outcome, deps) : []),
  ]
  return {
    reading: sayReading(analysis, outcome, { clock, currency: isMoney ? currency : undefined }),
    columns,
    rows: made.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? undefined]))),
    keys: isGrouped ? keysOf(picked) : [[]],
    totals: isGrouped ? totalsOf(analysis, columns, inOrder(whole, sides.length > 1)) : undefined,
    notes: sayNotes(analysis, outcome, {
      hints,
      groups,
      rows: rows.length,
      said: [...said, ...saidApart(made.flatMap((row) => row.slice(0, analysis.groups.length)))],
      withoutHaving: picked.withoutHaving,
      others: others.length,
      top,
      isTimeline: picked.isTimeline,
      lostInOthers: merged === undefined ? [] : lostIn(analysis, merged, whole),
      ...partialOf(analysis, figures),
    }),
  }
}

function rowsOf(
  analysis: Analysis,
  outcome: Outcome,
  { shown, others, names, isTimeline }: Picked,
  merged: Cells | undefined,
): (KeyCell | Figure)[][] {
  const labels = labelsOf(analysis, outcome, names)
  const isCompared = outcome.sides.length > 1
  const rows = shown.map(({ keys, cells }) => {
    return [...keys.map((key, at) => toldApart(labels(at, key))), ...inOrder(cells, isCompared)]
  })
  if (merged === undefined) return rows
  const last = [...analysis.groups.map(() => othersLabel(others.length)), ...inOrder(merged, isCompared)]
  return isTimeline ? [last, ...rows] : [...rows, last]
}

/** In the order of {@link rowsOf}. */
function keysOf({ shown, others, isTimeline }: Picked): FinishedAnalysis['keys'] {
  const keys = shown.map((row) => row.keys)
  if (others.length === 0) return keys
  return isTimeline ? [undefined, ...keys] : [...keys, undefined]
}

function totalsOf(
  { groups }: Analysis,
  columns: readonly KnownColumn[],
  figures: readonly Figure[],
): Readonly<Record<string, Figure>> {
  return Object.fromEntries(columns.slice(groups.length).map(({ name }, at) => [name, figures[at] ?? null]))
}

/** Figures that there are over all groups, and not over some of them together. */
function lostIn({ measures }: Analysis, merged: Cells, whole: Cells): string[] {
  return measures
    .filter((_one, at) => merged[at]?.now === null && whole[at]?.now !== null && isDistinctIn(measures[at]?.expression))
    .map(({ name }) => name)
}

function isDistinctIn(expression: Analysis['measures'][number]['expression'] | undefined): boolean {
  if (expression?.kind === 'aggregation') return expression.aggregation.name === 'distinct'
  if (expression?.kind === 'share') return isDistinctIn(expression.of)
  return expression?.kind === 'calculated' && [expression.left, expression.right].some(isDistinctIn)
}

function partialOf({ measures }: Analysis, figures: readonly Figures[]): { lost: string[]; least: string[] } {
  const partial = measures.filter(({ expression }) => figures.some((one) => one.isPartial(expression)))
  const isLeast = ({ expression }: (typeof measures)[number]): boolean =>
    figures.some((one) => one.isAtLeast(expression))
  return {
    least: partial.filter(isLeast).map(({ name }) => name),
    lost: partial.filter((one) => !isLeast(one)).map(({ name }) => name),
  }
}
