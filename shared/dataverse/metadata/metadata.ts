import { DataverseError } from '../errors.ts'
import type { WebApi } from '../web-api/web-api.ts'
import type { WritableTable } from '../change/writable/writable.ts'
import { loadGuardedTables, loadPrivileges, readableTables, unreadableAmong, type GuardedTable } from './read/access.ts'
import { loadColumnPrivileges, NOT_TOLD, SEES_ALL, sightBy, type ColumnPrivileges } from './column-privileges.ts'
import { tableKey, type MetadataCache } from './cache/cache.ts'
import { changesSince, STAMP } from './cache/changes.ts'
import { coalesceReads, isRefusal, required, unlessRefused, type Reads } from '../web-api/coalesce.ts'
import { ENTITIES, findEntity, unknownEntity } from './read/entity-index.ts'
import type { Auditing, Entity, EntityIndex, Metadata, Table } from './model.ts'
import { loadOrganization, loadTimeZones } from './read/organization.ts'
import { languageKey, loadPerson, toPerson, type Who } from './read/person.ts'
import { loadTable } from './read/table.ts'

export type MetadataDeps = {
  readonly cache: MetadataCache
  readonly who: Who
  readonly now: () => number
  /** Without it there is no term. */
  readonly terms?: Metadata['terms'] | undefined
}

type Known = Awaited<ReturnType<typeof personAndOrganization>>
type Session = MetadataDeps & { readonly reads: Reads; known?: Known | undefined }

/** An unknown name may be one that was just published: what is older than this is read anew before saying no. */
const FRESH_ENOUGH_MS = 60_000

/**
 * What one tool call knows of tables and of its person. On a cold worker the first use of any of it costs one `$batch`;
 * a table costs another. On a warm one, a person who was not seen yet costs one.
 */
export function createMetadata(api: WebApi, deps: MetadataDeps): Metadata {
  const { who, now } = deps
  const session: Session = { ...deps, reads: coalesceReads(api) }
  const table = async (entity: Entity, notBefore?: number): Promise<Table> =>
    await tableOf(session, await ready(session), entity, notBefore)
  return {
    entities: async () => await indexOf(session, await ready(session)),
    entity: async (name) => await findOrReload(session, name),
    table: async (entity, { fresh = false } = {}) => await table(entity, fresh ? now() - FRESH_ENOUGH_MS : undefined),
    tables: async (entities) => {
      const language = await ready(session)
      return await Promise.all(entities.map((entity) => tableOf(session, language, entity)))
    },
    readable: async () => {
      const language = await ready(session)
      const [index, { tables, held }] = await Promise.all([indexOf(session, language), rightsOf(session, language)])
      return readableTables(index, tables, held)
    },
    unreadable: async (names, { ifKnown = false } = {}) => {
      const language = await ready(session)
      const rights = ifKnown ? knownRights(session, language) : await rightsOf(session, language)
      return rights ? unreadableAmong(names, rights.tables, rights.held) : []
    },
    sight: async (tables, right = 'read') =>
      tables.some(hasSecured) ? sightBy(await columnPrivileges(session), right) : SEES_ALL,
    privileges: async () => await privilegesOf(session),
    writable: async (table) => await writableOf(session, table),
    auditing: async (entities) => await auditingOf(session, entities),
    person: async () => {
      await ready(session)
      const [facts, organization, zones] = await knownOf(session)
      return toPerson(who, facts, organization, zones)
    },
    terms: deps.terms ?? (() => Promise.resolve([])),
  }
}

async function findOrReload(session: Session, name: string): Promise<Entity> {
  const language = await ready(session)
  const found = findEntity(await indexOf(session, language), name)
  if (found) return found
  const fresh = await indexOf(session, language, session.now() - FRESH_ENOUGH_MS)
  const published = findEntity(fresh, name)
  if (!published) throw unknownEntity(fresh, name)
  return published
}

function indexOf({ cache, reads }: Session, language: string, notBefore?: number): Promise<EntityIndex> {
  return cache.indexes.get(language, async () => required(await reads.read(ENTITIES)), notBefore)
}

function tableOf({ cache, reads }: Session, language: string, entity: Entity, notBefore?: number): Promise<Table> {
  return cache.tables.get(tableKey(language, entity.name), () => loadTable(reads, entity), notBefore)
}

/** What was published a moment ago is in the table, and must be here. */
async function writableOf(session: Session, { entity, byName }: Table): Promise<WritableTable> {
  await ready(session)
  const { cache, reads, now } = session
  const load = async (): Promise<WritableTable> => {
    const { readWritable } = await import('../change/writable/read-writable.ts')
    return await readWritable(reads, entity)
  }
  const known = await cache.writables.get(entity.name, load)
  if ([...byName.keys()].every((name) => known.columns.has(name))) return known
  return await cache.writables.get(entity.name, load, now() - FRESH_ENOUGH_MS)
}

async function auditingOf(session: Session, entities: readonly Entity[]): Promise<Auditing> {
  await ready(session)
  const { cache, reads, who } = session
  const { loadAuditing, loadTableAuditing } = await import('./auditing.ts')
  const [isOn, ...tables] = await Promise.all([
    cache.audited.get(who.organizationId, () => loadAuditing(reads, who.organizationId)),
    ...entities.map(({ name }) => cache.auditedTables.get(name, () => loadTableAuditing(reads, name))),
  ])
  return { isOn, tables }
}

type Rights = { readonly tables: readonly GuardedTable[]; readonly held: ReadonlySet<string> }

function heldBy({ cache, who, reads }: Pick<Session, 'cache' | 'who' | 'reads'>): Promise<ReadonlySet<string>> {
  return cache.privileges.get(who.systemUserId, () => loadPrivileges(reads, who.systemUserId))
}

async function privilegesOf(session: Session): Promise<ReadonlySet<string> | undefined> {
  await ready(session)
  try {
    return await heldBy(session)
  } catch (error) {
    if (error instanceof DataverseError && isRefusal(error)) return undefined
    throw error
  }
}

async function rightsOf({ cache, who, reads }: Session, language: string): Promise<Rights> {
  const [tables, held] = await Promise.all([
    cache.guardedTables.get(language, () => loadGuardedTables(reads)),
    heldBy({ cache, who, reads }),
  ])
  return { tables, held }
}

function knownRights({ cache, who }: Session, language: string): Rights | undefined {
  const [tables, held] = [cache.guardedTables.peek(language), cache.privileges.peek(who.systemUserId)]
  return tables && held && { tables, held }
}

/** Within one call they stay as they were read first, for as long as nothing else is to be read anew. */
async function knownOf(session: Session): Promise<Known> {
  return (session.known ??= await personAndOrganization(session))
}

function personAndOrganization({ cache, who, reads }: Session) {
  return Promise.all([
    cache.people.get(who.systemUserId, () => loadPerson(reads, who)),
    cache.organizations.get(who.organizationId, () => loadOrganization(reads, who.organizationId)),
    cache.timeZones.get(who.organizationId, () => loadTimeZones(reads)),
  ])
}

const secured = new WeakMap<Table, boolean>()

/** A table never changes: what is read anew is another. */
function hasSecured(table: Table): boolean {
  const known = secured.get(table)
  if (known !== undefined) return known
  const found = [...table.byName.values()].some((column) => column.secured !== undefined)
  secured.set(table, found)
  return found
}

/** A query does not fail for want of them: what they would tell is then said to be unknown, and asked again. */
async function columnPrivileges({ cache, who, reads }: Session): Promise<ColumnPrivileges> {
  const { organizationId, systemUserId } = who
  const load = (): Promise<ColumnPrivileges> => loadColumnPrivileges(reads, systemUserId)
  try {
    return await cache.columnPrivileges.get(`${organizationId}/${systemUserId}`, load)
  } catch (error) {
    if (error instanceof DataverseError) return NOT_TOLD
    throw error
  }
}

/** Makes sure that what is kept may be used, and names the language of the person. */
async function ready(session: Session): Promise<string> {
  const { cache } = session
  // What is read anew comes in the language that the person has by now, and is kept under its name for all.
  if (cache.freshness.state() !== 'fresh') session.known = undefined
  if (cache.freshness.state() === 'due') {
    await Promise.all([cache.work.get('confirm', () => confirm(session)), personAndOrganization(session)])
  }
  if (cache.freshness.state() === 'unknown') await cache.work.get('open', () => open(session))
  return session.known ? languageBy(session, session.known) : await languageOf(session)
}

async function languageOf(session: Session): Promise<string> {
  return languageBy(session, await knownOf(session))
}

function languageBy({ who }: Session, [facts, organization]: Known): string {
  return languageKey(who, facts, organization)
}

/** Everything that a first call needs besides its table, in one request. */
async function open(session: Session): Promise<undefined> {
  const { cache, reads } = session
  cache.forget()
  const [language, index, stamp] = await Promise.all([languageOf(session), reads.read(ENTITIES), reads.read(STAMP)])
  cache.indexes.set(language, required(index))
  cache.freshness.opened(unlessRefused(stamp))
}

/** Asks what has changed. What cannot be told, for an expired stamp or otherwise, counts as everything. */
async function confirm({ cache, reads }: Session): Promise<undefined> {
  const stamp = cache.freshness.stamp()
  const result = stamp === undefined ? undefined : await reads.read(changesSince(stamp))
  if (result && !result.ok && !isRefusal(result.error)) throw result.error
  if (!result?.ok || result.value.deleted) {
    cache.forget()
    return
  }
  const { tables, stamp: newer } = result.value
  if (tables.length > 0) cache.forget(tables)
  cache.freshness.confirmed(newer)
}
