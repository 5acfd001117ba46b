import type { Attribute, Condition, Filter, Link, Order, Query, Source } from '../../dataverse/query/model/query.ts'
import type { ExpansionPlan } from '../../dataverse/rows/expansion-plan.ts'
import { kindOfValue } from './value-kind.ts'

/** A query with names and values bound, and what of its rows comes by reads of their own. */
export type AskedQuery = { readonly query: Query; readonly expansions?: readonly ExpansionPlan[] }

export type ShapeOptions = {
  /** Whether values of conditions are told, or only what kind of value each is. */
  readonly values: boolean
  /** Without conditions, columns and orders: of what is too long. */
  readonly tablesOnly?: boolean
}

/** A condition: column, operator, values; all of which, or one of which, must hold. */
type Tree = readonly unknown[] | { readonly and: readonly Tree[] } | { readonly or: readonly Tree[] } | Linked
type Linked = { readonly rows: unknown }
type Names = ReadonlyMap<string, string>

/**
 * What a query asks for, in names of tables and columns alone: no alias, as it is a text of whoever asks. Two spellings
 * of one question have one shape.
 */
export function shapeOf({ query, expansions = [] }: AskedQuery, options: ShapeOptions): Record<string, unknown> {
  const { entity, top, aggregate, distinct, dataSource } = query
  const others = expansions.filter(({ kind }) => kind !== 'link').map(({ under, names }) => ({ under, columns: names }))
  return {
    ...sourceShape(entity, tablesUnder(entity), options),
    ...(others.length > 0 && { expand: options.tablesOnly ? others.map(({ under }) => under) : others }),
    ...(top !== undefined && { top }),
    ...(aggregate && { aggregate }),
    ...(distinct && { distinct }),
    ...(dataSource !== undefined && { dataSource }),
  }
}

function sourceShape(source: Source, tables: Names, options: ShapeOptions): Record<string, unknown> {
  const { name, attributes, allAttributes, orders, filters, links } = source
  const where = conditionsOf(filters, tables, options)
  const joined = links.map((link) => linkShape(link, tables, options))
  const columns = allAttributes ? ['*'] : attributes.map(columnText)
  const ordered = orders.map((order) => orderText(order, source, tables))
  return {
    entity: name,
    ...(!options.tablesOnly && {
      ...(columns.length > 0 && { columns }),
      ...(where && { where }),
      ...(ordered.length > 0 && { order: ordered }),
    }),
    ...(joined.length > 0 && { links: joined }),
  }
}

function linkShape(link: Link, tables: Names, options: ShapeOptions): Record<string, unknown> {
  const { type = 'inner', from, to } = link
  return { type, on: `${to ?? ''}=${from ?? ''}`, ...sourceShape(link, tables, options) }
}

/** The table of each alias, which names nothing outside its query. */
function tablesUnder(source: Source): Map<string, string> {
  const found = new Map<string, string>()
  const visit = ({ links, filters }: Source): void => {
    for (const link of [...links, ...filters.flatMap(linksOf)]) {
      if (link.alias !== undefined) found.set(link.alias.toLowerCase(), link.name)
      visit(link)
    }
  }
  visit(source)
  return found
}

function linksOf({ links, filters }: Filter): Link[] {
  return [...links, ...filters.flatMap(linksOf)]
}

function columnText({ name, aggregate, groupBy, dateGrouping, distinct }: Attribute): string {
  if (aggregate !== undefined) return `${aggregate}(${distinct ? 'distinct ' : ''}${name})`
  return groupBy ? `group(${name}${dateGrouping === undefined ? '' : ` by ${dateGrouping}`})` : name
}

function orderText({ attribute, alias, entityName, descending }: Order, source: Source, tables: Names): string {
  const aliased = source.attributes.find((one) => alias !== undefined && one.alias === alias)
  const column = attribute ?? (aliased === undefined ? 'of a link' : columnText(aliased))
  return `${withTable(column, entityName, tables)}${descending ? ' desc' : ''}`
}

/** `alias.column` is told as `table.column`. */
function withTable(column: string, alias: string | undefined, tables: Names): string {
  const dot = column.indexOf('.')
  const [named, name] = alias === undefined && dot > 0 ? [column.slice(0, dot), column.slice(dot + 1)] : [alias, column]
  return named === undefined ? name : `${tables.get(named.toLowerCase()) ?? 'link'}.${name}`
}

function conditionsOf(filters: readonly Filter[], tables: Names, options: ShapeOptions): Tree | undefined {
  return together('and', treesOf(filters, tables, options))
}

function treesOf(filters: readonly Filter[], tables: Names, options: ShapeOptions): Tree[] {
  return filters.flatMap((filter) => {
    const tree = treeOf(filter, tables, options)
    return tree === undefined ? [] : [tree]
  })
}

function treeOf({ type, conditions, filters, links }: Filter, tables: Names, options: ShapeOptions): Tree | undefined {
  const parts = [
    ...conditions.map((one) => conditionShape(one, tables, options)),
    ...treesOf(filters, tables, options),
    ...links.map((link) => ({ rows: linkShape({ ...link, type: link.type ?? 'any' }, tables, options) })),
  ]
  return together(type, parts)
}

/** One part alone stays as it is; a group within one of its own kind is a part of that. */
function together(type: Filter['type'], parts: readonly Tree[]): Tree | undefined {
  const flat = parts.flatMap((part): readonly Tree[] => {
    if (type === 'and') return 'and' in part ? part.and : [part]
    return 'or' in part ? part.or : [part]
  })
  const [only, ...others] = flat
  if (only === undefined || others.length === 0) return only
  return type === 'and' ? { and: flat } : { or: flat }
}

function conditionShape(condition: Condition, tables: Names, { values: told }: ShapeOptions): readonly unknown[] {
  const { attribute, entityName, operator, values, otherColumn } = condition
  const column = withTable(attribute, entityName, tables)
  if (otherColumn !== undefined) return [column, operator, { column: withTable(otherColumn, undefined, tables) }]
  return [column, operator, ...(told ? values : kindsOf(values))]
}

/** `text`, or `text*3` for so many. */
function kindsOf(values: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const value of values) {
    const kind = kindOfValue(value)
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...counts].map(([kind, count]) => (count === 1 ? kind : `${kind}*${count}`))
}
