import type { Json } from '../http/api.ts'
import type { Entity, ManyToMany } from '../schema/schema.ts'
import { ENTITIES, entityNamed } from '../schema/schema.ts'
import { metadataId } from './identifier.ts'

type OneToManyParts = {
  readonly name: string
  readonly referencing: string
  readonly column: string
  readonly referenced: string
  readonly idColumn: string
  readonly toOne: string | null
  readonly toMany: string
}

function describeOneToMany(parts: OneToManyParts): Json {
  return {
    '@odata.type': '#Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata',
    MetadataId: metadataId('relationship', parts.name),
    HasChanged: null,
    SchemaName: parts.name,
    RelationshipType: 'OneToManyRelationship',
    IsCustomRelationship: parts.name.startsWith('hp_'),
    IsValidForAdvancedFind: true,
    ReferencedEntity: parts.referenced,
    ReferencedAttribute: parts.idColumn,
    IsHierarchical: parts.referencing === parts.referenced && parts.column.startsWith('parent'),
    ReferencedEntityNavigationPropertyName: parts.toMany,
    ReferencingEntity: parts.referencing,
    ReferencingAttribute: parts.column,
    ReferencingEntityNavigationPropertyName: parts.toOne,
  }
}

function describeManyToMany(entity: Entity, relation: ManyToMany): Json {
  return {
    '@odata.type': '#Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata',
    MetadataId: metadataId('relationship', relation.name),
    HasChanged: null,
    SchemaName: relation.name,
    RelationshipType: 'ManyToManyRelationship',
    IsCustomRelationship: false,
    IsValidForAdvancedFind: true,
    IntersectEntityName: relation.intersect,
    Entity1LogicalName: entity.logicalName,
    Entity1IntersectAttribute: relation.column,
    Entity1NavigationPropertyName: relation.nav,
    Entity2LogicalName: relation.target,
    Entity2IntersectAttribute: relation.targetColumn,
    Entity2NavigationPropertyName: relation.nav,
  }
}

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
