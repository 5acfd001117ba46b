import { QueryError } from '../../errors.ts'
import type { Column } from '../../metadata/model.ts'
import { kindOf } from '../model/column-kind.ts'
import type { Aggregate, Attribute, DateGrouping, Source } from '../model/query.ts'
import type { Notation } from '../say/notation.ts'
import { invalidFetch } from '../say/refusals.ts'
import { severalParties } from './names/find-column.ts'
import {
  columnIn,
  freeAlias,
  givenAlias,
  safeAlias,
  selectedColumn,
  type Resolving,
  type Scope,
} from './names/scope.ts'
import { outputOf, type OutputColumn } from '../model/output-column.ts'

export type ResolvedAttribute = {
  readonly attribute: Attribute
  readonly output: OutputColumn
  /** The place of what was written for it, from 0. */
  readonly at: number
  /** Aliases of what a part of a date was grouped by too, the widest first. */
  readonly within: readonly string[]
}

/** The aliases of attributes so far, lower case: no two values of an answer may have the same. */
export type Aliases = Set<string>

/** The attributes of an entity or a link, each once. @throws QueryError */
export function resolveAttributes(
  source: Source,
  scope: Scope,
  aggregate: boolean,
  aliases: Aliases,
  resolving: Resolving,
): ResolvedAttribute[] {
  const written = new Set(source.attributes)
  let at = -1
  let within: string[] = []
  const resolved = withYears(source.attributes, scope, resolving).flatMap((attribute) => {
    // What was added for one stands before it.
    const place = written.has(attribute) ? (at += 1) : at + 1
    const named = (aggregate ? columnIn : selectedColumn)(scope, attribute.name, resolving)
    if (!aggregate && isOfRowsElsewhere(named, scope, resolving)) return []
    const column = aggregate ? totalled(attribute, named, scope, resolving) : named
    const one = aggregate ? aggregated(attribute, column, scope, aliases, resolving) : plain(attribute, column, aliases)
    const output = outputOf(one, column, scope.table.entity.name, scope.alias)
    const wider = written.has(attribute) ? within : []
    within = written.has(attribute) ? [] : [...within, one.alias ?? one.name]
    return [{ attribute: one, output, at: place, within: wider }]
  })
  return [...new Map(resolved.map((one) => [`${one.output.key} ${one.attribute.name}`, one])).values()]
}

/** Parts of a date that come round again, and what they are parts of. */
const WITHIN: Readonly<Partial<Record<DateGrouping, readonly DateGrouping[]>>> = {
  day: ['month', 'year'],
  week: ['year'],
  month: ['year'],
  quarter: ['year'],
  'fiscal-period': ['fiscal-year'],
}

/** A month alone would be that month of all years together, which nobody asks for. */
function withYears(attributes: readonly Attribute[], scope: Scope, resolving: Resolving): readonly Attribute[] {
  const groupings = new Set(attributes.map(({ name, dateGrouping = '' }) => `${name.toLowerCase()} ${dateGrouping}`))
  return attributes.flatMap((attribute) => {
    const { name, dateGrouping, groupBy } = attribute
    const wider = groupBy && dateGrouping !== undefined ? (WITHIN[dateGrouping] ?? []) : []
    const missing = wider.filter((one) => !groupings.has(`${name.toLowerCase()} ${one}`))
    if (dateGrouping === undefined || missing.length === 0) return [attribute]
    resolving.note(`${name} was grouped by ${missing.join(' and ')} too: a ${dateGrouping} alone comes round again.`)
    const { alias: _alias, ...rest } = attribute
    const added = missing.toReversed().map((one): Attribute => {
      groupings.add(`${name.toLowerCase()} ${one}`)
      return { ...rest, dateGrouping: one, alias: `${safeAlias(scope.alias ?? name)}_${one.replace('-', '_')}` }
    })
    return [...added, attribute]
  })
}

/**
 * Amounts of several currencies cannot be added: Dataverse keeps each in the base currency beside it. SQL Server takes
 * the average of whole numbers as a whole number.
 * @see https://learn.microsoft.com/sql/t-sql/functions/avg-transact-sql
 */
function totalled({ aggregate }: Attribute, column: Column, { table }: Scope, { note, values }: Resolving): Column {
  if (aggregate === 'avg' && (column.type === 'Integer' || column.type === 'BigInt'))
    note(`The avg of ${column.name} may be cut to a whole number; its sum divided by its countcolumn is exact.`)
  const base = column.type === 'Money' ? table.byName.get(`${column.name}_base`) : undefined
  if (!base || aggregate === undefined) return column
  // In OData's notation it is an analysis, all of whose figures of a column are of the same amounts.
  if (values.notation === 'odata') note(takenFromBase(column, base))
  if (values.notation === 'odata') return base
  if (aggregate.startsWith('count')) return column
  note(
    `The ${aggregate} of ${column.name} was taken over ${base.name}, in the base currency: Dataverse totals no other. For amounts in theirs, list the rows with ${column.name} and transactioncurrencyid.`,
  )
  return base
}

export function takenFromBase({ name }: Column, base: Column): string {
  return `Amounts of ${name} are taken from ${base.name}, in the base currency.`
}

/** The parties of an activity, which no list brings. What is written in FetchXML may be a saved view: the rest is shown. */
function isOfRowsElsewhere(column: Column, { table }: Scope, { note, values }: Resolving): boolean {
  if (kindOf(column) !== 'parties') return false
  if (values.notation === 'odata') throw severalParties(table, column, values.notation)
  note(`${column.name} was left out: parties are rows of their own; link activityparty by activityid to see them.`)
  return true
}

function plain(attribute: Attribute, column: Column, aliases: Aliases): Attribute {
  const { alias, countChildren } = attribute
  checkGrouping(attribute, column, 'fetchxml')
  if (countChildren && alias === undefined)
    throw invalidFetch(`The rowaggregate of ${column.name} has no alias.`, 'Add alias="…" to it.')
  return {
    name: column.name,
    ...(alias !== undefined && { alias: newAlias(alias, aliases) }),
    groupBy: false,
    distinct: false,
    userTimeZone: attribute.userTimeZone,
    countChildren,
  }
}

function aggregated(
  written: Attribute,
  column: Column,
  scope: Scope,
  aliases: Aliases,
  resolving: Resolving,
): Attribute {
  const { notation } = resolving.values
  if (kindOf(column) === 'parties') throw severalParties(scope.table, column, notation)
  const attribute = completeAggregate(written, column, resolving)
  if (attribute.aggregate !== undefined) checkAggregate(attribute.aggregate, column, notation)
  checkGrouping(attribute, column, notation)
  const suggested =
    attribute.aggregate === undefined ? column.name : `${written.name.trim().toLowerCase()}_${attribute.aggregate}`
  const alias = newAlias(written.alias ?? freeAlias(suggested, aliases), aliases)
  return { ...attribute, name: column.name, alias, countChildren: false }
}

function completeAggregate(attribute: Attribute, column: Column, { note }: Resolving): Attribute {
  const { aggregate, groupBy, distinct } = attribute
  if (aggregate !== undefined && groupBy)
    throw invalidFetch(
      `The attribute ${column.name} has both aggregate and groupby.`,
      'Write two attributes: one with groupby="true", one with aggregate="…", each with an alias.',
    )
  if (aggregate === undefined && !groupBy) {
    note(`In an aggregate ${column.name} was grouped by (groupby="true").`)
    return { ...attribute, groupBy: true, distinct: false }
  }
  if (!distinct || aggregate === 'countcolumn') return attribute
  if (aggregate !== 'count') return { ...attribute, distinct: false }
  return { ...attribute, aggregate: 'countcolumn' }
}

function checkAggregate(aggregate: Aggregate, column: Column, notation: Notation): void {
  const kind = kindOf(column)
  const isSum = aggregate === 'sum' || aggregate === 'avg'
  const isRank = aggregate === 'min' || aggregate === 'max'
  if (kind === 'number' || kind === 'other' || !(isSum || isRank) || (isRank && kind === 'date')) return
  throw new QueryError(
    'invalid_aggregate',
    `${aggregate} does not work on ${column.name}, a column of type ${column.type}.`,
    isSum ? sumStep(kind === 'date', notation) : 'Use it on a number, an amount or a date.',
  )
}

function sumStep(isDate: boolean, notation: Notation): string {
  if (notation === 'fetchxml') return 'Use it on a number or an amount; count rows with aggregate="count".'
  const other = isDate ? 'for the time between two dates write: avg(days(createdon, today))' : 'count rows with count'
  return `Use it on a number or an amount; ${other}.`
}

/** In OData's notation groups are those of an analysis. */
function checkGrouping(attribute: Attribute, column: Column, notation: Notation): void {
  const { aggregate, groupBy, dateGrouping } = attribute
  const isDate = kindOf(column) === 'date'
  if (notation === 'odata' && groupBy && isDate !== (dateGrouping !== undefined)) throw unfitGroup(column, isDate)
  if (dateGrouping !== undefined && !(isDate && groupBy)) {
    const grouping = `<attribute name="${column.name}" groupby="true" dategrouping="${dateGrouping}" alias="${column.name}_${dateGrouping.replace('-', '_')}"/>`
    const beside =
      aggregate === undefined ? 'Group by it' : `Leave dategrouping out beside ${aggregate}; group beside it`
    throw invalidFetch(
      `The attribute ${column.name} has a dategrouping, and is not grouped by.`,
      isDate ? `${beside}: ${grouping}.` : 'Leave dategrouping out: it groups dates alone.',
    )
  }
  if (isDate && groupBy && dateGrouping === undefined)
    throw invalidFetch(
      `The date ${column.name} is grouped by without saying how.`,
      'Add dategrouping="month" (or day, week, quarter, year, fiscal-period, fiscal-year).',
    )
}

function unfitGroup({ name, type }: Column, isDate: boolean): QueryError {
  return new QueryError(
    'invalid_aggregate',
    isDate ? `${name} is a date, and grouped by no part of it.` : `${name} is a column of type ${type}, not a date.`,
    isDate ? `Group by month(${name}), or by day, week, quarter or year of it.` : `Group by the column alone: ${name}.`,
  )
}

function newAlias(written: string, aliases: Aliases): string {
  const alias = givenAlias(written, aliases)
  aliases.add(alias.toLowerCase())
  return alias
}
