import { QueryError } from '../../../errors.ts'
import type { Collection, Metadata, Table } from '../../../metadata/model.ts'
import {
  bareSource,
  filterOf,
  type Condition,
  type Filter,
  type Link,
  type Note,
  type Query,
} from '../../model/query.ts'
import { findOperator } from '../../model/operator-words.ts'
import { FLIPPED } from '../../model/operators.ts'
import { quoted, shown } from '../../say/refusals.ts'
import { columnNamed, findColumn } from '../names/find-column.ts'
import { ambiguousPath, findCollection, findNavigations, tableBehind, unknownNavigation } from './find-navigation.ts'
import type { Joins, Step } from './joins.ts'

/** Each has to be described before it can be known whether it has the column. */
const MOST_TARGETS = 4

type Seeking = { readonly metadata: Metadata; readonly note: Note; readonly joins: Joins }
/** Where a condition stands: in the queried row, or in rows behind a link of a filter, which joins cannot reach. */
type Place = Seeking & { readonly table: Table; readonly inLink: boolean }

/**
 * Follows what is named by its way: a path of lookups becomes an outer link (in a link of a filter, one that asks
 * whether there is such a row), a collection a link by its columns.
 * @throws QueryError `unknown_path`, `ambiguous_path`, `unknown_collection`, `ambiguous_collection`
 */
export async function findWays(query: Query, table: Table, seeking: Seeking): Promise<Query> {
  const place: Place = { ...seeking, table, inLink: false }
  const filters: Filter[] = []
  for (const filter of query.entity.filters) filters.push(await inFilter(filter, place))
  return { ...query, entity: { ...query.entity, filters } }
}

async function inFilter(filter: Filter, place: Place): Promise<Filter> {
  const conditions: Condition[] = []
  const filters: Filter[] = []
  for (const condition of filter.conditions) {
    const found = await inCondition(condition, place)
    if ('attribute' in found) conditions.push(found)
    else filters.push(found)
  }
  for (const one of filter.filters) filters.push(await inFilter(one, place))
  const links: Link[] = []
  for (const link of filter.links) links.push(link.way === undefined ? link : await linkBy(link, link.way, place))
  return { ...filter, conditions, filters, links }
}

async function inCondition(written: Condition, place: Place): Promise<Condition | Filter> {
  const sided = withOwnColumnFirst(await withNavigation(written, place), place)
  const { path: ways = [], ...rest } = sided
  const condition = await withOtherPath(rest, place)
  const [first, ...more] = ways
  if (first === undefined) return condition
  const found = await stepsTo(first, more[0] ?? condition.attribute, place)
  const [only, ...others] = found
  if (only && others.length === 0) return await behind(condition, [only], more, place)
  const { positive, negated } = positiveOf(condition)
  const parts: (Condition | Filter)[] = []
  for (const step of found) parts.push(await behind(positive, [step], more, place))
  const either = filterOf('or', {
    conditions: parts.filter((part): part is Condition => 'attribute' in part),
    filters: parts.filter((part): part is Filter => !('attribute' in part)),
  })
  return negated ? { ...filterOf('and', { filters: [either] }), negated } : either
}

/** `customerid_contact eq null`: the navigation property in the place of its lookup means the row behind it. */
async function withNavigation(condition: Condition, { table, metadata }: Place): Promise<Condition> {
  const { attribute, path = [] } = condition
  if (path.length > 0 || findColumn(table, attribute)) return condition
  const way = table.navigations.find(({ name }) => name.toLowerCase() === attribute.toLowerCase())
  if (!way) return condition
  const isOnly = table.navigations.every(({ name, column }) => column !== way.column || name === way.name)
  if (isOnly) return { ...condition, attribute: way.column }
  return { ...condition, attribute: (await metadata.entity(way.target)).idColumn, path: [way.name] }
}

/** `account/revenue gt estimatedvalue`: a column is always one of the row that the condition is about, on either side. */
function withOwnColumnFirst(condition: Condition, { table, inLink }: Place): Condition {
  const { path = [], attribute, otherColumn = '', orValue = false, operator, values } = condition
  const flipped = FLIPPED.get(operator)
  if (!orValue || path.length === 0 || flipped === undefined || !columnNamed(table, otherColumn)) return condition
  if (!inLink)
    return { attribute: otherColumn, operator: flipped, values, otherColumn: [...path, attribute].join('/'), orValue }
  throw new QueryError(
    'invalid_filter',
    `Inside any and all, ${shown([...path, attribute].join('/'))} cannot be compared with ${shown(otherColumn)}, a column of another row.`,
    'Compare it with a value, or compare the columns outside of any and all.',
  )
}

/** What a negative negates: of several rows none is so, and of no row, either. */
function positiveOf(condition: Condition): { readonly positive: Condition; readonly negated: boolean } {
  const { name = '', negates } = findOperator(condition.operator)?.operator ?? {}
  const isNothing = condition.values.length === 1 && condition.values[0]?.trim() === ''
  if (name === 'null' || (name === 'eq' && isNothing))
    return { positive: { ...condition, operator: 'not-null', values: [] }, negated: true }
  if (name === 'not-null' || (negates === 'eq' && isNothing))
    return { positive: { ...condition, operator: 'not-null', values: [] }, negated: false }
  if (negates === undefined) return { positive: condition, negated: false }
  return { positive: { ...condition, operator: negates }, negated: true }
}

/** The condition where the rest of its path leads. */
async function behind(
  condition: Condition,
  steps: readonly Step[],
  rest: readonly string[],
  place: Place,
): Promise<Condition | Filter> {
  const last = steps.at(-1)
  if (!last) return condition
  const [next, ...more] = rest
  if (next !== undefined) {
    const [step] = await stepsTo(next, more[0] ?? condition.attribute, { ...place, table: last.table })
    if (!step) throw unknownNavigation('unknown_path', last.table, next)
    return await behind(condition, [...steps, step], more, place)
  }
  if (place.inLink) return anyBehind(condition, steps)
  const { alias } = place.joins.to(steps)
  return alias === undefined ? condition : { ...condition, entityName: alias }
}

/** A negative of what stands behind a lookup holds where there is no such row, too: `not any` says both. */
function anyBehind(condition: Condition, steps: readonly Step[]): Filter {
  const { positive, negated } = positiveOf(condition)
  const inner = filterOf('and', { conditions: [positive] })
  const filter = steps.reduceRight((inside, { way, table }): Filter => {
    const ends = { from: table.entity.idColumn, to: way.column }
    return filterOf('and', { links: [{ ...bareSource(table.entity.name), ...ends, type: 'any', filters: [inside] }] })
  }, inner)
  return negated ? { ...filter, negated } : filter
}

async function withOtherPath(condition: Condition, place: Place): Promise<Condition> {
  const { otherColumn, orValue } = condition
  if (!orValue || otherColumn === undefined || !otherColumn.includes('/')) return condition
  const [first = '', ...rest] = otherColumn.split('/')
  const name = rest.at(-1) ?? ''
  if (place.inLink || findNavigations(place.table, first).length === 0) return condition
  let steps: readonly Step[] = []
  let { table } = place
  for (const [index, way] of [first, ...rest.slice(0, -1)].entries()) {
    const [step] = await stepsTo(way, rest[index] ?? name, { ...place, table })
    if (!step) throw unknownNavigation('unknown_path', table, way)
    steps = [...steps, step]
    table = step.table
  }
  const { alias = '' } = place.joins.to(steps)
  return { ...condition, otherColumn: `${alias}.${name}`, orValue: false }
}

/** The rows that a lookup may lead to: one, or those of an owner or a customer that have the column. */
async function stepsTo(name: string, next: string, { table, metadata }: Place): Promise<readonly Step[]> {
  const ways = findNavigations(table, name)
  if (ways.length === 0) throw unknownNavigation('unknown_path', table, name, next)
  if (ways.length > MOST_TARGETS) throw ambiguousPath('ambiguous_path', name, ways)
  const steps = await Promise.all(ways.map(async (way) => ({ way, table: await tableBehind(metadata, way) })))
  if (steps.length === 1) return steps
  const having = steps.filter((step) => hasName(step.table, next))
  if (having.length === 1 || (having.length > 1 && isEverywhere(table, name))) return having
  throw ambiguousPath('ambiguous_path', name, having.length > 0 ? having.map(({ way }) => way) : ways)
}

function hasName(table: Table, name: string): boolean {
  return findColumn(table, name) !== undefined || findNavigations(table, name).length > 0
}

/** Owner and customer are one thing to whoever asks, whatever rows they are of. */
function isEverywhere(table: Table, name: string): boolean {
  const type = findColumn(table, name)?.type
  return type === 'Owner' || type === 'Customer'
}

async function linkBy(link: Link, name: string, place: Place): Promise<Link> {
  const { metadata, note, table } = place
  const { way: _way, ...rest } = link
  const collection = await findCollection(table, name, metadata)
  if (!collection) return await linkByLookup(rest, name, place)
  if (collection.name !== name) note(`${quoted(name)} was read as ${collection.name}.`)
  const target = await tableBehind(metadata, collection)
  const inside = await insideOf(rest, target, place)
  return linkTo(collection, inside, table, target)
}

/** `customerid/contacts/any(…)`: the collection of a row behind a lookup. */
async function linkByLookup(link: Link, name: string, place: Place): Promise<Link> {
  const [way, ...others] = findNavigations(place.table, name)
  const holds = link.filters.some(({ links }) => links.some((one) => one.way !== undefined))
  if (!way || !holds) throw unknownNavigation('unknown_collection', place.table, name)
  if (others.length > 0) throw ambiguousPath('ambiguous_path', name, [way, ...others])
  const target = await tableBehind(place.metadata, way)
  const inside = await insideOf(link, target, place)
  return { ...inside, name: target.entity.name, from: target.entity.idColumn, to: way.column }
}

async function insideOf(link: Link, table: Table, place: Place): Promise<Link> {
  const inner: Place = { ...place, table, inLink: true }
  return { ...link, filters: await Promise.all(link.filters.map((filter) => inFilter(filter, inner))) }
}

function linkTo(collection: Collection, link: Link, near: Table, far: Table): Link {
  const [nearId, farId] = [near.entity.idColumn, far.entity.idColumn]
  if (collection.intersect === undefined)
    return { ...link, name: far.entity.name, from: collection.column ?? '', to: nearId }
  if (near.entity.name === far.entity.name) {
    throw new QueryError(
      'invalid_filter',
      `The collection ${shown(collection.name)} relates rows of ${near.entity.name} to each other, which no condition reaches.`,
      'Use a lookup of the entity instead.',
    )
  }
  const inner: Link = { ...link, name: far.entity.name, from: farId, to: farId, type: 'inner' }
  return {
    ...bareSource(collection.intersect),
    from: nearId,
    to: nearId,
    ...(link.type && { type: link.type }),
    links: [inner],
  }
}
