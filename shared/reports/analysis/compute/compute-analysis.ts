import type { Table } from '../../../dataverse/metadata/model.ts'
import { zoneOf } from '../../../dataverse/local-time.ts'
import type { ResolveDeps } from '../../../dataverse/query/resolve/resolve-query.ts'
import { clockOf } from '../../../dataverse/query/resolve/values/clock.ts'
import type { RunReportDeps } from '../../run/report-deps.ts'
import type { Aggregation, Analysis, Computed, ComputedGroup, Outcome, ResolvedAnalysis, Use, Value } from '../model.ts'
import { aggregationsIn, columnKey, partsOf } from '../plan/aggregations.ts'
import { chooseWay, type ChooseWay } from '../plan/choose-way.ts'
import { outputOf, resolveSlices, tableOf, type ResolvedSlice } from '../plan/resolve-slices.ts'
import { addingUp, groupedBy, type AddingDeps } from './add-up-rows.ts'
import { askDataverse } from './ask-dataverse.ts'
import { tallied, type SliceAnswer } from './group-table.ts'
import { readAllPages } from './read-pages.ts'

export type AnalysisDeps = Pick<
  RunReportDeps,
  'dataverse' | 'metadata' | 'now' | 'namedRows' | 'systemUserId' | 'about'
> & {
  /** Epoch milliseconds: when the answer must be there. */
  readonly limits: { readonly deadline: number }
}

/**
 * The figures of an analysis, over all rows that the person may read: what Dataverse adds up is one request, of all else
 * the rows are read, and the readings tell where time was over before their end.
 * @throws QueryError for what cannot be meant or computed; DataverseError
 */
export async function computeAnalysis(
  analysis: Analysis,
  deps: AnalysisDeps,
  choose: ChooseWay = chooseWay,
): Promise<Outcome> {
  const aggregations = aggregationsIn(analysis.measures)
  const slices = await resolveSlices(analysis, aggregations, resolveDepsOf(deps))
  const queries = slices.map(({ query }) => query)
  const [first] = slices
  if (!first) throw new RangeError('an analysis without a slice')
  deps.about?.({ entity: first.entity.name, queries: queries.map((query) => ({ query })) })
  const tables = await Promise.all(
    analysis.groups.map(async (group, at) =>
      group.kind === 'band' ? first.table : await tableOf(groupedBy(first, group, at), deps.metadata),
    ),
  )
  const person = await deps.metadata.person()
  const clock = clockOf(person, deps.now())
  const isZoneKnown = zoneOf(person.timeZone.name).known
  const asking: AddingDeps = { groups: analysis.groups, aggregations, clock, isZoneKnown, tables }
  const isAggregate = ({ places, tests, isOwnCurrency }: ResolvedSlice): boolean =>
    tests.length === 0 &&
    !isOwnCurrency &&
    choose(
      analysis,
      places.flatMap((place) => aggregations[place] ?? []),
    ) === 'aggregate'
  const answers = await answersOf(slices, isAggregate, asking, deps)
  const count = analysis.compare ? 2 : 1
  const sides = Array.from({ length: count }, (_, side) => sideOf(side, slices, answers))
  return { resolved: resolvedOf(first, { analysis, aggregations, slices, tables }), sides }
}

export function resolveDepsOf({ metadata, namedRows, now, systemUserId }: AnalysisDeps): ResolveDeps {
  return {
    metadata,
    clock: async () => clockOf(await metadata.person(), now()),
    person: { systemUserId },
    rows: namedRows,
    notation: 'odata',
  }
}

/** What Dataverse does not add up is read. */
async function answersOf(
  slices: readonly ResolvedSlice[],
  isAggregate: (slice: ResolvedSlice) => boolean,
  asking: AddingDeps,
  { dataverse, now, limits }: AnalysisDeps,
): Promise<ReadonlyMap<ResolvedSlice, SliceAnswer>> {
  const added = slices.filter(isAggregate)
  const given = await askDataverse(added, asking, dataverse)
  const answers = new Map(added.flatMap((slice, at) => (given[at] ? [[slice, given[at]] as const] : [])))
  const left = slices
    .filter((slice) => !answers.has(slice))
    .map((slice) => ({ slice, adding: addingUp(slice, asking) }))
  const readings = await readAllPages(
    left.map(({ adding }) => adding),
    { dataverse, now, deadline: limits.deadline },
  )
  for (const [at, { slice, adding }] of left.entries()) {
    const reading = readings[at]
    if (reading) answers.set(slice, adding.answer(reading))
  }
  return answers
}

function sideOf(
  side: number,
  slices: readonly ResolvedSlice[],
  answers: ReadonlyMap<ResolvedSlice, SliceAnswer>,
): Computed {
  const own = slices.filter((slice) => slice.side === side).flatMap((slice) => answers.get(slice) ?? [])
  const groups = new Map<string, ComputedGroup>()
  for (const answer of own)
    for (const [name, { keys, tallies }] of answer.groups) {
      const known = groups.get(name)
      groups.set(name, { keys: known?.keys ?? keys, tallies: new Map([...(known?.tallies ?? []), ...tallies]) })
    }
  return {
    groups: [...groups.values()],
    whole: tallied(own.map(({ whole }) => ({ tallies: whole }))),
    readings: own.map(({ way, read, isPartial }) => ({ way, read, isPartial })),
    targets: new Map(own.flatMap(({ targets }) => [...targets])),
    labels: new Map(own.flatMap(({ labels }) => [...labels])),
    currency: own.find(({ currency }) => currency !== undefined)?.currency,
  }
}

type Resolved = {
  readonly analysis: Analysis
  readonly aggregations: readonly Aggregation[]
  readonly slices: readonly ResolvedSlice[]
  readonly tables: readonly Table[]
}

function resolvedOf(
  first: ResolvedSlice,
  { analysis: { groups }, aggregations, slices, tables }: Resolved,
): ResolvedAnalysis {
  const usesOf = ({ of }: Aggregation, place: number): ResolvedAnalysis['uses'][number] => {
    const slice = slices.find(({ places }) => places.includes(place))
    return slice && of ? usesIn(slice, of) : []
  }
  return {
    table: first.table,
    groups: groups.map((group, at) => ({
      table: tables[at] ?? first.table,
      ...groupColumn(first, group, at),
    })),
    aggregations,
    uses: aggregations.map(usesOf),
    queries: slices.map(({ query }) => query),
    interpreted: [...new Set(slices.flatMap(({ interpreted }) => interpreted))],
    hidden: [...new Set(slices.flatMap(({ hidden }) => hidden))],
    isOwnCurrency: first.isOwnCurrency === true,
  }
}

/** Every column of a value, once. */
function usesIn(slice: ResolvedSlice, of: Value): Use[] {
  const parts = partsOf(of).map(({ column }) => [columnKey(column), column] as const)
  return [...new Map(parts).values()].map((written) => {
    const { column, entity } = outputOf(slice, written)
    return { written, column, entity }
  })
}

function groupColumn(
  slice: ResolvedSlice,
  group: Analysis['groups'][number],
  at: number,
): Pick<ResolvedAnalysis['groups'][number], 'column' | 'uses'> {
  if (group.kind !== 'band') return { column: groupedBy(slice, group, at).column }
  const uses = usesIn(slice, group.of)
  return { column: group.of.kind === 'column' ? uses[0]?.column : undefined, uses }
}
