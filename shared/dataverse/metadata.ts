import type { DataverseClient } from './client.ts'
import { ColumnsDefinition, columnsPath, type EntityColumns } from './columns.ts'
import {
  EntityDefinitions,
  ENTITIES_PATH,
  findEntity,
  unknownEntity,
  type Entity,
  type EntityIndex,
} from './entities.ts'
import type { MetadataCache } from './metadata-cache.ts'
import { CHOICE_TYPES, OptionsDefinition, optionsByColumn, optionsPath, type EntityOptions } from './options.ts'

/** What one tool call knows of tables and columns: from the cache, else read with the caller's own token. */
export type Metadata = {
  /** @throws QueryError with the nearest names when there is no such entity */
  readonly entity: (name: string) => Promise<Entity>
  readonly entities: () => Promise<EntityIndex>
  readonly columns: (entity: Entity) => Promise<EntityColumns>
  readonly options: (entity: Entity) => Promise<EntityOptions>
}

/** An unknown name may be one that was just published: metadata older than this is read anew before saying no. */
const FRESH_ENOUGH_MS = 60_000

export function createMetadata(client: DataverseClient, cache: MetadataCache, now: () => number): Metadata {
  const entities = (notBefore?: number): Promise<EntityIndex> =>
    cache.entities.get('all', () => client.get(ENTITIES_PATH, EntityDefinitions), notBefore)
  const columns = (entity: Entity): Promise<EntityColumns> =>
    cache.columns.get(entity.name, () => client.get(columnsPath(entity.name), ColumnsDefinition))
  return {
    entities: () => entities(),
    entity: async (name) => {
      const found = findEntity(await entities(), name)
      if (found) return found
      const fresh = await entities(now() - FRESH_ENOUGH_MS)
      const published = findEntity(fresh, name)
      if (!published) throw unknownEntity(fresh, name)
      return published
    },
    columns,
    options: (entity) =>
      cache.options.get(entity.name, async () => await loadOptions(client, entity.name, await columns(entity))),
  }
}

async function loadOptions(client: DataverseClient, entity: string, columns: EntityColumns): Promise<EntityOptions> {
  const present = new Set([...columns.byName.values()].map(({ type }) => type))
  const answers = await Promise.all(
    CHOICE_TYPES.filter((type) => present.has(type)).map((type) =>
      client.get(optionsPath(entity, type), OptionsDefinition),
    ),
  )
  return new Map(answers.flatMap(optionsByColumn))
}
