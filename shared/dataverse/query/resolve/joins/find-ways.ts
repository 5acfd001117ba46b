import { QueryError } from '../../../errors.ts'
import type { Collection, Metadata, Table } from '../../../metadata/model.ts'
import { filterOf, type Condition, type Filter, type Link, type Source } from '../../model/query.ts'
import { findOperator } from '../../model/operator-words.ts'
import { FLIPPED } from '../../model/operators.ts'
import { shown } from '../../say/refusals.ts'
import { columnNamed, findColumn } from '../names/find-column.ts'
import {
  ambiguousPath,
  findCollection,
  findNavigations,
  isOwnerOrCustomer,
  stepsBy,
  tableBehind,
  unknownNavigation,
  wayNamed,
} from './find-navigation.ts'
import { anyOf, endsOf, throughPairs } from './link-forms.ts'
import { createJoins, type Joins, type Step } from './joins.ts'

/** Each has to be described before it can be known whether it has the column. */
const MOST_TARGETS = 4

type Seeking = { readonly metadata: Metadata; readonly joins: Joins }
/** Where a condition stands: in the queried row, or in rows behind a link of a filter, which joins cannot reach. */
type Place = Seeking & { readonly table: Table; readonly inLink: boolean }

/**
 * Follows what is named by its way: a path of lookups becomes an outer link (in a link of a filter, one that asks
 * whether there is such a row), a collection a link by its columns.
 * @throws QueryError `unknown_path`, `ambiguous_path`, `unknown_collection`, `ambiguous_collection`
 */
export async function findWays(entity: Source, table: Table, seeking: Seeking): Promise<Source> {
  const filters: Filter[] = []
  for (const filter of entity.filters) filters.push(await inFilter(filter, { ...seeking, table, inLink: false }))
  return { ...entity, filters }
}

/** As `findWays`, in a link that has its columns already: what its conditions name by a way, joins cannot reach. */
export async function findWaysBehind(link: Link, table: Table, metadata: Metadata): Promise<Link> {
  return await insideOf(link, table, { metadata, table, joins: createJoins(new Map()), inLink: true })
}

async function inFilter(filter: Filter, place: Place): Promise<Filter> {
  const found: (Condition | Filter)[] = []
  for (const condition of filter.conditions) found.push(await inCondition(condition, place))
  for (const one of filter.filters) found.push(await inFilter(one, place))
  const links: Link[] = []
  for (const link of filter.links) links.push(link.way === undefined ? link : await linkBy(link, link.way, place))
  return { ...filter, ...sorted(found), links }
}

function sorted(parts: readonly (Condition | Filter)[]): Pick<Filter, 'conditions' | 'filters'> {
  return {
    conditions: parts.filter((part): part is Condition => 'attribute' in part),
    filters: parts.filter((part): part is Filter => !('attribute' in part)),
  }
}

async function inCondition(written: Condition, place: Place): Promise<Condition | Filter> {
  const { path = [], ...rest } = withOwnColumnFirst(await withNavigation(written, place), place)
  const condition = await withOtherPath(rest, place)
  if (path.length === 0) return condition
  const [steps = [], ...others] = await follow(path, condition.attribute, place)
  if (others.length === 0) return behind(condition, steps, place)
  const { positive, negated } = positiveOf(condition)
  const either = filterOf('or', sorted([steps, ...others].map((one) => behind(positive, one, place))))
  return negated ? { ...filterOf('and', { filters: [either] }), negated } : either
}

/** `customerid_contact eq null`: the navigation property in the place of its lookup means the row behind it. */
async function withNavigation(condition: Condition, { table, metadata }: Place): Promise<Condition> {
  const { attribute, path = [] } = condition
  if (path.length > 0 || findColumn(table, attribute)) return condition
  const way = wayNamed(table.navigations, attribute)
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

/** The condition where its path leads. */
function behind(condition: Condition, steps: readonly Step[], { inLink, joins }: Place): Condition | Filter {
  return inLink ? anyBehind(condition, steps) : { ...condition, entityName: joins.to(steps).alias }
}

/** A negative of what stands behind a lookup holds where there is no such row, too: `not any` says both. */
function anyBehind(condition: Condition, steps: readonly Step[]): Filter {
  const { positive, negated } = positiveOf(condition)
  const filter = steps.reduceRight(
    (inside, step) => anyOf(endsOf(step), inside),
    filterOf('and', { conditions: [positive] }),
  )
  return negated ? { ...filter, negated } : filter
}

async function withOtherPath(condition: Condition, place: Place): Promise<Condition> {
  const path = condition.otherColumn?.split('/') ?? []
  const name = path.pop() ?? ''
  const [first] = path
  const isPath = first !== undefined && findNavigations(place.table, first).length > 0
  if (!condition.orValue || place.inLink || !isPath) return condition
  const [steps = []] = await follow(path, name, place)
  return { ...condition, otherColumn: `${place.joins.to(steps).alias}.${name}`, orValue: false }
}

/** The rows that a path of lookups leads to, each by its steps: several where the first is an owner or a customer. */
async function follow([first = '', ...rest]: readonly string[], name: string, place: Place): Promise<Step[][]> {
  const found = (await stepsTo(first, rest[0] ?? name, place)).map((step) => [step])
  for (const steps of found)
    for (const [index, way] of rest.entries()) {
      const table = steps.at(-1)?.table ?? place.table
      steps.push(...(await stepsTo(way, rest[index + 1] ?? name, { ...place, table })).slice(0, 1))
    }
  return found
}

/** The rows that a lookup may lead to: one, or those of an owner or a customer that have the column. */
export async function stepsTo(
  name: string,
  next: string,
  { table, metadata }: Pick<Place, 'table' | 'metadata'>,
): Promise<readonly Step[]> {
  const ways = findNavigations(table, name)
  if (ways.length === 0) throw unknownNavigation('unknown_path', table, name, next)
  if (ways.length > MOST_TARGETS) throw ambiguousPath('ambiguous_path', name, ways)
  const steps = await stepsBy(metadata, ways)
  if (steps.length === 1) return steps
  const having = steps.filter((step) => hasName(step.table, next))
  if (having.length === 1 || (having.length > 1 && isOwnerOrCustomer(table, name))) return having
  throw ambiguousPath('ambiguous_path', name, having.length > 0 ? having.map(({ way }) => way) : ways)
}

function hasName(table: Table, name: string): boolean {
  return findColumn(table, name) !== undefined || findNavigations(table, name).length > 0
}

async function linkBy(link: Link, name: string, place: Place): Promise<Link> {
  const { metadata, table } = place
  const { way: _way, ...rest } = link
  const collection = await findCollection(table, name, metadata)
  if (!collection) return await linkByLookup(rest, name, place)
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
  if (collection.intersect === undefined)
    return { ...link, name: far.entity.name, from: collection.column ?? '', to: near.entity.idColumn }
  if (near.entity.name === far.entity.name) {
    throw new QueryError(
      'invalid_filter',
      `The collection ${shown(collection.name)} relates rows of ${near.entity.name} to each other, which no condition reaches.`,
      'Use a lookup of the entity instead.',
    )
  }
  return throughPairs(collection.intersect, near, far, { ...link, name: far.entity.name }, link.type)
}
