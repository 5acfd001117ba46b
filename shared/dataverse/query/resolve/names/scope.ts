import type { Column, Table } from '../../../metadata/model.ts'
import { columnNamed, findColumn, hiddenColumnNamed, isLookup, requireColumn } from './find-column.ts'
import { nearest } from '../../../advice/suggest.ts'
import type { Note } from '../../model/query.ts'
import { invalidFetch, quoted } from '../../say/refusals.ts'
import { wayNamed } from '../joins/find-navigation.ts'
import type { Joins } from '../joins/joins.ts'
import type { ValueContext } from '../values/asked.ts'

/** A table in a fetch: its own entity, or a link under its alias. */
export type Scope = { readonly table: Table; readonly alias?: string }

/** What resolving one query knows. */
export type Resolving = {
  readonly note: Note
  /** The table that a name in the fetch means; all were read before. */
  readonly tableOf: (name: string) => Table
  /** By alias, lower case. */
  readonly scopes: Map<string, Scope>
  /** The queried entity. */
  readonly root: Scope
  readonly joins: Joins
  /** Aliases and tables, lower case, that are spoken of from elsewhere. */
  readonly referenced: ReadonlySet<string>
  /** Columns that must be empty after the joins, by alias, lower case. */
  readonly empty: ReadonlyMap<string, string>
  /** What the readers of values may ask. */
  readonly values: ValueContext
}

/** The column a model means in `attribute=…`; said when it was found by its label, which tells less than its name. */
export function columnIn(scope: Scope, written: string, { note, values }: Resolving): Column {
  const way = findColumn(scope.table, written) ? undefined : wayNamed(scope.table.navigations, written)
  const column = requireColumn(scope.table, way?.column ?? written, values.notation)
  if (!way && !columnNamed(scope.table, written))
    note(`The column ${quoted(written)} of ${scope.table.entity.name} was read as ${column.name}.`)
  return column
}

/** As {@link columnIn}, for a place where a column is only shown: one that is hidden is left out there, and said. */
export function selectedColumn(scope: Scope, written: string, resolving: Resolving): Column {
  const isShown = findColumn(scope.table, written) !== undefined
  return (isShown ? undefined : hiddenColumnNamed(scope.table, written)) ?? columnIn(scope, written, resolving)
}

/** As {@link columnIn}, but the name column beside a lookup stays what it is: a text to compare and to order by. */
export function comparedColumn(scope: Scope, written: string, resolving: Resolving): Column {
  const exact = scope.table.byName.get(written.trim().toLowerCase())
  const parent = exact?.describes === undefined ? undefined : scope.table.byName.get(exact.describes)
  if (exact && parent && isLookup(parent)) return exact
  return columnIn(scope, written, resolving)
}

/**
 * The link that `entityname` means: an alias in any case, or the table of a single link.
 * @throws QueryError `invalid_fetchxml` with the nearest aliases
 */
export function scopeNamed(name: string, { scopes, root }: Resolving): Scope {
  const wanted = safeAlias(name).toLowerCase()
  const byAlias = scopes.get(wanted)
  if (byAlias) return byAlias
  const ofTable = [...scopes.values()].filter(({ table }) => table.entity.name === wanted)
  if (ofTable.length === 1 && ofTable[0]) return ofTable[0]
  if (wanted === root.table.entity.name) return root
  const aliases = [...scopes.values()].flatMap(({ alias }) => (alias === undefined ? [] : [alias]))
  const near = nearest(wanted, aliases)
  const listed = near.length > 0 ? near : aliases
  throw invalidFetch(
    `No link-entity has the alias ${quoted(name)}.`,
    listed.length > 0 ? `Use one of: ${listed.join(', ')}.` : 'Add <link-entity … alias="…"> and use that alias.',
  )
}

/** Aliases are letters, digits and underscores: "Total value" becomes Total_value. */
export function safeAlias(written: string): string {
  const safe = written.trim().replaceAll(/[^A-Za-z0-9_]+/g, '_')
  // A member of that name gets lost wherever the rows are read into an object.
  return /^[A-Za-z_]/.test(safe) && safe !== '__proto__' ? safe : `_${safe}`
}

/** Aliases in use, by their lower case. */
type Taken = { readonly has: (alias: string) => boolean }

/** The alias that is wanted, with a number where it is taken: `contact2`. */
export function freeAlias(wanted: string, taken: Taken): string {
  for (let number = 1; ; number += 1) {
    const alias = number === 1 ? wanted : `${wanted}${number}`
    if (!taken.has(alias.toLowerCase())) return alias
  }
}

/** The alias that was given. @throws QueryError `invalid_fetchxml` for one that is used twice */
export function givenAlias(written: string, taken: Taken): string {
  const alias = safeAlias(written)
  if (!taken.has(alias.toLowerCase())) return alias
  throw invalidFetch(`The alias ${alias} is used twice.`, 'Give each column and link an alias of its own.')
}
