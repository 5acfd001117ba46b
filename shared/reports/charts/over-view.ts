import type { Condition, Filter, Link, Order, Query, Source } from '../../dataverse/query/model/query.ts'
import { allConditions, allLinks, returnsColumns } from '../../dataverse/query/model/walk.ts'

/** A prefix that keeps the names of the view's joins apart from those of the chart's. */
const OF_VIEW = 'view_'

export type OverView = { readonly query: Query; readonly said: readonly string[] }

/**
 * A chart's query for the rows of a view: the conditions and joins of both hold. What only brings columns into the view
 * is left out, as a join to many rows would count a row once for each.
 * @param isKey whether a column is the primary key of a table
 * @see https://learn.microsoft.com/power-apps/developer/model-driven-apps/understand-charts-underlying-data-chart-representation
 */
export function overView(chart: Query, view: Query, isKey: (table: string, column: string) => boolean): OverView {
  const aliases = new Set(allLinks(view.entity).flatMap(({ alias }) => alias?.toLowerCase() ?? []))
  const spoken = aliasesSpokenOf(view.entity)
  const own = view.entity.links.flatMap((link) => filtering(link, spoken))
  const once = own.map((link) => (isToMany(link, isKey) && canBeOnce(link, spoken) ? asExists(link) : link))
  const links = once.map((link) => renamed(link, aliases))
  const filters = view.entity.filters.map((filter) => renamedFilter(filter, aliases))
  const { entity, dataSource = view.dataSource } = chart
  const multiplied = once.filter((link) => returnsColumns(link) && isToMany(link, isKey)).map(({ name }) => name)
  return {
    query: {
      ...chart,
      ...(dataSource !== undefined && { dataSource }),
      entity: { ...entity, filters: [...entity.filters, ...filters], links: [...entity.links, ...links] },
    },
    said: [
      ...(view.top === undefined
        ? []
        : [`The view shows its first ${view.top} rows alone; the chart is of all of them.`]),
      ...multiplied.map((name) => `A row is counted once for each row of ${name} that the view joins to it.`),
    ],
  }
}

/** The aliases, lower case, that conditions speak of from outside their own join. */
function aliasesSpokenOf(root: Source): ReadonlySet<string> {
  const names = allConditions(root).flatMap(({ entityName, attribute, otherColumn }) => [
    entityName,
    ...[attribute, otherColumn].map((name) => (name?.includes('.') ? name.split('.', 1)[0] : undefined)),
  ])
  return new Set(names.flatMap((name) => name?.trim().toLowerCase() ?? []))
}

/** The joins that decide which rows there are, or that a condition speaks of, without their columns. */
function filtering(link: Link, spoken: ReadonlySet<string>): Link[] {
  const links = link.links.flatMap((inner) => filtering(inner, spoken))
  const isOuter = link.type === 'outer'
  const isNeeded = !isOuter || links.length > 0 || isSpokenOf(link, spoken)
  return isNeeded ? [{ ...link, attributes: [], allAttributes: false, orders: [], links, after: undefined }] : []
}

function isSpokenOf({ alias }: Link, spoken: ReadonlySet<string>): boolean {
  return alias !== undefined && spoken.has(alias.toLowerCase())
}

function isToMany({ name, from }: Link, isKey: (table: string, column: string) => boolean): boolean {
  return from !== undefined && !isKey(name, from)
}

function canBeOnce(link: Link, spoken: ReadonlySet<string>): boolean {
  const { type = 'inner', links } = link
  return (type === 'inner' || type === 'natural') && links.length === 0 && !isSpokenOf(link, spoken)
}

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/join-tables#use-advanced-link-types */
function asExists(link: Link): Link {
  return { ...link, type: 'exists' }
}

function renamed(link: Link, aliases: ReadonlySet<string>): Link {
  const { alias } = link
  return {
    ...link,
    ...(alias !== undefined && { alias: OF_VIEW + alias }),
    filters: link.filters.map((filter) => renamedFilter(filter, aliases)),
    links: link.links.map((inner) => renamed(inner, aliases)),
    orders: [] satisfies Order[],
  }
}

function renamedFilter(filter: Filter, aliases: ReadonlySet<string>): Filter {
  return {
    ...filter,
    conditions: filter.conditions.map((condition) => renamedCondition(condition, aliases)),
    filters: filter.filters.map((inner) => renamedFilter(inner, aliases)),
    links: filter.links.map((link) => renamed(link, aliases)),
  }
}

function renamedCondition(condition: Condition, aliases: ReadonlySet<string>): Condition {
  const { entityName, attribute, otherColumn } = condition
  const isAlias = (name: string): boolean => aliases.has(name.trim().toLowerCase())
  const columnOf = (name: string): string => {
    const [alias = '', ...column] = name.split('.')
    return column.length > 0 && isAlias(alias) ? OF_VIEW + name.trim() : name
  }
  return {
    ...condition,
    attribute: columnOf(attribute),
    ...(entityName !== undefined && { entityName: isAlias(entityName) ? OF_VIEW + entityName.trim() : entityName }),
    ...(otherColumn !== undefined && { otherColumn: columnOf(otherColumn) }),
  }
}
