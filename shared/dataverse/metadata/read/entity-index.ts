import * as z from 'zod'
import { QueryError } from '../../errors.ts'
import { nearest, prepared, type Prepared } from '../../advice/suggest.ts'
import type { Read } from '../../web-api/web-api.ts'
import type { Entity, EntityIndex } from '../model.ts'
import { Identifier, Label, OptionalIdentifier } from '../names.ts'

const EntityDefinition = z.object({
  LogicalName: Identifier,
  EntitySetName: OptionalIdentifier,
  PrimaryIdAttribute: OptionalIdentifier,
  PrimaryNameAttribute: OptionalIdentifier,
  DisplayName: Label,
  DisplayCollectionName: Label,
  IsCustomEntity: z.boolean().nullish(),
  IsActivity: z.boolean().nullish(),
  IsIntersect: z.boolean().nullish(),
  ObjectTypeCode: z.number().nullish(),
})
type EntityDefinition = z.output<typeof EntityDefinition>

const SELECTED = Object.keys(EntityDefinition.shape).join(',')

/** The names of all tables in one read; `EntityDefinitions` is not paged. */
export const ENTITIES: Read<EntityIndex> = {
  path: `EntityDefinitions?$select=${SELECTED}`,
  schema: z.object({ value: z.array(EntityDefinition) }).transform(({ value }) => indexDefinitions(value)),
}

function indexDefinitions(definitions: readonly EntityDefinition[]): EntityIndex {
  const listed = definitions.filter(({ IsIntersect }) => IsIntersect !== true).flatMap(toEntity)
  const pairing = definitions.filter(({ IsIntersect }) => IsIntersect === true).flatMap(toEntity)
  const { all, byName } = indexEntities(listed)
  // FetchXML links through the tables that pair rows; nobody asks for one by its label.
  const paired = pairing.map((entity) => [entity.name, entity] as const)
  return { all, byName: new Map([...definitions.flatMap(byTypeCode), ...paired, ...byName]) }
}

/** As older links name a table, `etc=112`: the number of a custom one differs between organizations. */
function byTypeCode(definition: EntityDefinition): [string, Entity][] {
  const { ObjectTypeCode: code } = definition
  return code ? toEntity(definition).map((entity) => [`etc=${code}`, entity]) : []
}

function toEntity(definition: EntityDefinition): Entity[] {
  const { LogicalName, EntitySetName, PrimaryIdAttribute, PrimaryNameAttribute } = definition
  if (!EntitySetName || !PrimaryIdAttribute) return []
  return [
    {
      name: LogicalName,
      entitySet: EntitySetName,
      idColumn: PrimaryIdAttribute,
      kind: kindOf(definition),
      ...(PrimaryNameAttribute && { nameColumn: PrimaryNameAttribute }),
      ...(definition.DisplayName && { label: definition.DisplayName }),
      ...(definition.DisplayCollectionName && { pluralLabel: definition.DisplayCollectionName }),
    },
  ]
}

function kindOf({ LogicalName, IsActivity, IsCustomEntity }: EntityDefinition): Entity['kind'] {
  if (IsActivity || LogicalName === 'activitypointer') return 'activity'
  return IsCustomEntity ? 'custom' : 'standard'
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
  return { all: all.toSorted((a, b) => (a.name < b.name ? -1 : 1)), byName }
}

export function findEntity(index: EntityIndex, name: string): Entity | undefined {
  return index.byName.get(name.trim().toLowerCase())
}

/** The logical names of the tables nearest to `name`. */
export function nearestEntities(index: EntityIndex, name: string): string[] {
  return nearest(name, suggestibleOf(index))
}

const ALL = new WeakMap<EntityIndex, readonly Prepared[]>()

function suggestibleOf(index: EntityIndex): readonly Prepared[] {
  const known = ALL.get(index)
  if (known) return known
  const made = index.all.map(suggestible)
  ALL.set(index, made)
  return made
}

/** What people who sell call tables; no metadata has it. It is suggested, never taken: `customer` may be either. */
const CALLED: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    account: 'customer client company firm organization business vendor supplier',
    contact: 'customer person people individual',
    opportunity: 'deal opp oppty sale pipeline',
    incident: 'ticket issue complaint support',
    lead: 'prospect',
    phonecall: 'call',
    appointment: 'meeting',
    task: 'todo',
    email: 'mail',
    annotation: 'comment attachment',
    activitymimeattachment: 'attachment file',
    systemuser: 'rep salesperson salesrep seller employee colleague owner',
    salesorder: 'purchase',
    quote: 'offer proposal',
    knowledgearticle: 'article',
    audit: 'change history',
  }).map(([name, words]) => [name, words.split(' ').flatMap((word) => [word, `${word}s`])]),
)

const SUGGESTIBLE = new WeakMap<Entity, Prepared>()

/** A table by all of its names, made once for as long as it is known. */
export function suggestible(entity: Entity): Prepared {
  const known = SUGGESTIBLE.get(entity)
  if (known) return known
  const { name, entitySet, label, pluralLabel } = entity
  const aliases = [entitySet, label, pluralLabel, ...(CALLED.get(name) ?? [])].filter((alias) => alias !== undefined)
  const made = prepared({ name, aliases })
  SUGGESTIBLE.set(entity, made)
  return made
}

export function unknownEntity(index: EntityIndex, name: string): QueryError {
  const near = nearestEntities(index, name)
  return new QueryError(
    'unknown_entity',
    `There is no entity "${name.slice(0, 100)}".`,
    near.length > 0 ? `Did you mean: ${near.join(', ')}?` : 'Call list_entities to see which entities there are.',
  )
}
