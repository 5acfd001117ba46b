import { QueryError } from '../../errors.ts'
import type { Column } from '../../metadata/model.ts'
import { kindOf } from '../model/column-kind.ts'
import type { Aggregate, FetchAttribute, Source } from '../model/query.ts'
import { invalidFetch, quoted } from '../../fetchxml/invalid-fetch.ts'
import { columnIn, safeAlias, type Resolving, type Scope } from './names/scope.ts'
import type { OutputColumn } from '../model/output-column.ts'

export type ResolvedAttribute = { readonly attribute: FetchAttribute; readonly output: OutputColumn }

/** The aliases of attributes so far, lower case: no two values of an answer may have the same. */
export type Aliases = Set<string>

const SUMMED: readonly Aggregate[] = ['sum', 'avg']
const RANKED: readonly Aggregate[] = ['min', 'max']

/** The attributes of an entity or a link, each once. @throws QueryError */
export function resolveAttributes(
  source: Source,
  scope: Scope,
  aggregate: boolean,
  aliases: Aliases,
  resolving: Resolving,
): ResolvedAttribute[] {
  const resolved = source.attributes.map((attribute) => {
    const column = readable(columnIn(scope, attribute.name, resolving), scope)
    const one = aggregate
      ? aggregated(attribute, column, scope, aliases, resolving)
      : plain(attribute, column, aliases, resolving)
    return { attribute: one, output: outputOf(one, column, scope) }
  })
  return [...new Map(resolved.map((one) => [one.output.key, one])).values()]
}

function readable(column: Column, { table }: Scope): Column {
  if (column.readable) return column
  throw new QueryError(
    'unknown_column',
    `The column ${column.name} of ${table.entity.name} cannot be read.`,
    `Call get_entity_metadata for ${table.entity.name} to see its columns.`,
  )
}

function plain(attribute: FetchAttribute, column: Column, aliases: Aliases, resolving: Resolving): FetchAttribute {
  const { alias, countChildren } = attribute
  if (countChildren && alias === undefined)
    throw invalidFetch(`The rowaggregate of ${column.name} has no alias.`, 'Add alias="…" to it.')
  return {
    name: column.name,
    ...(alias !== undefined && { alias: uniqueAlias(alias, aliases, resolving) }),
    groupBy: false,
    distinct: false,
    userTimeZone: attribute.userTimeZone,
    countChildren,
  }
}

function aggregated(
  written: FetchAttribute,
  column: Column,
  scope: Scope,
  aliases: Aliases,
  resolving: Resolving,
): FetchAttribute {
  const attribute = completeAggregate(written, column, resolving)
  if (attribute.aggregate !== undefined) checkAggregate(attribute.aggregate, column, scope, resolving)
  checkGrouping(attribute, column)
  const suggested = attribute.aggregate === undefined ? column.name : `${column.name}_${attribute.aggregate}`
  const alias = uniqueAlias(written.alias ?? freeAlias(suggested, aliases), aliases, resolving)
  if (written.alias === undefined) resolving.note(`The alias ${alias} was added: an aggregate needs one.`)
  return { ...attribute, name: column.name, alias, countChildren: false }
}

function completeAggregate(attribute: FetchAttribute, column: Column, { note }: Resolving): FetchAttribute {
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
  note(`A distinct count of ${column.name} was asked for as countcolumn.`)
  return { ...attribute, aggregate: 'countcolumn' }
}

function checkAggregate(aggregate: Aggregate, column: Column, { table }: Scope, { note }: Resolving): void {
  const kind = kindOf(column)
  const fits =
    (!SUMMED.includes(aggregate) && !RANKED.includes(aggregate)) ||
    kind === 'number' ||
    kind === 'other' ||
    (RANKED.includes(aggregate) && kind === 'date')
  if (!fits)
    throw new QueryError(
      'invalid_aggregate',
      `${aggregate} does not work on ${column.name}, a column of type ${column.type}.`,
      SUMMED.includes(aggregate)
        ? 'Use it on a number or an amount; count rows with aggregate="count".'
        : 'Use it on a number, an amount or a date.',
    )
  if (column.type === 'Money' && table.byName.has(`${column.name}_base`) && !aggregate.startsWith('count'))
    note(`${column.name} may hold several currencies; ${column.name}_base is in one, and can be totalled.`)
}

function checkGrouping({ groupBy, dateGrouping }: FetchAttribute, column: Column): void {
  const isDate = kindOf(column) === 'date'
  if (dateGrouping !== undefined && !(isDate && groupBy))
    throw invalidFetch(
      `The attribute ${column.name} has a dategrouping.`,
      isDate ? 'Add groupby="true" to it.' : 'Use dategrouping only on a date with groupby="true".',
    )
  if (isDate && groupBy && dateGrouping === undefined)
    throw invalidFetch(
      `The date ${column.name} is grouped by without saying how.`,
      'Add dategrouping="month" (or day, week, quarter, year, fiscal-period, fiscal-year).',
    )
}

function freeAlias(wanted: string, aliases: Aliases): string {
  const names = [wanted, ...Array.from({ length: 100 }, (_, index) => `${wanted}_${index + 2}`)]
  return names.find((name) => !aliases.has(name.toLowerCase())) ?? wanted
}

/** @throws QueryError `invalid_fetchxml` for an alias that is used twice */
function uniqueAlias(written: string, aliases: Aliases, { note }: Resolving): string {
  const alias = safeAlias(written)
  if (alias !== written) note(`The alias ${quoted(written)} was written as ${alias}.`)
  if (aliases.has(alias.toLowerCase()))
    throw invalidFetch(`The alias ${alias} is used twice.`, `Give each column and link an alias of its own.`)
  aliases.add(alias.toLowerCase())
  return alias
}

function outputOf(attribute: FetchAttribute, column: Column, { table, alias: link }: Scope): OutputColumn {
  const { alias, aggregate, dateGrouping } = attribute
  return {
    key: alias ?? (link === undefined ? column.property : `${link}.${column.name}`),
    label: alias ?? column.label ?? column.name,
    column,
    entity: table.entity.name,
    ...(link !== undefined && { link }),
    ...(aggregate && { aggregate }),
    ...(dateGrouping && { dateGrouping }),
  }
}
