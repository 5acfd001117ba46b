import type { TablePolicy, WritePolicy } from '../../../config/writes/policy.ts'
import type { Table } from '../../metadata/model.ts'
import type { WritableTable } from '../writable/writable.ts'

/** What this instance has seen of a policy, for administrators: names of tables and columns alone. */
export type PolicySeen = {
  /** Tables that a change was asked of. */
  readonly tables: ReadonlySet<string>
  /** `table` or `table.column` that the environment does not have. */
  readonly unmatched: ReadonlySet<string>
  /** Tables whose changes Dynamics 365 keeps no history of. */
  readonly unaudited: ReadonlySet<string>
}

type Seen = {
  readonly tables: Set<string>
  readonly unmatched: Set<string>
  readonly unaudited: Set<string>
  /** Of `unmatched`, what was logged: until it is there, once is enough. */
  readonly told: Set<string>
}

const watched = new WeakMap<WritePolicy, Seen>()

/** A worker has one policy. */
export function policySeen(policy: WritePolicy): PolicySeen {
  return seenOf(policy)
}

function seenOf(policy: WritePolicy): Seen {
  const known = watched.get(policy)
  if (known) return known
  const made: Seen = { tables: new Set(), unmatched: new Set(), unaudited: new Set(), told: new Set() }
  watched.set(policy, made)
  return made
}

/** A misspelt column opens nothing, and nobody would know. What is published since is no longer missed. */
export function noteTable(policy: WritePolicy, table: Table, { columns, audited }: WritableTable): void {
  const { name } = table.entity
  const own = policy.get(name)
  if (!own) return
  const { tables, unmatched, unaudited } = seenOf(policy)
  tables.add(name)
  for (const column of namedIn(own)) mark(unmatched, `${name}.${column}`, !columns.has(column))
  mark(unaudited, name, !audited)
}

/** @param isThere whether the environment has a table of that logical name */
export function noteTables(policy: WritePolicy, isThere: (table: string) => boolean): void {
  const { unmatched } = seenOf(policy)
  for (const table of policy.keys()) mark(unmatched, table, !isThere(table))
}

/** What the environment does not have, each name once; again where it was there in between. */
export function newlyUnmatched(policy: WritePolicy): readonly string[] {
  const { unmatched, told } = seenOf(policy)
  for (const name of told) if (!unmatched.has(name)) told.delete(name)
  const names = [...unmatched].filter((name) => !told.has(name))
  for (const name of names) told.add(name)
  return names
}

function namedIn({ create, update, human }: TablePolicy): readonly string[] {
  return [create, update, human].flatMap((columns) => (typeof columns === 'string' ? [] : columns))
}

function mark(set: Set<string>, name: string, isMarked: boolean): void {
  if (isMarked) set.add(name)
  else set.delete(name)
}
