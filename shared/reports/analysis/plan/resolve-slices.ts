import { resolveVisible } from '../../../dataverse/column-security/resolve-visible.ts'
import { QueryError } from '../../../dataverse/errors.ts'
import { withFreshNames } from '../../../dataverse/metadata/cache/fresh-names.ts'
import type { Entity, Metadata, Table } from '../../../dataverse/metadata/model.ts'
import { kindOf } from '../../../dataverse/query/model/column-kind.ts'
import type { OutputColumn } from '../../../dataverse/query/model/output-column.ts'
import type { Query } from '../../../dataverse/query/model/query.ts'
import type { ResolveDeps } from '../../../dataverse/query/resolve/resolve-query.ts'
import { collectNotes } from '../../../dataverse/query/say/notes.ts'
import type { Aggregation, Analysis, ColumnPath } from '../model.ts'
import { printPath } from '../parse/measure/value.ts'
import { partsOf } from './aggregations.ts'
import { inOwnCurrency } from './own-currency.ts'
import { slicesOf, type Slice } from './slices.ts'
import { probeAlias, probesOf, writtenSlice, type Probe, type Probes } from './written-slice.ts'

/** A slice as its person may ask it: an aggregate, every name the one that is meant. */
export type ResolvedSlice = Slice & {
  readonly query: Query
  readonly entity: Entity
  readonly table: Table
  readonly probes: Probes
  /** By alias. */
  readonly outputs: ReadonlyMap<string, OutputColumn>
  readonly interpreted: readonly string[]
  readonly hidden: readonly string[]
  /** Whether amounts are those that the rows are kept in, all in one currency. */
  readonly isOwnCurrency?: true
}

/** @throws QueryError for names and values that nothing can be meant by, and for what column security hides */
export async function resolveSlices(
  analysis: Analysis,
  aggregations: readonly Aggregation[],
  deps: ResolveDeps,
): Promise<readonly ResolvedSlice[]> {
  const slices = slicesOf(analysis, aggregations)
  const resolved = await withFreshNames(deps.metadata, (metadata) =>
    Promise.all(slices.map((slice) => resolveSlice(slice, analysis, aggregations, { ...deps, metadata }))),
  )
  const { organization } = await deps.metadata.person()
  return inOwnCurrency(resolved, organization.baseCurrency?.id)
}

async function resolveSlice(
  slice: Slice,
  analysis: Analysis,
  aggregations: readonly Aggregation[],
  deps: ResolveDeps,
): Promise<ResolvedSlice> {
  const { idColumn } = await deps.metadata.entity(analysis.entity)
  const own = slice.places.flatMap((place) => aggregations[place] ?? [])
  const tested = slice.tests.flatMap(({ left, right }) => [left, right])
  const probes = probesOf(own, analysis.groups, tested)
  const { note, sentences } = collectNotes()
  const written = writtenSlice(analysis, slice, { probes, idColumn, note })
  const { query, entity, table, columns, interpreted, hidden } = await resolveVisible(written, deps).catch(
    (error: unknown) => {
      throw namedInFull(error, analysis.groups)
    },
  )
  const outputs = new Map(columns.map((column) => [column.key, column]))
  const resolved = {
    ...slice,
    query,
    entity,
    table,
    probes,
    outputs,
    interpreted: [...sentences(), ...interpreted],
    hidden,
  }
  const bands = analysis.groups.flatMap((group) => (group.kind === 'band' ? [group.of] : []))
  const values = [...own.flatMap(({ of }) => (of && of.kind !== 'column' ? [of] : [])), ...bands, ...tested]
  for (const { column, as } of values.flatMap(partsOf)) if (as === 'date') checkDate(outputOf(resolved, column))
  return resolved
}

const NAMED = /^(Group by (?:month\(|the column alone: ))(\w+)/

/** A refused group is known by its column alone: followed to the letter, another column of that name would be grouped by. */
function namedInFull(error: unknown, groups: Analysis['groups']): unknown {
  if (!(error instanceof QueryError) || error.code !== 'invalid_aggregate') return error
  const [, , name] = NAMED.exec(error.nextStep) ?? []
  const own = groups.flatMap((group) => (group.kind !== 'band' && group.column.name === name ? [group.column] : []))
  const [column] = own.toSorted((one, other) => one.path.length - other.path.length)
  if (!column || column.path.length === 0) return error
  const step = error.nextStep.replace(NAMED, (_all, before: string) => before + printPath(column))
  return new QueryError(error.code, error.message, step)
}

const PROBES: readonly Probe[] = ['sum', 'min', 'max', 'distinct', 'known']

/** Where the values of a column come from: of amounts it is the one in the base currency. @throws RangeError for one that was not asked for */
export function outputOf(
  { probes, outputs }: Pick<ResolvedSlice, 'probes' | 'outputs'>,
  column: ColumnPath,
): OutputColumn {
  const found = PROBES.flatMap((probe) => outputs.get(probeAlias(probes, column, probe)) ?? [])[0]
  if (!found) throw new RangeError(`the column ${column.name} was not asked for`)
  return found
}

function checkDate({ column }: OutputColumn): void {
  if (kindOf(column) === 'date') return
  throw new QueryError(
    'invalid_aggregate',
    `No time passes between ${column.name}, a column of type ${column.type}, and another moment.`,
    'Name two columns that are dates, or one and today or now.',
  )
}

/** The table that a value comes from. */
export async function tableOf({ entity }: OutputColumn, metadata: Pick<Metadata, 'entity' | 'table'>): Promise<Table> {
  return await metadata.table(await metadata.entity(entity))
}
