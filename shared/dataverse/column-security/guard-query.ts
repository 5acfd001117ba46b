import type { Column, Sight, Table, Visibility } from '../metadata/model.ts'
import {
  plainAttribute,
  type Attribute,
  type Filter,
  type Link,
  type Query,
  type Source,
} from '../query/model/query.ts'
import { allLinks, linksInFilters } from '../query/model/walk.ts'
import { hiddenColumn, type Findings, type HiddenUse } from './findings.ts'

/** What is known of the tables of a query, by logical name, and how its person sees their columns. */
export type Guarding = {
  readonly tables: ReadonlyMap<string, Table>
  readonly sight: Sight
  readonly findings: Findings
  /** Names as they were asked for, lower case; a total of an amount is taken over another column than was asked. */
  readonly written?: ReadonlySet<string>
}

/** A column by its table, and what is asked of it. */
type Use = { readonly entity: string; readonly column: string; readonly use: HiddenUse }

/**
 * A resolved query without the columns that its person may not see, each found by name.
 * @throws QueryError `hidden_column` where anything else is asked of one
 */
export function guardQuery(query: Query, guarding: Guarding): Query {
  const { entity: root } = query
  const entities = entitiesIn(root)
  for (const use of usesOf(root, entities)) checkUse(use, guarding)
  const entity = withoutHidden(root, guarding)
  const isEmpty = root.attributes.length > 0 && entity.attributes.length === 0
  if (!isEmpty) return { ...query, entity }
  const [first] = root.attributes
  if (query.distinct) throw hiddenColumn(first?.name ?? '', root.name, 'distinct row')
  // No attribute at all would mean every column.
  const id = guarding.tables.get(root.name)?.entity.idColumn
  return { ...query, entity: { ...entity, attributes: id === undefined ? [] : [plainAttribute(id)] } }
}

/** Tables by what conditions and orders call them: an alias may be the name of another table, and wins over it. */
function entitiesIn(root: Source): ReadonlyMap<string, string> {
  const links = allLinks(root)
  const aliased = links.flatMap(({ alias, name }) =>
    alias === undefined ? [] : [[alias.toLowerCase(), name] as const],
  )
  return new Map([...[root, ...links].map(({ name }) => [name, name] as const), ...aliased])
}

/** Everything that is asked of columns but to show them, links included: a join by a hidden lookup finds no row. */
function usesOf(source: Source, entities: ReadonlyMap<string, string>): Use[] {
  const { name: own, attributes, orders, filters, links } = source
  const of = (alias: string | undefined): string => entities.get(alias?.toLowerCase() ?? own) ?? own
  const conditions = filters.flatMap(conditionsIn).flatMap(({ attribute, entityName, otherColumn }): Use[] => {
    const other = otherColumn ?? ''
    const dot = other.indexOf('.')
    return [
      { entity: of(entityName), column: attribute, use: 'condition' },
      { entity: of(dot < 0 ? entityName : other.slice(0, dot)), column: other.slice(dot + 1), use: 'condition' },
    ]
  })
  const ordered = orders.map(({ attribute = '', entityName }): Use => {
    return { entity: of(entityName), column: attribute, use: 'order' }
  })
  const totals = attributes.flatMap((attribute): Use[] => {
    const use = useOf(attribute)
    return use ? [{ entity: own, column: attribute.name, use }] : []
  })
  const joined = [...links, ...linksInFilters(filters)].flatMap((link): Use[] => [
    { entity: own, column: link.to ?? '', use: 'link' },
    { entity: link.name, column: link.from ?? '', use: 'link' },
    ...usesOf(link, entities),
  ])
  return [...conditions, ...ordered, ...totals, ...joined]
}

function conditionsIn(filter: Filter): Filter['conditions'] {
  return [...filter.conditions, ...filter.filters.flatMap(conditionsIn)]
}

function useOf({ aggregate, groupBy, countChildren }: Attribute): HiddenUse | undefined {
  if (groupBy) return 'group'
  return aggregate !== undefined || countChildren ? 'total' : undefined
}

function checkUse({ entity, column: name, use }: Use, { tables, sight, findings, written }: Guarding): void {
  const columns = tables.get(entity)?.byName
  const column = columns?.get(name.toLowerCase())
  const visibility = column ? sight(column) : 'shown'
  const amount = name.replace(/_base$/, '')
  const isAsked = use !== 'total' || written?.has(name) !== false || !columns?.has(amount)
  if (visibility === 'hidden') throw hiddenColumn(isAsked ? name : amount, entity, use)
  if (column) findings.add(name, visibility)
}

function withoutHidden<S extends Source>(source: S, guarding: Guarding, isRoot = true): S {
  const table = guarding.tables.get(source.name)
  const called = (column: Column): string => (isRoot ? column.name : `${column.name} of ${source.name}`)
  const see = (column: Column): Visibility => {
    const visibility = guarding.sight(column)
    guarding.findings.add(called(column), visibility)
    return visibility
  }
  if (source.allAttributes) [...(table?.byName.values() ?? [])].filter(({ readable }) => readable).forEach(see)
  const attributes = source.attributes.filter(({ name }) => {
    const column = table?.byName.get(name)
    return column === undefined || see(column) !== 'hidden'
  })
  const links = source.links.map((link): Link => withoutHidden(link, guarding, false))
  return { ...source, attributes, links }
}
