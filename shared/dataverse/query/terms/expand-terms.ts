import type { Metadata, Table } from '../../metadata/model.ts'
import { parseFilter } from '../from-odata/parse-filter.ts'
import { bareSource, filterOf, type Condition, type Filter, type Link, type Note, type Source } from '../model/query.ts'
import { allConditions } from '../model/walk.ts'
import { isOwnerOrCustomer } from '../resolve/joins/find-navigation.ts'
import { findWaysBehind } from '../resolve/joins/find-ways.ts'
import { columnNamed, findColumn, hiddenColumnNamed } from '../resolve/names/find-column.ts'
import type { Notation } from '../say/notation.ts'
import { findTerm } from './find-term.ts'
import { placed } from './placed.ts'
import { readTermCondition } from './read-term-condition.ts'
import {
  ambiguousTerm,
  inCircle,
  periodOfNone,
  periodOfSeveral,
  tooMuch,
  unknownTerm,
  unreadable,
  withMeanings,
} from './refuse-term.ts'
import { aliasOf, eachConditionIn, findRows, rowsIn, type Rows, type RowsOf } from './rows.ts'
import { sayTerm } from './say-term.ts'
import { MOST_TERM_DEPTH, type Term } from './term.ts'
import { pseudoColumnOf, type Meant } from './with-terms.ts'

export type TermDeps = {
  readonly metadata: Metadata
  readonly note: Note
  readonly notation: Notation
}

/** What Dataverse takes in one query, however short the words for it are. */
const MOST_CONDITIONS = 500

/** One query, in which each term is read once. */
type Expanding = TermDeps & {
  readonly terms: readonly Term[]
  /** In the order in which they were met. */
  readonly used: Set<Term>
  readonly read: Map<Term, Filter>
  /** The terms in whose definitions the next one stands. */
  readonly within: readonly Term[]
  readonly budget: { left: number }
}
type Place = Expanding & { readonly rowsOf: RowsOf; readonly own: Rows; readonly inLink: boolean }

/**
 * Writes out what `term` and `period` mean, wherever a condition may stand; a column of that name stays what it is.
 * @throws QueryError `unknown_term`, `unclear_period`, `invalid_term`, `invalid_operator`, `query_too_long`
 */
export async function expandTerms<S extends Source>(source: S, table: Table, deps: TermDeps): Promise<Meant<S>> {
  const terms = await deps.metadata.terms()
  const used = new Set<Term>()
  const expanding = { ...deps, terms, used, read: new Map(), within: [], budget: { left: MOST_CONDITIONS } }
  const expanded = await expandRoot(source, rowsIn(table), expanding)
  return { entity: expanded, explained: (error) => withMeanings(error, [...used]) }
}

async function expandRoot<S extends Source>(source: S, own: Rows, expanding: Expanding): Promise<S> {
  const rowsOf = await findRows(source, own, expanding.metadata)
  await eachConditionIn(source, own, rowsOf, (condition, rows) => {
    for (const one of rows) for (const term of termsIn(condition, one, expanding)) one.asked.add(term)
  })
  return await expandSource(source, { ...expanding, rowsOf, own, inLink: false })
}

function termsIn(condition: Condition, { table }: Rows, { terms, notation }: Expanding): Term[] {
  if (pseudoColumnOf(condition) !== 'term' || hasColumn(table, 'term')) return []
  const names = readTermCondition(condition, notation)?.names ?? []
  return names.flatMap((name) => findTerm(terms, table.entity.name, name) ?? [])
}

async function expandSource<S extends Source>(source: S, place: Place): Promise<S> {
  const filters: Filter[] = []
  for (const filter of source.filters) filters.push(await expandFilter(filter, place))
  const links: Link[] = []
  for (const link of source.links) links.push(await expandLink(link, place))
  return { ...source, filters, links }
}

async function expandFilter(filter: Filter, place: Place): Promise<Filter> {
  const conditions: Condition[] = []
  const filters: Filter[] = []
  for (const condition of filter.conditions) {
    const meant = await expandCondition(condition, place)
    if ('attribute' in meant) conditions.push(meant)
    else filters.push(meant)
  }
  for (const inner of filter.filters) filters.push(await expandFilter(inner, place))
  const links: Link[] = []
  for (const link of filter.links) links.push(await expandLink(link, place))
  return { ...filter, conditions, filters, links }
}

/** What a definition names by its way is found here where the link itself has none, as its conditions have none. */
async function expandLink(link: Link, place: Place): Promise<Link> {
  const own = place.rowsOf.link(link)
  if (!own) return link
  const expanded = await expandSource(link, { ...place, own, inLink: true })
  const isFound = link.way !== undefined || !allConditions(link).some(pseudoColumnOf)
  return isFound ? expanded : await findWaysBehind(expanded, own.table, place.metadata)
}

async function expandCondition(condition: Condition, place: Place): Promise<Condition | Filter> {
  const pseudo = pseudoColumnOf(condition)
  const rows = pseudo === undefined ? [] : await place.rowsOf.condition(condition, place.own)
  if (pseudo === undefined || rows.length === 0 || rows.some(({ table }) => hasColumn(table, pseudo))) return condition
  return pseudo === 'term' ? await expandTerm(condition, rows, place) : expandPeriod(condition, rows, place)
}

/** By no label: a word for a column is often one for a term as well. */
function hasColumn(table: Table, name: string): boolean {
  return columnNamed(table, name) !== undefined || table.hidden?.has(name) === true
}

function hasLabel(table: Table, name: string): boolean {
  return findColumn(table, name) !== undefined || hiddenColumnNamed(table, name) !== undefined
}

async function expandTerm(condition: Condition, rows: readonly Rows[], place: Place): Promise<Condition | Filter> {
  const asked = readTermCondition(condition, place.notation)
  const isKnown = rows.some((one) => termsIn(condition, one, place).length > 0)
  if (!isKnown && rows.some(({ table }) => hasLabel(table, 'term'))) return condition
  if (!asked) throw await unknownTerm(condition, undefined, rows, place)
  const filters: Filter[] = []
  for (const name of distinct(asked.names, rows, place)) filters.push(await eitherOf(name, { condition, rows, place }))
  const either = filterOf('or', { filters })
  return asked.negative ? { ...filterOf('and', { filters: [either] }), negated: true } : either
}

/** Two spellings of a term are one. */
function distinct(names: readonly string[], rows: readonly Rows[], { terms }: Expanding): Iterable<string> {
  const slugOf = (name: string): string =>
    rows.flatMap(({ table }) => findTerm(terms, table.entity.name, name)?.slug ?? []).join(' ') || name
  return new Map(names.map((name) => [slugOf(name), name])).values()
}

type Asking = {
  readonly condition: Condition
  readonly rows: readonly Rows[]
  readonly place: Place
}

/** The rows behind an owner or a customer may be of several tables, of which more than one may have such a term. */
async function eitherOf(name: string, { condition, rows, place }: Asking): Promise<Filter> {
  const { terms, own, inLink } = place
  const found = rows.flatMap((one) => {
    const term = findTerm(terms, one.table.entity.name, name)
    return term ? [{ term, one }] : []
  })
  if (found.length === 0) throw await unknownTerm(condition, name, rows, place)
  if (found.length > 1 && !isOwnerOrCustomer(own.table, condition.path?.[0] ?? ''))
    throw ambiguousTerm(
      condition,
      found.map(({ one }) => one),
    )
  const filters: Filter[] = []
  for (const { term, one } of found) {
    const filter = await definitionOf(term, one.table, place)
    spend(filter, place)
    const { path, table } = one
    filters.push(placed(filter, { path, alias: aliasOf(condition), near: own.table, far: table, inLink }))
  }
  return filterOf('or', { filters })
}

function spend(filter: Filter, { budget }: Expanding): void {
  budget.left -= Math.max(1, sizeOf(filter))
  if (budget.left < 0) throw tooMuch(MOST_CONDITIONS)
}

function sizeOf({ conditions, filters, links }: Filter): number {
  const inside = [...filters, ...links.flatMap((link) => link.filters)]
  return conditions.length + links.length + inside.reduce((sum, one) => sum + sizeOf(one), 0)
}

/** The rows of a term, in the names of its own table. A circle is told, however the definitions came to have one. */
async function definitionOf(term: Term, table: Table, expanding: Expanding): Promise<Filter> {
  const known = expanding.read.get(term)
  if (known) return known
  const within = [...expanding.within, term]
  if (expanding.within.includes(term) || within.length > MOST_TERM_DEPTH) throw inCircle(within)
  if (!expanding.used.has(term)) expanding.note(sayTerm(term))
  expanding.used.add(term)
  const filter = await readDefinition(term, table, { ...expanding, within, budget: { left: MOST_CONDITIONS } })
  expanding.read.set(term, filter)
  return filter
}

async function readDefinition(term: Term, table: Table, expanding: Expanding): Promise<Filter> {
  const every = { attribute: table.entity.idColumn, operator: 'not-null', values: [] }
  if (term.filter === undefined) return filterOf('and', { conditions: [every] })
  try {
    const source = { ...bareSource(table.entity.name), filters: [parseFilter(term.filter, expanding.note)] }
    const { filters } = await expandRoot(source, rowsIn(table, [], term), expanding)
    return filterOf('and', { filters })
  } catch (error) {
    throw unreadable(term, error)
  }
}

/** The dates that a term's definition speaks of are its own; else those of the terms that are asked of the same rows. */
function datesOf({ of, asked }: Rows): readonly string[] {
  if (of?.date !== undefined) return [of.date]
  return [...new Set([...asked].flatMap(({ date }) => date ?? []))]
}

function expandPeriod(condition: Condition, rows: readonly Rows[], place: Place): Condition {
  const dated = rows.filter((one) => datesOf(one).length > 0)
  if (dated.length === 0 && rows.some(({ table }) => hasLabel(table, 'period'))) return condition
  const [one, ...others] = dated
  if (!one) throw periodOfNone(condition, rows, place)
  const [date = '', ...more] = datesOf(one)
  if (more.length > 0 || others.length > 0) throw periodOfSeveral(condition, dated.flatMap(datesOf), place)
  const [attribute = '', ...way] = date.split('/').toReversed()
  const path = [...one.path, ...way.toReversed()]
  const entityName = aliasOf(condition)
  return {
    ...condition,
    attribute,
    isPeriod: true,
    path: path.length > 0 ? path : undefined,
    ...(entityName !== undefined && { entityName }),
  }
}
