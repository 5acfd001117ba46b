import { FILTER_LINK_TYPES, type Condition, type Filter, type Link, type Source } from './query.ts'

const WITHOUT_COLUMNS: readonly string[] = ['exists', 'in', ...FILTER_LINK_TYPES]

/** Whether a link outside a filter adds its columns to each row; the other types only decide which rows there are. */
export function returnsColumns({ type = 'inner' }: Link): boolean {
  return !WITHOUT_COLUMNS.includes(type)
}

/** The links directly in a source's filters, nested ones included. */
export function linksInFilters(filters: readonly Filter[]): Link[] {
  return filters.flatMap((filter) => [...filter.links, ...linksInFilters(filter.filters)])
}

/** Every link below a source. */
export function allLinks(source: Source): Link[] {
  const own = [...source.links, ...linksInFilters(source.filters)]
  return own.flatMap((link) => [link, ...allLinks(link)])
}

/** A source and the links below it whose columns come with its rows, in document order. */
export function returningSources<S extends Source>(source: S): (S | Link)[] {
  return [source, ...source.links.filter(returnsColumns).flatMap((link) => returningSources(link))]
}

/** Every condition of a source and of the links below it. */
export function allConditions(source: Source): Condition[] {
  return [source, ...allLinks(source)].flatMap(({ filters }) => filters.flatMap(conditionsIn))
}

function conditionsIn(filter: Filter): Condition[] {
  return [...filter.conditions, ...filter.filters.flatMap(conditionsIn)]
}

/** Aliases and tables, lower case, that conditions and orders speak of from elsewhere than their own link. */
export function referencedNames(source: Source): ReadonlySet<string> {
  const conditions = allConditions(source)
  const all = [...conditions, ...[source, ...allLinks(source)].flatMap(({ orders }) => orders)]
  const columns = [...all.map(({ attribute }) => attribute), ...conditions.map(({ otherColumn }) => otherColumn)]
  const aliases = columns.flatMap((name) => (name?.includes('.') ? name.split('.', 1) : []))
  const names = [...all.map(({ entityName }) => entityName), ...aliases]
  return new Set(names.flatMap((name) => name?.trim().toLowerCase() || []))
}
