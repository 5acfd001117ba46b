import * as z from 'zod'
import type { Read } from '../../web-api/web-api.ts'
import { required, type Reads } from '../../web-api/coalesce.ts'
import { findEntity } from './entity-index.ts'
import type { EntityIndex, ListedEntity } from '../model.ts'
import { Identifier, Label } from '../names.ts'
import { byUse } from '../usual-entities.ts'

/** A table that rows can be read from, and the ids of the privileges to read it. */
export type GuardedTable = {
  readonly name: string
  readonly description?: string
  readonly readPrivileges: readonly string[]
}

const Definition = z.object({
  LogicalName: Identifier,
  Description: Label,
  IsIntersect: z.boolean().nullish(),
  IsPrivate: z.boolean().nullish(),
  Privileges: z.array(z.object({ PrivilegeId: z.string(), PrivilegeType: z.string() })).nullish(),
})

const GUARDED_TABLES: Read<readonly GuardedTable[]> = {
  path: `EntityDefinitions?$select=${Object.keys(Definition.shape).join(',')}`,
  schema: z
    .object({ value: z.array(Definition) })
    .transform(({ value }) => value.filter((one) => !one.IsIntersect && !one.IsPrivate).map(toGuardedTable)),
}

function toGuardedTable({ LogicalName: name, Description, Privileges }: z.output<typeof Definition>): GuardedTable {
  const toRead = (Privileges ?? []).filter(({ PrivilegeType }) => PrivilegeType === 'Read')
  return {
    name,
    ...(Description && { description: Description }),
    readPrivileges: toRead.map(({ PrivilegeId }) => PrivilegeId.toLowerCase()),
  }
}

export async function loadGuardedTables(reads: Reads): Promise<readonly GuardedTable[]> {
  return required(await reads.read(GUARDED_TABLES))
}

const Privileges = z
  .object({ RolePrivileges: z.array(z.object({ PrivilegeId: z.string() })) })
  .transform(({ RolePrivileges }) => new Set(RolePrivileges.map(({ PrivilegeId }) => PrivilegeId.toLowerCase())))

/**
 * The ids of all privileges of a person, those of their teams' roles included.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrieveuserprivileges
 */
export async function loadPrivileges(reads: Reads, systemUserId: string): Promise<ReadonlySet<string>> {
  const path = `systemusers(${systemUserId})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()`
  return required(await reads.read({ path, schema: Privileges }))
}

type Ordered = ListedEntity & Pick<GuardedTable, 'readPrivileges'>
/** Both are kept for as long as metadata are, so what follows from them is worked out once. */
const ORDERED = new WeakMap<EntityIndex, WeakMap<readonly GuardedTable[], readonly Ordered[]>>()

/** Those that a person has a privilege to read, as people ask for them; the same objects from call to call. */
export function readableTables(
  index: EntityIndex,
  tables: readonly GuardedTable[],
  held: ReadonlySet<string>,
): ListedEntity[] {
  return ordered(index, tables).filter(({ readPrivileges }) => readPrivileges.some((id) => held.has(id)))
}

function ordered(index: EntityIndex, tables: readonly GuardedTable[]): readonly Ordered[] {
  const ofIndex = ORDERED.get(index) ?? new WeakMap<readonly GuardedTable[], readonly Ordered[]>()
  ORDERED.set(index, ofIndex)
  const known = ofIndex.get(tables)
  if (known) return known
  const found = tables.flatMap(({ name, description, readPrivileges }): Ordered[] => {
    const entity = findEntity(index, name)
    return entity ? [{ entity, readPrivileges, ...(description && { description }) }] : []
  })
  const made = found.sort((a, b) => byUse(a.entity, b.entity))
  ofIndex.set(tables, made)
  return made
}

/** A table that has no privilege of its own is read with another one, as rows of an invoice are with the invoice. */
export function unreadableAmong(
  names: readonly string[],
  tables: readonly GuardedTable[],
  held: ReadonlySet<string>,
): string[] {
  const isKeptOut = ({ readPrivileges }: GuardedTable): boolean =>
    readPrivileges.length > 0 && !readPrivileges.some((id) => held.has(id))
  return names.filter((name) => tables.some((table) => table.name === name && isKeptOut(table)))
}
