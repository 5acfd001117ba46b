import * as z from 'zod'
import type { Read } from '../../web-api/web-api.ts'
import type { Collection } from '../model.ts'
import { Identifier, OptionalIdentifier } from '../names.ts'
import { definitionOf, type TablePart } from './table-part.ts'

const ManyToOne = z.object({
  ReferencingAttribute: Identifier,
  ReferencedEntity: Identifier,
  ReferencingEntityNavigationPropertyName: OptionalIdentifier,
})
const OneToMany = z.object({
  ReferencingAttribute: Identifier,
  ReferencingEntity: Identifier,
  ReferencedEntityNavigationPropertyName: OptionalIdentifier,
})
const ManyToMany = z.object({
  IntersectEntityName: OptionalIdentifier,
  Entity1LogicalName: Identifier,
  Entity1NavigationPropertyName: OptionalIdentifier,
  Entity2LogicalName: Identifier,
  Entity2NavigationPropertyName: OptionalIdentifier,
})

/** Only the names: a table like `systemuser` has hundreds of relationships. */
export function relationshipsReads(entity: string): Read<TablePart>[] {
  return [
    part(entity, 'ManyToOneRelationships', ManyToOne, (found) => ({
      navigations: found.flatMap(
        ({ ReferencingAttribute: column, ReferencedEntity: target, ReferencingEntityNavigationPropertyName: name }) =>
          name ? [{ name, column, target }] : [],
      ),
    })),
    part(entity, 'OneToManyRelationships', OneToMany, (found) => ({
      collections: found.flatMap(
        ({ ReferencingAttribute: column, ReferencingEntity: target, ReferencedEntityNavigationPropertyName: name }) =>
          name ? [{ name, kind: 'one-to-many', target, column }] : [],
      ),
    })),
    part(entity, 'ManyToManyRelationships', ManyToMany, (found) => ({
      collections: found.flatMap((relationship) => pairings(entity, relationship)),
    })),
  ]
}

/** A relationship of a table with itself can be walked both ways. */
function pairings(entity: string, found: z.output<typeof ManyToMany>): Collection[] {
  const { Entity1LogicalName: first, Entity2LogicalName: second, IntersectEntityName: intersect } = found
  const ways = [
    ...(first === entity ? [{ name: found.Entity1NavigationPropertyName, target: second }] : []),
    ...(second === entity ? [{ name: found.Entity2NavigationPropertyName, target: first }] : []),
  ]
  return ways.flatMap(({ name, target }) =>
    name ? [{ name, kind: 'many-to-many', target, ...(intersect && { intersect }) }] : [],
  )
}

function part<S extends z.ZodObject>(
  entity: string,
  name: string,
  definition: S,
  toPart: (found: z.output<S>[]) => TablePart,
): Read<TablePart> {
  return {
    path: `${definitionOf(entity)}/${name}?$select=${Object.keys(definition.shape).join(',')}`,
    schema: z.object({ value: z.array(definition) }).transform(({ value }) => toPart(value)),
  }
}
