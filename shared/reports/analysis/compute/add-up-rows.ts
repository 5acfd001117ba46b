import { kindOf } from '../../../dataverse/query/model/column-kind.ts'
import { QueryError } from '../../../dataverse/errors.ts'
import { KEPT } from '../../../dataverse/hiding/mask-value.ts'
import { isLookup } from '../../../dataverse/query/resolve/names/find-column.ts'
import type { Table } from '../../../dataverse/metadata/model.ts'
import type { Clock } from '../../../dataverse/query/resolve/values/clock.ts'
import type { OutputColumn } from '../../../dataverse/query/model/output-column.ts'
import type { Aggregation, ComputedGroup, Group, Key, Tally } from '../model.ts'
import { DATE_PARTS } from '../plan/date-parts.ts'
import { groupAlias } from '../plan/written-slice.ts'
import { printPath } from '../parse/measure/value.ts'
import { isMadeOfTime } from '../plan/aggregations.ts'
import { outputOf, type ResolvedSlice } from '../plan/resolve-slices.ts'
import type { Asking } from './ask-dataverse.ts'
import { collated } from './collation.ts'
import { groupName, rowGroupKey, type KeyReading } from './group-keys.ts'
import { tallied, type SliceAnswer } from './group-table.ts'
import { localDays } from './local-days.ts'
import type { RowsRead, RowsToRead } from './read-pages.ts'
import { readerOf, rowKey, type Row } from './row-values.ts'
import { passing } from './row-tests.ts'
import { addRow, growing, grown, type Growing, type Kept } from './tally.ts'

/** A slice whose rows are added up here. */
export type Adding = RowsToRead & { readonly answer: (read: RowsRead) => SliceAnswer }

export type AddingDeps = Asking & {
  readonly clock: Clock
  /** Whether the clock's zone is the person's. */
  readonly isZoneKnown: boolean
  /** Tables of the groups, by place. */
  readonly tables: readonly Table[]
}

const LOOKUP_TABLE = 'Microsoft.Dynamics.CRM.lookuplogicalname'
const CURRENCY = '_transactioncurrencyid_value'
const FORMATTED = 'OData.Community.Display.V1.FormattedValue'

/** The column that a group is made of. @throws RangeError for a band */
export function groupedBy({ outputs }: Pick<ResolvedSlice, 'outputs'>, group: Group, at: number): OutputColumn {
  const [grouping] = group.kind === 'date' ? DATE_PARTS[group.part].asked : []
  const found = outputs.get(groupAlias(at, grouping))
  if (!found) throw new RangeError(`nothing was asked for group ${at}`)
  return found
}

type Found = { readonly keys: readonly Key[]; readonly tallies: readonly Growing[] }

/** An aggregation over the rows of a slice. */
type Own = {
  readonly place: number
  readonly read: ((row: Row) => unknown) | undefined
  readonly kept: Kept
  /** Whether rows that it leads to may be one for models, whichever they are. */
  readonly isUnnamed: boolean
}

/** @throws QueryError `invalid_aggregate` for a fiscal calendar that cannot be told here */
export function addingUp(slice: ResolvedSlice, deps: AddingDeps): Adding {
  const { groups, aggregations, tables } = deps
  const reading = readingOf(slice, deps)
  const keysOf = groups.map((group, at) => rowGroupKey(group, at, reading))
  const passes = passing(slice.tests, reading)
  const own = slice.places.flatMap((place) => ownOf(place, aggregations, reading))
  const found = new Map<string, Found>()
  const targets = targetsOf(slice, groups, tables)
  // Without groups all rows are one, though there be none.
  if (groups.length === 0) found.set(groupName([]), { keys: [], tallies: own.map(({ kept }) => growing(kept)) })
  let currency: unknown
  const foundFor = (row: Row): Found => {
    const keys = keysOf.map((key) => key(row))
    const name = groupName(keys)
    const known = found.get(name)
    if (known) return known
    const made = { keys, tallies: own.map(({ kept }) => growing(kept)) }
    found.set(name, made)
    return made
  }
  const add = (rows: readonly Row[]): void => {
    for (const row of rows) {
      if (slice.isOwnCurrency) currency ??= row[`${CURRENCY}@${FORMATTED}`]
      if (!passes(row)) continue
      const { keys, tallies } = foundFor(row)
      targets.note(row, keys)
      for (const [at, { read }] of own.entries()) addRow(tallies[at] as Growing, read?.(row))
    }
  }
  return {
    entity: slice.entity,
    query: slice.query,
    annotations: slice.isOwnCurrency ? [...new Set([...targets.annotations, FORMATTED])] : targets.annotations,
    add,
    answer: (read) => {
      const answer = answerOf(own, found, read, targets)
      return typeof currency === 'string' ? { ...answer, currency } : answer
    },
  }
}

function ownOf(place: number, aggregations: readonly Aggregation[], reading: KeyReading): Own[] {
  const one = aggregations[place]
  if (!one) return []
  const { name, of } = one
  return [
    {
      place,
      read: of && readerOf(of, reading),
      kept: { distinct: name === 'distinct', values: name === 'median' },
      isUnnamed: of?.kind === 'column' && reading.outputOf(of.column).column.unnamed === true,
    },
  ]
}

function readingOf(slice: ResolvedSlice, deps: AddingDeps): KeyReading {
  const { groups, clock } = deps
  checkZone(slice, deps)
  const byFiscal = groups.flatMap((group) =>
    group.kind === 'date' && group.part.startsWith('fiscal') ? [printPath(group.column)] : [],
  )[0]
  const { zone, now, fiscal } = clock
  // Organizations name a fiscal year by the year it begins or ends in: only one that is the calendar year is sure.
  if (byFiscal !== undefined && !(fiscal?.startMonth === 1 && fiscal.startDay === 1))
    throw new QueryError(
      'invalid_aggregate',
      'These figures are made of the rows themselves, and what fiscal year a row is of Dataverse tells of its own figures alone.',
      `Group by month(${byFiscal}) instead, with a filter such as ${byFiscal} eq this-fiscal-year.`,
    )
  return {
    outputOf: (column) => outputOf(slice, column),
    groupedBy: (at) => groupedBy(slice, groups[at] as Group, at),
    days: localDays(zone),
    zone,
    now,
    periodMonths: fiscal?.periodMonths ?? 12,
  }
}

/** Days of another zone than the person's would be wrong ones. */
function checkZone({ places, tests }: ResolvedSlice, { groups, aggregations, isZoneKnown }: AddingDeps): void {
  const tested = tests.flatMap(({ left, right }) => [left, right])
  const values = [...places.flatMap((place) => aggregations[place]?.of ?? []), ...tested]
  const bands = groups.flatMap((group) => (group.kind === 'band' ? [group.of] : []))
  const needsZone = groups.some(({ kind }) => kind === 'date') || [...values, ...bands].some(isMadeOfTime)
  if (isZoneKnown || !needsZone) return
  throw new QueryError(
    'invalid_aggregate',
    'Days cannot be told here: the time zone of your settings in Dynamics 365 is not known.',
    'Ask for figures and groups without dates, with a filter for the days; or choose a time zone in the settings of Dynamics 365.',
  )
}

function answerOf(
  own: readonly Own[],
  found: ReadonlyMap<string, Found>,
  { read, isPartial }: RowsRead,
  { targets, labels }: Pick<Targets, 'targets' | 'labels'>,
): SliceAnswer {
  const groups = new Map(
    [...found].map(([name, { keys, tallies }]): [string, ComputedGroup] => {
      const grownUp = own.map((one, at) => [one.place, toldOf(one, grown(tallies[at] as Growing))] as const)
      return [name, { keys, tallies: new Map(grownUp) }]
    }),
  )
  const whole = tallied(
    groups.values(),
    own.map(({ place }) => place),
  )
  return { groups, whole, read, isPartial, way: 'rows', targets, labels }
}

/** How many there are of what is one for models nobody can tell. */
function toldOf({ isUnnamed }: Own, tally: Tally): Tally {
  const { distinct, ...rest } = tally
  return isUnnamed && typeof distinct === 'object' && distinct.has(collated(KEPT)) ? rest : tally
}

type Targets = {
  readonly annotations: readonly string[]
  readonly note: (row: Row, keys: readonly Key[]) => void
  readonly targets: ReadonlyMap<string, string>
  readonly labels: ReadonlyMap<string, string>
}

/**
 * What the name of an entity is called, `phonecall` a Phone Call, and the tables that lookups lead to: where one leads
 * to several, each row tells. Where rows of one have no name for models, or a masked one, the row itself tells what is
 * shown, as it does in lists.
 */
function targetsOf(slice: ResolvedSlice, groups: readonly Group[], tables: readonly Table[]): Targets {
  const lookups = groups.flatMap((group, at) => {
    if (group.kind !== 'column') return []
    const output = groupedBy(slice, group, at)
    if (kindOf(output.column) === 'table') return [{ at, key: rowKey(output), leads: false, isLabelled: true }]
    if (!isLookup(output.column)) return []
    const ways = tables[at]?.navigations.filter(({ column }) => column === output.column.name) ?? []
    const [target, ...others] = new Set(ways.map((way) => way.target))
    const { type, unnamed = false } = output.column
    const only = others.length === 0 && type === 'Lookup' && !unnamed ? target : undefined
    return [{ at, key: rowKey(output), leads: only ?? true, isLabelled: unnamed }]
  })
  const [targets, labels] = [new Map<string, string>(), new Map<string, string>()]
  return {
    annotations: [
      ...(lookups.some(({ leads }) => leads === true) ? [LOOKUP_TABLE] : []),
      ...(lookups.some(({ isLabelled }) => isLabelled) ? [FORMATTED] : []),
    ],
    note: (row, keys) => {
      for (const { at, key, leads, isLabelled } of lookups) {
        const table = leads === true ? row[`${key}@${LOOKUP_TABLE}`] : leads
        const label = isLabelled ? row[`${key}@${FORMATTED}`] : undefined
        if (keys[at] !== null && typeof table === 'string') targets.set(`${at} ${keys[at]}`, table)
        if (keys[at] !== null && typeof label === 'string') labels.set(`${at} ${keys[at]}`, label)
      }
    },
    targets,
    labels,
  }
}
