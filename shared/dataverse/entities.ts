import * as z from 'zod'
import { QueryError } from './errors.ts'
import { nearest } from './suggest.ts'

export type Entity = {
  /** e.g. `opportunity` */
  readonly name: string
  /** The name in the URL, e.g. `opportunities`: from metadata, never by adding an "s". */
  readonly entitySet: string
  readonly idColumn: string
  readonly nameColumn?: string
  readonly label?: string
  readonly pluralLabel?: string
}

export type EntityIndex = {
  readonly all: readonly Entity[]
  /** By logical name, entity set name and label, lower case. */
  readonly byName: ReadonlyMap<string, Entity>
}

/** A label in the language of whoever loaded the metadata. */
export const Label = z
  .object({ UserLocalizedLabel: z.object({ Label: z.string() }).nullish() })
  .nullish()
  .transform((label) => label?.UserLocalizedLabel?.Label)

/** Names go into URLs: nothing but an identifier may pass, whatever the metadata says. */
export const Identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)

const EntityDefinition = z.object({
  LogicalName: Identifier,
  EntitySetName: Identifier.nullish().catch(null),
  PrimaryIdAttribute: Identifier.nullish().catch(null),
  PrimaryNameAttribute: Identifier.nullish().catch(null),
  DisplayName: Label,
  DisplayCollectionName: Label,
})

/** One request for the names of all tables; it is not paged. */
export const ENTITIES_PATH =
  'EntityDefinitions?$select=LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,DisplayName,DisplayCollectionName'

export const EntityDefinitions = z
  .object({ value: z.array(EntityDefinition) })
  .transform(({ value }) => indexEntities(value.flatMap(toEntity)))

function toEntity(definition: z.output<typeof EntityDefinition>): Entity[] {
  const { LogicalName, EntitySetName, PrimaryIdAttribute, PrimaryNameAttribute } = definition
  if (!EntitySetName || !PrimaryIdAttribute) return []
  return [
    {
      name: LogicalName,
      entitySet: EntitySetName,
      idColumn: PrimaryIdAttribute,
      ...(PrimaryNameAttribute && { nameColumn: PrimaryNameAttribute }),
      ...(definition.DisplayName && { label: definition.DisplayName }),
      ...(definition.DisplayCollectionName && { pluralLabel: definition.DisplayCollectionName }),
    },
  ]
}

/** A logical name wins over an entity set name, and that over a label. */
export function indexEntities(all: readonly Entity[]): EntityIndex {
  const byName = new Map<string, Entity>()
  for (const key of ['name', 'entitySet', 'label', 'pluralLabel'] as const) {
    for (const entity of all) {
      const name = entity[key]?.toLowerCase()
      if (name && !byName.has(name)) byName.set(name, entity)
    }
  }
  return { all: all.toSorted((a, b) => a.name.localeCompare(b.name)), byName }
}

export function findEntity(index: EntityIndex, name: string): Entity | undefined {
  return index.byName.get(name.trim().toLowerCase())
}

/** The logical names of the tables nearest to `name`. */
export function nearestEntities(index: EntityIndex, name: string): string[] {
  return nearest(name, index.all.map(suggestible))
}

function suggestible(entity: Entity): { name: string; aliases: string[] } {
  return { name: entity.name, aliases: [entity.label, entity.pluralLabel].filter((label) => label !== undefined) }
}

export function unknownEntity(index: EntityIndex, name: string): QueryError {
  const near = nearestEntities(index, name)
  return new QueryError(
    'unknown_entity',
    `There is no entity "${name.slice(0, 100)}".`,
    near.length > 0 ? `Did you mean: ${near.join(', ')}?` : 'Call list_entities to see which entities there are.',
  )
}
