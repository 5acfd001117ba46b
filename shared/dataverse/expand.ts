import { findColumn, type EntityColumns, type Navigation } from './columns.ts'
import type { Entity } from './entities.ts'
import { QueryError } from './errors.ts'
import { nearest } from './suggest.ts'

/**
 * The navigation property that a model means by a lookup column's name or by the property's own, in any case.
 * @throws QueryError when there is none, or when the lookup leads to several entities
 */
export function findNavigation(entity: Entity, columns: EntityColumns, name: string): Navigation {
  const wanted = name.trim().toLowerCase()
  const exact = columns.navigations.find((navigation) => navigation.name.toLowerCase() === wanted)
  if (exact) return exact
  const column = findColumn(columns, name)
  const ways = column ? columns.navigations.filter((navigation) => navigation.column === column.name) : []
  const [only, ...others] = ways
  if (only && others.length === 0) return only
  throw ways.length > 0 ? ambiguous(name, ways) : unknownNavigation(entity, columns, name)
}

function ambiguous(name: string, ways: readonly Navigation[]): QueryError {
  const choices = ways.map((way) => `${way.name} (to ${way.target})`).join(', ')
  return new QueryError(
    'ambiguous_expand',
    `The lookup "${name.slice(0, 100)}" leads to several entities.`,
    `Expand one of: ${choices}.`,
  )
}

function unknownNavigation(entity: Entity, columns: EntityColumns, name: string): QueryError {
  const candidates = columns.navigations.map((way) => ({ name: way.name, aliases: [way.column] }))
  const near = nearest(name, candidates)
  return new QueryError(
    'unknown_expand',
    `The entity ${entity.name} has no lookup "${name.slice(0, 100)}".`,
    near.length > 0 ? `Did you mean: ${near.join(', ')}?` : `Call get_entity_metadata for ${entity.name}.`,
  )
}
