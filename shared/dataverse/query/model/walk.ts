import { findOperator } from './operator-words.ts'
import { FILTER_LINK_TYPES, type Attribute, type Condition, type Filter, type Link, type Source } from './query.ts'

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

type Written<S> = { readonly source: S; readonly attribute: Attribute }

/** The attributes of a source and of the links below it that return columns, where they were written. */
export function writtenAttributes<S extends Source>(source: S): Written<S | Link>[] {
  const { attributes, links } = source
  const all = links.filter(returnsColumns)
  const inLinks = (some: readonly Link[]): Written<Link>[] => some.flatMap((link) => writtenAttributes(link))
  const last = all.filter(({ after }) => after === undefined || after >= attributes.length)
  const own = attributes.flatMap((attribute, at): Written<S | Link>[] => {
    return [...inLinks(all.filter(({ after }) => after === at)), { source, attribute }]
  })
  return [...own, ...inLinks(last)]
}

/** Every condition of a source and of the links below it. */
export function allConditions(source: Source): Condition[] {
  return [source, ...allLinks(source)].flatMap(({ filters }) => filters.flatMap(conditionsIn))
}

function conditionsIn(filter: Filter): Condition[] {
  return [...filter.conditions, ...filter.filters.flatMap(conditionsIn)]
}

/** The columns that a source requires to be empty after its joins, by the alias of their link, lower case. */
export function emptyAfterJoins({ filters }: Source): ReadonlyMap<string, string> {
  const tested = filters
    .filter(isRequired)
    .flatMap(({ conditions }) => conditions.filter(({ operator }) => isNull(operator)))
  return new Map(
    tested.flatMap(({ entityName, attribute }) => {
      const [alias = '', column = ''] = entityName === undefined ? attribute.split('.') : [entityName, attribute]
      return column === '' ? [] : [[alias.trim().toLowerCase(), column]]
    }),
  )
}

/** Whether each part of a filter must hold. */
export function isRequired({ type, negated, conditions, filters, links }: Filter): boolean {
  return !negated && (type === 'and' || conditions.length + filters.length + links.length === 1)
}

function isNull(operator: string): boolean {
  return findOperator(operator)?.operator.name === 'null'
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
