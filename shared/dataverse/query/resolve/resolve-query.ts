import type { Entity, Metadata, Table } from '../../metadata/model.ts'
import type { Fetch, FetchAttribute, Link, Note, Source } from '../model/query.ts'
import { invalidFetch } from '../../fetchxml/invalid-fetch.ts'
import { checkLimits } from '../model/limits.ts'
import { returningSources } from '../model/walk.ts'
import { loadTables } from './names/load-tables.ts'
import { nameLinks } from './names/name-links.ts'
import type { OutputColumn } from '../model/output-column.ts'
import { collectNotes } from '../say/notes.ts'
import { placeLinks } from './names/place-links.ts'
import { resolveAttributes, type ResolvedAttribute } from './attributes.ts'
import { resolveFilter } from './resolve-filter.ts'
import { resolveLink } from './joins/resolve-link.ts'
import { resolveAggregateOrders, resolveRowOrders } from './orders.ts'
import type { Resolving, Scope } from './names/scope.ts'
import { endingWithId, orderOfDistinct, orderOfGroups } from './stable-order.ts'
import { withDefaults, type Asked, type Defaults } from './with-defaults.ts'

export type ResolvedFetch = {
  readonly fetch: Fetch
  readonly entity: Entity
  readonly table: Table
  /** The values of a row that were asked for, in that order; the id that was added for links is not among them. */
  readonly columns: readonly OutputColumn[]
  /** What was read differently from how it was written, a sentence each. */
  readonly interpreted: readonly string[]
  /** `nothing`: no attribute was named, so that the caller decides; `all`: all-attributes. */
  readonly asked: Asked
}

/**
 * Compares a fetch with metadata, completes it, and says what it took to mean something else than was written.
 * `defaults` takes the place of all-attributes and of no attribute at all; without it both stay as they are.
 * @throws QueryError for what no table, column, choice, operator or relationship can be meant by
 */
export async function resolveFetch(
  written: Fetch,
  metadata: Pick<Metadata, 'entity' | 'table'>,
  defaults?: Defaults,
): Promise<ResolvedFetch> {
  checkLimits(written)
  const { note, sentences } = collectNotes()
  const tableOf = await loadTables(written, metadata, note)
  const root: Scope = { table: tableOf(written.entity.name) }
  const resolving: Resolving = { note, tableOf, scopes: new Map(), root }
  const named = nameLinks(placeLinks(written.entity, note), resolving)
  const aggregate = isAggregate(written.aggregate, named, note)
  const { source, asked } = withDefaults(named, aggregate, resolving, defaults)
  const attributes = attributesBySource(source, aggregate, resolving)
  const entity = resolveSource(source, root, { aggregate, attributes, resolving })
  const fetch = { ...written, aggregate, entity: completed(entity, source, written.distinct, attributes, resolving) }
  checkLimits(fetch)
  const columns = [...attributes.values()].flat().map(({ output }) => output)
  const { table } = root
  return { fetch, entity: table.entity, table, columns, interpreted: sentences(), asked }
}

function isAggregate(declared: boolean, root: Source, note: Note): boolean {
  const attributes = returningSources(root).flatMap((source) => source.attributes)
  const used = attributes.some(({ aggregate, groupBy }) => aggregate !== undefined || groupBy)
  if (used && !declared) note('aggregate="true" was added to the fetch.')
  if (declared && attributes.length === 0)
    throw invalidFetch(
      'The aggregate has no attribute.',
      'Add attributes with an alias and aggregate="count" (or sum, avg, min, max) or groupby="true".',
    )
  return declared || used
}

type Attributes = ReadonlyMap<Source, readonly ResolvedAttribute[]>

function attributesBySource(root: Source, aggregate: boolean, resolving: Resolving): Attributes {
  const aliases = new Set<string>()
  return new Map(
    returningSources<Source | Link>(root).map((source) => {
      return [source, resolveAttributes(source, scopeOf(source, resolving), aggregate, aliases, resolving)]
    }),
  )
}

function scopeOf(source: Source | Link, { scopes, root }: Resolving): Scope {
  return ('alias' in source && source.alias ? scopes.get(source.alias.toLowerCase()) : undefined) ?? root
}

type Inside = { readonly aggregate: boolean; readonly attributes: Attributes; readonly resolving: Resolving }

/** Filters, links and, in an aggregate, orders; orders of rows are moved to the entity afterwards. */
function resolveSource(source: Source, scope: Scope, inside: Inside): Source {
  const { aggregate, attributes, resolving } = inside
  const link = (one: Link, parent: Scope, inFilter: boolean): Link =>
    resolveLink(one, parent, inFilter, resolving, (child, own) => resolveSource(child, own, inside))
  const own = attributes.get(source)?.map(({ attribute }) => attribute) ?? []
  if (own.length < source.attributes.length && !attributes.has(source))
    resolving.note(`A link of this type returns no columns: those of ${scope.table.entity.name} were left out.`)
  return {
    name: scope.table.entity.name,
    attributes: own,
    allAttributes: source.allAttributes && attributes.has(source),
    orders:
      aggregate && attributes.has(source)
        ? resolveAggregateOrders(source.orders, everyAttribute(attributes), resolving)
        : [],
    filters: source.filters.map((filter) => resolveFilter(filter, scope, resolving, link)),
    links: source.links.map((one) => link(one, scope, false)),
  }
}

function everyAttribute(attributes: Attributes): FetchAttribute[] {
  return [...attributes.values()].flat().map(({ attribute }) => attribute)
}

/** Adds what rows and pages need: the id, and an order that no two rows share. */
function completed(
  entity: Source,
  source: Source,
  distinct: boolean,
  attributes: Attributes,
  resolving: Resolving,
): Source {
  const every = everyAttribute(attributes)
  const { table } = resolving.root
  if (every.some(({ aggregate, groupBy }) => aggregate !== undefined || groupBy)) {
    const ordered = [...attributes.keys()].some(({ orders }) => orders.length > 0)
    return ordered ? entity : { ...entity, orders: orderOfGroups(entity.attributes) }
  }
  const placed = [...attributes.keys()].flatMap((one) =>
    one.orders.map((order) => ({ order, scope: one === source ? resolving.root : scopeOf(one, resolving) })),
  )
  const orders = resolveRowOrders(placed, every, resolving)
  if (distinct) return { ...entity, orders: orderOfDistinct(orders, entity.attributes, table) }
  return {
    ...entity,
    attributes: entity.allAttributes ? entity.attributes : withId(entity.attributes, table),
    orders: endingWithId(orders, table),
  }
}

function withId(attributes: readonly FetchAttribute[], { entity }: Table): readonly FetchAttribute[] {
  if (attributes.some(({ name, alias }) => name === entity.idColumn && alias === undefined)) return attributes
  const id: FetchAttribute = {
    name: entity.idColumn,
    groupBy: false,
    distinct: false,
    userTimeZone: true,
    countChildren: false,
  }
  return [...attributes, id]
}
