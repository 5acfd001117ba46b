import type { Answer, ApiRequest, Json, MutableJson } from '../http/api.ts'
import { DataverseFault, invalidArgument, unknownSegment } from '../http/errors.ts'
import { enumOf, jsonOf, parseCall, stringOf } from '../functions/call.ts'
import type { Entity } from '../schema/schema.ts'
import { ENTITIES } from '../schema/schema.ts'
import { describeColumns, describeEntity, describeTyped } from './describe.ts'
import { keptUntilPublished } from './kept.ts'
import { languageOf, onlyLanguages } from './labels.ts'
import type { Published, Publishing } from './publishing.ts'
import type { Expression } from './query-expression.ts'
import { expressionOf, objectOf } from './query-expression.ts'
import { entitySet, membersOf, partOf } from './sets.ts'

const CRM = '#Microsoft.Dynamics.CRM.'
const DAY = 86_400_000
/** `Organization.ExpireSubscriptionsInDays`. */
const EXPIRES_IN_DAYS = 90
const PARTS = ['ManyToOneRelationships', 'OneToManyRelationships', 'ManyToManyRelationships', 'Keys'] as const
const ALWAYS: readonly string[] = ['MetadataId', 'LogicalName', 'HasChanged']

const two = (part: number): string => String(part).padStart(2, '0')

/** `4810226!11/24/2026 09:30:00`. */
function stampOf(version: number, now: Date): string {
  const date = `${two(now.getUTCMonth() + 1)}/${two(now.getUTCDate())}/${now.getUTCFullYear()}`
  return `${version}!${date} ${now.toISOString().slice(11, 19)}`
}

/** The version in a client's stamp. @throws DataverseFault 400 for no stamp, 0x80044352 for an expired one */
function readStamp(stamp: string, metadata: Publishing, now: Date): number {
  const [, version, time] = /^(\d+)!(\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d)$/.exec(stamp) ?? []
  if (version === undefined || time === undefined) throw invalidArgument(`'${stamp}' is not a ClientVersionStamp.`)
  const age = now.getTime() - Date.parse(`${time} UTC`)
  if (Number(version) < metadata.oldest() || Number(version) > metadata.version() || age > EXPIRES_IN_DAYS * DAY) {
    const text = 'Version stamp associated with the client has expired. Please perform a full sync.'
    throw new DataverseFault(400, '0x80044352', text)
  }
  return Number(version)
}

/** All members are there; those that were not asked for are null. */
function shape(item: Json, { all, names }: Expression, hasChanged: boolean | null): MutableJson {
  const out: MutableJson = {}
  for (const [name, value] of Object.entries(item)) {
    const kept = all || names.has(name) || ALWAYS.includes(name) || name === '@odata.type'
    if (name === 'HasChanged') out[name] = hasChanged
    else out[name] = kept ? value : null
  }
  return out
}

const complexType = (item: Json): Json => {
  const { '@odata.type': type, ...rest } = item
  if (typeof type !== 'string' || /UniqueIdentifier|\.AttributeMetadata/.test(type)) return rest
  return { '@odata.type': type.replace(CRM, `${CRM}Complex`), ...rest }
}

const columns = keptUntilPublished<readonly Json[]>()

function columnsOf(entity: Entity, language: number): readonly Json[] {
  const describe = (): Json[] =>
    describeColumns(entity, language).map(({ json, column }) =>
      complexType({ ...json, ...(column && describeTyped(entity, column, language)) }),
    )
  return columns(`${entity.logicalName} ${language}`, describe)
}

type Query = {
  readonly entities: Expression
  readonly attributes: Expression
  readonly relationships: Expression
  readonly keys: Expression
  readonly languages?: readonly number[]
}

type Members = {
  readonly attributes: ReadonlySet<string>
  readonly relationships: ReadonlySet<string>
  readonly keys: ReadonlySet<string>
}

let members: Members | undefined

/** The members that each kind of item has, which no publish changes: worked out once. */
function knownMembers(): Members {
  const entities = [...ENTITIES.values()]
  const of = (navs: readonly string[]): Set<string> =>
    membersOf(entities.flatMap((entity) => navs.flatMap((nav) => partOf(entity, nav, 0)?.items ?? [])))
  members ??= {
    attributes: membersOf(entities.flatMap((entity) => columnsOf(entity, 0))),
    relationships: of(PARTS.filter((nav) => nav !== 'Keys')),
    keys: of(['Keys']),
  }
  return members
}

function readQuery(value: unknown, entityMembers: ReadonlySet<string>): Query {
  const parts = ['AttributeQuery', 'RelationshipQuery', 'KeyQuery', 'LabelQuery', 'SecurityPrivilegeQuery']
  const query =
    value === undefined || value === null
      ? {}
      : objectOf(value, 'EntityQueryExpression', ['Properties', 'Criteria', ...parts])
  const known = knownMembers()
  const ofTables = new Set([...entityMembers, 'Attributes', ...PARTS])
  const labels = query['LabelQuery'] ?? undefined
  const languages =
    labels === undefined
      ? undefined
      : objectOf(labels, 'LabelQueryExpression', ['FilterLanguages', 'MissingLabelBehavior'])['FilterLanguages']
  return {
    entities: expressionOf(value, 'EntityQueryExpression', ofTables, parts),
    attributes: expressionOf(query['AttributeQuery'], 'AttributeQueryExpression', known.attributes),
    relationships: expressionOf(query['RelationshipQuery'], 'RelationshipQueryExpression', known.relationships),
    keys: expressionOf(query['KeyQuery'], 'EntityKeyQueryExpression', known.keys),
    ...(Array.isArray(languages) && languages.length > 0 && { languages: languages.map(Number) }),
  }
}

/** Below a changed table everything counts as changed; below another only the columns that were published. */
function writeChildren(
  entity: Entity,
  query: Query,
  changed: readonly Published[] | undefined,
  language: number,
): Json {
  const { entities, attributes, relationships, keys } = query
  const asked = (name: string): boolean => entities.all || entities.names.has(name)
  const isNew = changed?.some(({ item }) => item === 'Entity') ?? true
  const ids = new Set(changed?.map(({ metadataId }) => metadataId))
  const isChanged = (one: Json): boolean => isNew || ids.has(String(one['MetadataId']))
  const own = asked('Attributes') ? columnsOf(entity, language).filter(isChanged) : null
  const written = own?.filter(attributes.matches).map((one) => shape(one, attributes, changed ? true : null))
  const out: MutableJson = { Attributes: written ?? null }
  for (const nav of PARTS) {
    const expression = nav === 'Keys' ? keys : relationships
    const items = isNew && asked(nav) ? (partOf(entity, nav, language)?.items ?? []) : []
    out[nav] = asked(nav)
      ? items.filter(expression.matches).map((one) => shape(complexType(one), expression, changed ? true : null))
      : null
  }
  return out
}

function writeEntity(entity: Entity, query: Query, changed: readonly Published[] | undefined, language: number): Json {
  const item = describeEntity(entity, language)
  const itself = changed?.some((one) => one.item === 'Entity')
  const shown =
    itself === false ? { all: false, names: new Set<string>(), matches: query.entities.matches } : query.entities
  return { ...shape(item, shown, itself ?? null), ...writeChildren(entity, query, changed, language) }
}

const FILTERS: Readonly<Record<string, readonly Published['item'][]>> = {
  Default: ['Entity'],
  Attribute: ['Attribute'],
  Relationship: [],
  Label: [],
  OptionSet: [],
  All: ['Entity', 'Attribute'],
}

/** What is gone since the stamp, by kind; only with both a stamp and filters. */
function deletedSince(since: readonly Published[], filters: readonly string[]): Json {
  const wanted = filters.flatMap((name) => {
    const items = FILTERS[name]
    if (!items) throw invalidArgument(`'${name}' is not a member of DeletedMetadataFilters.`)
    return items
  })
  const found = [...new Set(wanted)].flatMap((item) => {
    const ids = since.filter((one) => one.isDeleted && one.item === item).map(({ metadataId }) => metadataId)
    const value = { Count: ids.length, IsReadOnly: false, Items: ids }
    return ids.length === 0 ? [] : [{ key: item === 'Entity' ? 'Default' : item, value }]
  })
  return {
    Count: found.length,
    IsReadOnly: false,
    Keys: found.map(({ key }) => key),
    Values: found.map(({ value }) => value),
  }
}

const PARAMETERS = ['Query', 'DeletedMetadataFilters', 'ClientVersionStamp', 'AppModuleId', 'RetrieveAllSettings']

/**
 * `RetrieveMetadataChanges(Query=@p1,ClientVersionStamp=@p2,DeletedMetadataFilters=@p3)`.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/cache-schema-data
 * @throws DataverseFault 400 for a malformed query, 0x80044352 for an expired stamp
 */
export function answerChanges(segment: string, rest: readonly string[], request: ApiRequest): Answer {
  if (rest.length > 0) throw unknownSegment(rest[0] ?? '')
  const { metadata } = request.platform
  const { now } = request.reader
  const call = parseCall(segment, request.query, PARAMETERS)
  const stamp = stringOf(call, 'ClientVersionStamp')
  const filters = enumOf(call, 'DeletedMetadataFilters', 'DeletedMetadataFilters') ?? []
  const since = stamp === undefined ? undefined : metadata.since(readStamp(stamp, metadata, now))
  const language = languageOf(request.reader)
  const tables = entitySet(language)
  const query = readQuery(jsonOf(call, 'Query'), tables.members)
  const value = [...ENTITIES.values()].flatMap((entity, at) => {
    const changed = since?.filter((one) => one.entity === entity.logicalName && !one.isDeleted)
    if (changed?.length === 0 || !query.entities.matches(tables.items[at] ?? {})) return []
    return [writeEntity(entity, query, changed, language)]
  })
  const body = {
    '@odata.context': `${request.base}$metadata#Microsoft.Dynamics.CRM.RetrieveMetadataChangesResponse`,
    ServerVersionStamp: stampOf(metadata.version(), now),
    DeletedMetadata: deletedSince(since ?? [], since ? filters : []),
    EntityMetadata: query.languages ? onlyLanguages(value, query.languages) : value,
  }
  return { status: 200, body }
}
