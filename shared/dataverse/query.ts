import { findColumn, isLookup, unknownColumn, type Column, type EntityColumns } from './columns.ts'
import type { Entity } from './entities.ts'
import { QueryError } from './errors.ts'
import { rewriteFilter } from './rewrite-filter.ts'

export type Expansion = { readonly navigation: string; readonly select: readonly string[] }

export type Query = {
  readonly entity: Entity
  readonly columns: EntityColumns
  readonly select: readonly string[]
  readonly filter?: string
  readonly orderby?: string
  readonly expand: readonly Expansion[]
  readonly count: boolean
}

export type BuiltQuery = { readonly path: string; readonly notes: readonly string[] }

const MOST_ORDERS = 10
const ORDER = /^([A-Za-z_]\w*)(?:\s+(asc|desc))?$/i

/**
 * Writes a query for the Web API from names that metadata knows; no string of the model's is sent as it came.
 * There is no `$top`: the page size goes into a header, so that Dataverse gives a link to the next page.
 * @throws QueryError when a column is unknown or the filter is refused
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/overview
 */
export function buildQuery(query: Query): BuiltQuery {
  const select = propertiesOf(query.entity, query.columns, query.select)
  const filter = query.filter?.trim() ? rewriteFilter(query.filter, query.columns) : undefined
  const orderby = query.orderby?.trim() ? orderOf(query.entity, query.columns, query.orderby) : undefined
  const path = withOptions(query.entity.entitySet, {
    $select: select.properties.join(','),
    $filter: filter?.filter,
    $orderby: orderby?.order,
    $expand: expandOption(query.expand),
    $count: query.count ? 'true' : undefined,
  })
  return {
    path,
    notes: rewrittenNote([...select.rewritten, ...(filter?.rewritten ?? []), ...(orderby?.rewritten ?? [])]),
  }
}

/** One row by id, e.g. `accounts(<id>)?$select=name`. */
export function buildRecordPath(entity: Entity, id: string, select: readonly string[]): string {
  return withOptions(`${entity.entitySet}(${id})`, { $select: select.join(',') || undefined })
}

/** Option names stay readable, values are percent-encoded: Dataverse decodes the whole query before it parses. */
export function withOptions(path: string, options: Readonly<Record<string, string | undefined>>): string {
  const written = Object.entries(options).flatMap(([name, value]) =>
    value ? [`${name}=${encodeURIComponent(value.toWellFormed()).replaceAll("'", '%27')}`] : [],
  )
  return written.length > 0 ? `${path}?${written.join('&')}` : path
}

/** The Web API's property names of the columns asked for, each once. */
export function propertiesOf(
  entity: Entity,
  columns: EntityColumns,
  names: readonly string[],
): { properties: string[]; rewritten: string[] } {
  const found = names.map((name) => ({ name: name.trim(), column: readableColumn(entity, columns, name) }))
  const properties = [...new Set(found.map(({ column }) => column.property))]
  return { properties, rewritten: found.flatMap(({ name, column }) => rewrittenLookup(name, column)) }
}

function readableColumn(entity: Entity, columns: EntityColumns, name: string): Column {
  const column = findColumn(columns, name)
  if (!column?.readable) throw unknownColumn(entity.name, columns, name)
  return column
}

function rewrittenLookup(written: string, column: Column): string[] {
  return isLookup(column) && written !== column.property ? [column.name] : []
}

/** Tells the model what was sent instead of what it wrote. */
export function rewrittenNote(lookups: readonly string[]): string[] {
  if (lookups.length === 0) return []
  const pairs = [...new Set(lookups)].map((name) => `${name} as _${name}_value`)
  return [`Lookup columns were sent by their Web API names: ${pairs.join(', ')}.`]
}

function orderOf(entity: Entity, columns: EntityColumns, orderby: string): { order: string; rewritten: string[] } {
  const items = orderby.split(',').map((item) => ORDER.exec(item.trim()))
  if (items.length > MOST_ORDERS || items.includes(null)) {
    const nextStep = 'Write columns of this entity, each with asc or desc: "estimatedclosedate asc, name".'
    throw new QueryError('invalid_orderby', 'The orderby is not a list of columns.', nextStep)
  }
  const parts = items.map((item) => {
    const name = item?.[1] ?? ''
    const column = readableColumn(entity, columns, name)
    const direction = item?.[2]?.toLowerCase() === 'desc' ? ' desc' : ''
    return { order: `${column.property}${direction}`, rewritten: rewrittenLookup(name, column) }
  })
  return { order: parts.map(({ order }) => order).join(','), rewritten: parts.flatMap(({ rewritten }) => rewritten) }
}

function expandOption(expand: readonly Expansion[]): string | undefined {
  if (expand.length === 0) return undefined
  return expand.map(({ navigation, select }) => `${navigation}($select=${select.join(',')})`).join(',')
}
