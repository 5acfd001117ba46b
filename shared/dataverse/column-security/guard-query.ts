import { keptColumn, keptName } from '../hiding/refusals.ts'
import type { Column, Sight, Table } from '../metadata/model.ts'
import { operatorNamed, OPERATORS } from '../query/model/operators.ts'
import {
  plainAttribute,
  type Attribute,
  type Condition,
  type Filter,
  type Link,
  type Query,
  type Source,
} from '../query/model/query.ts'
import { allLinks, linksInFilters, returningSources } from '../query/model/walk.ts'
import { hiddenColumn, seenBy, type Findings, type HiddenUse, type Seen } from './findings.ts'

/** What is known of the tables of a query, by logical name, and how its person sees their columns. */
export type Guarding = {
  readonly tables: ReadonlyMap<string, Table>
  readonly sight: Sight
  readonly findings: Findings
  /** Names as they were asked for, lower case; a total of an amount is taken over another column than was asked. */
  readonly written?: ReadonlySet<string>
}

/** A column by its table, and what is asked of it; `byName`: of a lookup, by what its rows are called. */
type Use = { readonly entity: string; readonly column: string; readonly use: HiddenUse; readonly byName?: boolean }

/**
 * A resolved query without the columns that its person may not see, each found by name.
 * @throws QueryError `hidden_column`, `hidden_by_administrator` where anything else is asked of one
 */
export function guardQuery(query: Query, guarding: Guarding): Query {
  const { entity: root } = query
  const entities = entitiesIn(root)
  for (const use of [...usesOf(root, entities), ...orderedGroups(root)]) checkUse(use, guarding)
  if (query.distinct) checkDistinct(root, guarding)
  const entity = withoutHidden(root, guarding)
  const isEmpty = root.attributes.length > 0 && entity.attributes.length === 0
  if (!isEmpty) return { ...query, entity }
  const [first] = root.attributes
  if (query.distinct) throw hiddenOrKept(first?.name ?? '', root.name, guarding)
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
  const conditions = filters.flatMap(conditionsIn).flatMap((condition): Use[] => {
    const { attribute, entityName, otherColumn } = condition
    const other = otherColumn ?? ''
    const dot = other.indexOf('.')
    return [
      { entity: of(entityName), column: attribute, use: 'condition', byName: comparesName(condition) },
      { entity: of(dot < 0 ? entityName : other.slice(0, dot)), column: other.slice(dot + 1), use: 'condition' },
    ]
  })
  const ordered = orders.map(({ attribute = '', entityName }): Use => {
    return { entity: of(entityName), column: attribute, use: 'order', byName: true }
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

/** Totals are ordered by their aliases: one may be that of a lookup that is grouped by. */
function orderedGroups(root: Source): Use[] {
  const sources = returningSources<Source | Link>(root)
  const aliases = new Set(sources.flatMap(({ orders }) => orders.flatMap(({ alias }) => alias?.toLowerCase() ?? [])))
  return sources.flatMap(({ name: entity, attributes }) =>
    attributes
      .filter(({ alias, groupBy }) => groupBy && aliases.has(alias?.toLowerCase() ?? ''))
      .map(({ name: column }): Use => ({ entity, column, use: 'order', byName: true })),
  )
}

const ID = /^\{?[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\}?$/i

/** Of a lookup Dataverse compares the name with whatever is no id. */
function comparesName({ operator, values, otherColumn }: Condition): boolean {
  if (otherColumn !== undefined) return false
  const isBare = OPERATORS.has(operator) && operatorNamed(operator).arity === 0
  return !isBare && (!OPERATORS.has(operator) || !values.every((value) => ID.test(value)))
}

function conditionsIn(filter: Filter): Filter['conditions'] {
  return [...filter.conditions, ...filter.filters.flatMap(conditionsIn)]
}

function useOf({ aggregate, groupBy, countChildren }: Attribute): HiddenUse | undefined {
  if (groupBy) return 'group'
  return aggregate !== undefined || countChildren ? 'total' : undefined
}

function checkUse({ entity, column: name, use, byName }: Use, guarding: Guarding): void {
  const { tables, sight, findings, written } = guarding
  const table = tables.get(entity)
  const columns = table?.byName
  const column = columns?.get(name.toLowerCase())
  const kept = (table?.hidden?.get(name.toLowerCase()) ?? column)?.hiding
  if (kept !== undefined) throw keptColumn(name, entity, kept, use)
  if (byName && column?.unnamed) throw keptName(name, entity)
  const visibility = column ? sight(column) : 'shown'
  const amount = name.replace(/_base$/, '')
  const isAsked = use !== 'total' || written?.has(name) !== false || !columns?.has(amount)
  if (visibility === 'hidden') throw hiddenColumn(isAsked ? name : amount, entity, use)
  if (column) findings.add(name, visibility)
}

/** Rows that differ in what is kept alone would be counted by it. */
function checkDistinct(root: Source, { tables }: Guarding): void {
  for (const { name: entity, attributes } of returningSources<Source | Link>(root))
    for (const { name } of attributes) {
      const hiding = tables.get(entity)?.byName.get(name)?.hiding
      if (hiding !== undefined) throw keptColumn(name, entity, hiding, 'distinct row')
    }
}

function hiddenOrKept(column: string, entity: string, { tables }: Guarding): Error {
  return tables.get(entity)?.hidden?.has(column)
    ? keptColumn(column, entity, 'hidden', 'distinct row')
    : hiddenColumn(column, entity, 'distinct row')
}

function withoutHidden<S extends Source>(source: S, guarding: Guarding, isRoot = true): S {
  const table = guarding.tables.get(source.name)
  const called = (column: Column): string => (isRoot ? column.name : `${column.name} of ${source.name}`)
  const see = (column: Column): Seen => {
    const seen = seenBy(guarding.sight, column)
    guarding.findings.add(called(column), seen)
    return seen
  }
  if (source.allAttributes) [...(table?.byName.values() ?? [])].filter(({ readable }) => readable).forEach(see)
  const attributes = source.attributes.filter(({ name }) => {
    const column = table?.byName.get(name) ?? table?.hidden?.get(name)
    return column === undefined || isShown(see(column))
  })
  const links = source.links.map((link): Link => withoutHidden(link, guarding, false))
  return { ...source, attributes, links }
}

/** Whether a value of the column comes, whole or masked. */
export function isShown(seen: Seen): boolean {
  return seen !== 'hidden' && seen !== 'kept'
}
