import { QueryError } from '../../errors.ts'
import type { Metadata, Table } from '../../metadata/model.ts'
import { checkLimits } from '../model/limits.ts'
import { plainAttribute, type Attribute, type Link, type Note, type Query, type Source } from '../model/query.ts'
import { allLinks, emptyAfterJoins, referencedNames, returningSources, writtenAttributes } from '../model/walk.ts'
import { collectNotes } from '../say/notes.ts'
import { invalidFetch } from '../say/refusals.ts'
import { explainedAsColumn, withTerms } from '../terms/with-terms.ts'
import { resolveAttributes, type ResolvedAttribute } from './attributes.ts'
import { resolveExpansions } from './expansions.ts'
import { tableBehind } from './joins/find-navigation.ts'
import { findWays } from './joins/find-ways.ts'
import { createJoins } from './joins/joins.ts'
import { outerWays } from './joins/outer-ways.ts'
import { resolveLink } from './joins/resolve-link.ts'
import { nameLinks } from './names/name-links.ts'
import { givenAlias, type Resolving, type Scope } from './names/scope.ts'
import { endingWithId, orderOfDistinct, orderOfGroups, resolveAggregateOrders, resolveRowOrders } from './orders.ts'
import { resolveFilter, type ResolveLink } from './filter/resolve-filter.ts'
import { takeParties } from './parties.ts'
import { checkColumns } from './names/unknown-columns.ts'
import type { ResolvedQuery } from './resolved-query.ts'
import type { ValueContext } from './values/asked.ts'
import { withDefaults, type Defaults } from './with-defaults.ts'

export type ResolveDeps = Pick<ValueContext, 'clock' | 'person' | 'rows' | 'notation'> & {
  readonly metadata: Metadata
  /** Takes the place of all-attributes and of no attribute at all; without it both stay as they are. */
  readonly defaults?: Defaults
  /** Whether the caller reads expansions: then the parties of an activity are one. */
  readonly readsExpansions?: boolean
}

/** Each is a join; Dataverse takes 15, and a query that needs more than this many is better asked in parts. */
const MOST_JOINS = 10
/** It comes with every amount. */
const CURRENCY = 'transactioncurrencyid'

/**
 * Compares a query with metadata, completes it, and says what it took to mean something else than was written.
 * @throws QueryError for what no table, column, choice, operator or relationship can be meant by
 */
export async function resolveQuery(written: Query, deps: ResolveDeps): Promise<ResolvedQuery> {
  checkLimits(written)
  const notes = collectNotes()
  const { metadata, notation } = deps
  const root: Scope = { table: await metadata.table(await metadata.entity(written.entity.name)) }
  const { entity, explained } = await withTerms(written.entity, root.table, { metadata, notation, note: notes.note })
  try {
    return await resolveNames({ ...written, entity }, root, deps, notes)
  } catch (error) {
    throw explained(await explainedAsColumn(error, written.entity, deps))
  }
}

/** The same of a query whose terms are written out. */
async function resolveNames(
  written: Query,
  root: Scope,
  deps: ResolveDeps,
  { note, sentences }: ReturnType<typeof collectNotes>,
): Promise<ResolvedQuery> {
  const { metadata } = deps
  const scopes = new Map<string, Scope>()
  const joins = createJoins(scopes)
  const reached = await outerWays(written.entity, root.table, metadata)
  const found = await findWays(reached, root.table, { metadata, joins })
  const tableOf = await loadTables(found, metadata)
  const [referenced, empty] = [referencedNames(found), emptyAfterJoins(found)]
  const values = valueContext(deps, note)
  const resolving: Resolving = { note, tableOf, scopes, root, joins, referenced, empty, values }
  const named = nameLinks(found, resolving)
  const aggregate = isAggregate(written.aggregate, named)
  const { source: whole, asked } = withDefaults(named, aggregate, resolving, deps.defaults)
  const isPlain = !aggregate && !written.distinct
  const { source, parties } =
    isPlain && deps.readsExpansions ? takeParties(whole, resolving) : { source: whole, parties: [] }
  const attributes = attributesBySource(source, aggregate, resolving)
  const entity = await resolveSource(source, root, { aggregate, attributes, resolving, shown: true })
  const expanding = { table: root.table, metadata, note, joins }
  const expansions = [...(await resolveExpansions(written.expansions ?? [], expanding)), ...parties]
  checkJoins(joins.names())
  // Which row each row leads to has to be known before that row can be read.
  const lookups = expansions.flatMap((one) => (one.kind === 'targets' ? [one.lookup.name] : []))
  const own = withColumns(entity.attributes, lookups)
  const joined = { ...entity, attributes: own, links: [...entity.links, ...joins.links()] }
  const { expansions: _expansions, ...rest } = written
  const query = { ...rest, aggregate, entity: completed(joined, written.distinct, attributes, resolving) }
  checkLimits(query)
  const outputs = new Map([...attributes.values()].flat().map(({ attribute, output }) => [attribute, output]))
  const columns = writtenAttributes(entity).flatMap(({ attribute }) => outputs.get(attribute) ?? [])
  const { table } = root
  return { query, entity: table.entity, table, columns, expansions, interpreted: sentences(), asked }
}

/** Reads the tables that a query names, in whatever way it names them. @throws QueryError `unknown_entity` */
async function loadTables(entity: Source, metadata: Metadata): Promise<(name: string) => Table> {
  const names = [...new Set([entity, ...allLinks(entity)].map(({ name }) => name))]
  const load = async (name: string): Promise<readonly [string, Table]> => {
    return [name, await metadata.table(await metadata.entity(name))]
  }
  const tables = new Map(await Promise.all(names.map(load)))
  return (name) => {
    const table = tables.get(name)
    if (!table) throw new RangeError(`the table ${name} was not read`)
    return table
  }
}

function valueContext({ clock, person, rows, notation, metadata }: ResolveDeps, note: Note): ValueContext {
  const orNothing = async <T>(reading: Promise<T>): Promise<T | undefined> => {
    try {
      return await reading
    } catch (error) {
      if (error instanceof QueryError) return undefined
      throw error
    }
  }
  return {
    note,
    clock,
    person,
    rows,
    notation,
    entityNamed: (name) => orNothing(metadata.entity(name)),
    tableOf: (target) => orNothing(tableBehind(metadata, { target })),
  }
}

function checkJoins(names: readonly string[]): void {
  if (names.length <= MOST_JOINS) return
  throw new QueryError(
    'too_many_links',
    `The query follows ${names.length} lookups (${names.join(', ')}); ${MOST_JOINS} are the most.`,
    'Ask in two queries: first for the ids that the conditions behind lookups leave.',
  )
}

function isAggregate(declared: boolean, root: Source): boolean {
  const attributes = returningSources(root).flatMap((source) => source.attributes)
  const used = attributes.some(({ aggregate, groupBy }) => aggregate !== undefined || groupBy)
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
  const attributes = new Map(
    returningSources<Source | Link>(root).map((source) => {
      const scope = scopeOf(source, resolving)
      checkColumns(source, scope.table, aggregate)
      return [source, resolveAttributes(source, scope, aggregate, aliases, resolving)]
    }),
  )
  if (!aggregate) checkAliases(root, attributes, resolving.root.table)
  return attributes
}

/** An alias under which a column of the rows comes by its own name would give the one value for the other. */
function checkAliases(root: Source, attributes: Attributes, { entity, byName }: Table): void {
  const returned = (attributes.get(root) ?? []).filter(({ attribute }) => attribute.alias === undefined)
  const named = root.allAttributes ? [...byName.keys()] : returned.map(({ attribute }) => attribute.name)
  const own = new Set([...named, entity.idColumn, CURRENCY])
  for (const { attribute, output } of [...attributes.values()].flat()) {
    const { alias, name } = attribute
    const isItself = output.link === undefined && alias === name
    if (alias !== undefined && !isItself) givenAlias(alias, own)
  }
}

function scopeOf(source: Source | Link, { scopes, root }: Resolving): Scope {
  return ('alias' in source && source.alias ? scopes.get(source.alias.toLowerCase()) : undefined) ?? root
}

type Inside = {
  readonly aggregate: boolean
  readonly attributes: Attributes
  readonly resolving: Resolving
  /** Whether its rows come, each with its columns. */
  readonly shown: boolean
}

/** Filters, links and, in an aggregate, orders; orders of rows are moved to the entity afterwards. */
async function resolveSource(source: Source, scope: Scope, inside: Inside): Promise<Source> {
  const { aggregate, attributes, resolving, shown } = inside
  const within = (child: Link, own: Scope, isShown: boolean): Promise<Source> =>
    resolveSource(child, own, { aggregate, attributes, resolving, shown: isShown })
  const inFilter: ResolveLink = (one, parent, negative) =>
    resolveLink(one, parent, { inFilter: true, negative, shown }, resolving, within)
  const returned = attributes.get(source)
  if (!returned && source.attributes.length > 0)
    resolving.note(`A link of this type returns no columns: those of ${scope.table.entity.name} were left out.`)
  const filters = []
  for (const filter of source.filters) filters.push(await resolveFilter(filter, scope, resolving, inFilter))
  const links = []
  for (const one of source.links) {
    const link = await resolveLink(one, scope, { inFilter: false, negative: false, shown }, resolving, within)
    const { after = source.attributes.length } = one
    // What is added to the attributes later comes behind the links.
    links.push(returned ? { ...link, after: returned.filter(({ at }) => at < after).length } : link)
  }
  return {
    name: scope.table.entity.name,
    attributes: returned?.map(({ attribute }) => attribute) ?? [],
    allAttributes: source.allAttributes && returned !== undefined,
    orders:
      aggregate && returned ? resolveAggregateOrders(source.orders, [...attributes.values()].flat(), resolving) : [],
    filters,
    links,
  }
}

function everyAttribute(attributes: Attributes): Attribute[] {
  return [...attributes.values()].flat().map(({ attribute }) => attribute)
}

/** Adds what rows and pages need: the id, and an order that no two rows share. */
function completed(entity: Source, distinct: boolean, attributes: Attributes, resolving: Resolving): Source {
  const every = everyAttribute(attributes)
  const { table } = resolving.root
  if (every.some(({ aggregate, groupBy }) => aggregate !== undefined || groupBy)) {
    const ordered = [...attributes.keys()].some(({ orders }) => orders.length > 0)
    return ordered ? entity : { ...entity, orders: orderOfGroups(entity.attributes, table) }
  }
  const placed = [...attributes.keys()].flatMap((one) =>
    one.orders.map((order) => ({ order, scope: scopeOf(one, resolving) })),
  )
  const orders = resolveRowOrders(placed, every, resolving)
  if (distinct) return { ...entity, orders: orderOfDistinct(orders, entity.attributes, table) }
  return {
    ...entity,
    attributes: entity.allAttributes ? entity.attributes : withColumns(entity.attributes, [table.entity.idColumn]),
    orders: endingWithId(orders, table),
  }
}

/** Attributes, and columns that have to come with them under their own names. */
function withColumns(attributes: readonly Attribute[], names: readonly string[]): readonly Attribute[] {
  const known = new Set(attributes.filter(({ alias }) => alias === undefined).map(({ name }) => name))
  return [...attributes, ...names.filter((name) => !known.has(name)).map(plainAttribute)]
}
