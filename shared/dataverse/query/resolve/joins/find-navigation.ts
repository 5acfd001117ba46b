import { QueryError } from '../../../errors.ts'
import { findColumn, isLookup } from '../names/find-column.ts'
import type { Collection, Column, Entity, Metadata, Navigation, Table } from '../../../metadata/model.ts'
import { nearest } from '../../../advice/suggest.ts'
import { shown } from '../../say/refusals.ts'
import type { Step } from './joins.ts'

/** The table behind `ownerid`, which holds users and teams alike: it has no columns worth reading. */
const PRINCIPAL = 'owner'
const OWNING = ['owninguser', 'owningteam']

/** The ways that lead out of a lookup column; for the owner those of `owninguser` and `owningteam`. */
export function navigationsOf(table: Table, column: Column): readonly Navigation[] {
  if (column.type === 'Owner') return OWNING.flatMap((name) => table.navigations.filter((way) => way.column === name))
  return table.navigations.filter((way) => way.column === column.name && way.target !== PRINCIPAL)
}

/**
 * The ways to one row that a model may mean: by the navigation property's name in any case, by the lookup column,
 * or by the entity it leads to. Several where the lookup is polymorphic; none where there is no such name.
 */
export function findNavigations(table: Table, name: string): readonly Navigation[] {
  const named = wayNamed(table.navigations, name)
  if (named && named.target !== PRINCIPAL) return [named]
  const column = findColumn(table, name)
  if (column && isLookup(column)) return navigationsOf(table, column)
  if (column) return []
  const target = name.trim().toLowerCase()
  const targets = table.navigations.filter((way) => way.target === target)
  return targets.length === 1 ? targets : []
}

/** A lookup leads to several entities and the model did not say which. */
export function ambiguousPath(
  code: 'ambiguous_path' | 'ambiguous_expand',
  name: string,
  ways: readonly Navigation[],
): QueryError {
  const choices = ways.slice(0, 20).map((way) => `${way.name} (to ${way.target})`)
  const verb = code === 'ambiguous_path' ? 'Write' : 'Expand'
  return new QueryError(
    code,
    `The lookup "${shown(name)}" leads to several entities.`,
    `${verb} one of: ${choices.join(', ')}.`,
  )
}

export type UnknownCode = 'unknown_path' | 'unknown_collection' | 'unknown_expand'

/** What a place takes: a lookup in a path, a collection before `any` and `all`, either in an expand. */
const WANTED: Readonly<Record<UnknownCode, string>> = {
  unknown_path: 'lookup',
  unknown_collection: 'collection',
  unknown_expand: 'lookup or collection',
}

/** No way of that name, or one of the other kind. @param inside the column that was wanted of the rows */
export function unknownNavigation(code: UnknownCode, table: Table, name: string, inside = ''): QueryError {
  const { entity, navigations, collections } = table
  const refused = (problem: string, step: string): QueryError => new QueryError(code, problem, step)
  const collection = wayNamed(collections, name)
  if (collection && code === 'unknown_path')
    return refused(
      `"${collection.name}" leads to many rows.`,
      `Use any or all: ${collection.name}/any(o:o/${inside} …).`,
    )
  const column = findColumn(table, name)
  if (column && !isLookup(column)) {
    const problem = `The column ${column.name} of ${entity.name} leads to no other row.`
    return refused(problem, `Use the column alone: ${column.name}.`)
  }
  const [way] = code === 'unknown_collection' ? findNavigations(table, name) : []
  if (way)
    return refused(`"${way.name}" leads to one row.`, `Leave any and all out, and begin each name with ${way.name}/.`)
  const ways = navigations.map((one) => ({ name: one.name, aliases: [one.column, one.target] }))
  const many = collections.map((one) => ({ name: one.name, aliases: [one.target] }))
  const candidates = { unknown_path: ways, unknown_collection: many, unknown_expand: [...ways, ...many] }[code]
  const near = nearest(name.slice(0, 100), candidates)
  return refused(
    `The entity ${entity.name} has no ${WANTED[code]} "${shown(name)}".`,
    near.length > 0 ? `Did you mean: ${near.join(', ')}?` : `Call get_entity_metadata for ${entity.name}.`,
  )
}

/** One of exactly that name, else of that name in any case. */
export function wayNamed<W extends { readonly name: string }>(ways: readonly W[], name: string): W | undefined {
  const wanted = name.trim()
  const lower = wanted.toLowerCase()
  return ways.find((one) => one.name === wanted) ?? ways.find((one) => one.name.toLowerCase() === lower)
}

/**
 * The way to many rows that a model means: by the navigation property's name in any case, or by the entity that it
 * leads to where one way alone does.
 * @throws QueryError `ambiguous_collection` naming the ways
 */
export async function findCollection(table: Table, name: string, metadata: Metadata): Promise<Collection | undefined> {
  const named = wayNamed(table.collections, name)
  if (named) return named
  const entity = await findEntity(metadata, name)
  const ways = entity ? table.collections.filter((one) => one.target === entity.name) : []
  if (ways.length <= 1) return ways[0]
  const choices = ways.map((way) => (way.column ? `${way.name} (by ${way.column})` : way.name))
  throw new QueryError(
    'ambiguous_collection',
    `Several ways lead from ${table.entity.name} to ${entity?.name ?? shown(name)}.`,
    `Write one of: ${choices.join(', ')}.`,
  )
}

/** The entity of that name, if there is one. */
export async function findEntity(metadata: Metadata, name: string): Promise<Entity | undefined> {
  try {
    return await metadata.entity(name)
  } catch (error) {
    if (error instanceof QueryError) return undefined
    throw error
  }
}

/** The table that a way leads to. */
export async function tableBehind(metadata: Metadata, way: { readonly target: string }): Promise<Table> {
  return await metadata.table(await metadata.entity(way.target))
}

/** Each way with the table that it leads to. */
export async function stepsBy(metadata: Metadata, ways: readonly Navigation[]): Promise<readonly Step[]> {
  return await Promise.all(ways.map(async (way) => ({ way, table: await tableBehind(metadata, way) })))
}

/** Owner and customer are one thing to whoever asks, whatever rows they are of. */
export function isOwnerOrCustomer(table: Table, name: string): boolean {
  const type = findColumn(table, name)?.type
  return type === 'Owner' || type === 'Customer'
}
