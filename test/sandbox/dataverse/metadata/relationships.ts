import type { Json } from '../api.ts'
import type { Entity } from '../schema.ts'
import { ENTITIES, entityNamed } from '../schema.ts'
import { describeManyToMany, describeOneToMany } from './describe.ts'

export function manyToOneOf(entity: Entity): Json[] {
  return entity.manyToOne.map(({ name, column, target, nav }) => {
    const referenced = entityNamed(target)
    const back = referenced.oneToMany.find((one) => one.target === entity.logicalName && one.column === column)
    return describeOneToMany({
      name,
      referencing: entity.logicalName,
      column,
      referenced: target,
      idColumn: referenced.primaryIdAttribute,
      toOne: nav,
      toMany: back?.nav ?? name,
    })
  })
}

export function oneToManyOf(entity: Entity): Json[] {
  return entity.oneToMany.map(({ name, target, column, nav }) => {
    const back = entityNamed(target).manyToOne.find((one) => one.column === column && one.target === entity.logicalName)
    return describeOneToMany({
      name,
      referencing: target,
      column,
      referenced: entity.logicalName,
      idColumn: entity.primaryIdAttribute,
      toOne: back?.nav ?? null,
      toMany: nav,
    })
  })
}

export function manyToManyOf(entity: Entity): Json[] {
  return entity.manyToMany.map((relation) => describeManyToMany(entity, relation))
}

const unique = (relationships: readonly Json[]): Json[] => [
  ...new Map(relationships.map((one) => [String(one['SchemaName']), one])).values(),
]

/** Every relationship of the organisation, once. */
export function allRelationships(): Json[] {
  const entities = [...ENTITIES.values()]
  return unique(entities.flatMap((entity) => [...oneToManyOf(entity), ...manyToOneOf(entity), ...manyToManyOf(entity)]))
}
