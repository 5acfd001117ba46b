import type { WritableTable } from '../../change/writable/writable.ts'
import type { GuardedTable } from '../read/access.ts'
import type { ColumnPrivileges } from '../column-privileges.ts'
import { createFreshness, type Freshness } from './freshness.ts'
import { createMemo, type Memo } from './memo.ts'
import type { EntityIndex, Table, TableAuditing } from '../model.ts'
import type { OrganizationFacts, TimeZones } from '../read/organization.ts'
import type { PersonFacts } from '../read/person.ts'

/**
 * One per worker, for one organization, shared between people: names, labels and ids alone, never a row of a table that
 * people query. What comes in a language is kept by language.
 */
export type MetadataCache = {
  readonly freshness: Freshness
  /** Flights of opening and confirming; no value of them is used. */
  readonly work: Memo<undefined>
  /** By language. */
  readonly indexes: Memo<EntityIndex>
  /** By language and table: see `tableKey`. */
  readonly tables: Memo<Table>
  /** By table, and only of those that somebody wants to write. */
  readonly writables: Memo<WritableTable>
  /** By table, and only of those whose history somebody wants to read. */
  readonly auditedTables: Memo<TableAuditing>
  /** By organization. */
  readonly audited: Memo<boolean>
  /** By language. */
  readonly guardedTables: Memo<readonly GuardedTable[]>
  /** By person. */
  readonly people: Memo<PersonFacts>
  /** By person. */
  readonly privileges: Memo<ReadonlySet<string>>
  /** By organization and person. */
  readonly columnPrivileges: Memo<ColumnPrivileges>
  /** By organization. */
  readonly organizations: Memo<OrganizationFacts>
  /** By organization. */
  readonly timeZones: Memo<TimeZones>
  /** Forgets what is the same for all: everything, or what these tables have a part in. */
  readonly forget: (tables?: readonly string[]) => void
}

export type MetadataCacheOptions = {
  readonly now: () => number
  /** How long a person's settings and privileges are kept, and metadata without asking whether it has changed. */
  readonly ttlMs?: number
  readonly maxAgeMs?: number
  /** Of what is the same for all in a language: tables with their columns, then names and privileges. */
  readonly tableBytes?: number
  readonly indexBytes?: number
  readonly maxPeople?: number
}

const TEN_MINUTES_MS = 600_000
const HOUR_MS = 3_600_000
const MB = 2 ** 20
const TABLE_BYTES = 24 * MB
/** Three languages of 1,500 tables take two thirds of it. */
const INDEX_BYTES = 6 * MB
/** The privileges of an administrator are some thousand ids. */
const MOST_PRIVILEGED_PEOPLE = 100

export function createMetadataCache(options: MetadataCacheOptions): MetadataCache {
  const { now, ttlMs = TEN_MINUTES_MS, maxAgeMs = HOUR_MS, maxPeople = 1_000 } = options
  const { tableBytes = TABLE_BYTES, indexBytes = INDEX_BYTES } = options
  const freshness = createFreshness({ now, ttlMs, maxAgeMs })
  const indexes = createMemo<EntityIndex>({ now, ttlMs: maxAgeMs, maxBytes: indexBytes })
  const tables = createMemo<Table>({ now, ttlMs: maxAgeMs, maxBytes: tableBytes })
  const writables = createMemo<WritableTable>({ now, ttlMs: maxAgeMs, maxBytes: indexBytes })
  const auditedTables = createMemo<TableAuditing>({ now, ttlMs: maxAgeMs, maxBytes: indexBytes })
  const guardedTables = createMemo<readonly GuardedTable[]>({ now, ttlMs: maxAgeMs, maxBytes: indexBytes })
  const columnPrivileges = createMemo<ColumnPrivileges>({ now, ttlMs, max: maxPeople })
  return {
    freshness,
    columnPrivileges,
    indexes,
    tables,
    writables,
    auditedTables,
    guardedTables,
    work: createMemo({ now, ttlMs: -1, max: 1 }),
    audited: createMemo({ now, ttlMs, max: 1 }),
    people: createMemo({ now, ttlMs, max: maxPeople }),
    privileges: createMemo({ now, ttlMs, max: MOST_PRIVILEGED_PEOPLE }),
    organizations: createMemo({ now, ttlMs: maxAgeMs, max: 1 }),
    timeZones: createMemo({ now, ttlMs: maxAgeMs, max: 1 }),
    forget: (names) => {
      indexes.drop()
      guardedTables.drop()
      // A column that was secured since is in nobody's list of them.
      columnPrivileges.drop()
      tables.drop(names && ((key) => names.includes(tableOf(key))))
      writables.drop(names && ((key) => names.includes(key)))
      auditedTables.drop(names && ((key) => names.includes(key)))
      if (!names) freshness.forgotten()
    },
  }
}

export function tableKey(language: string, table: string): string {
  return `${language}/${table}`
}

function tableOf(key: string): string {
  return key.slice(key.indexOf('/') + 1)
}
