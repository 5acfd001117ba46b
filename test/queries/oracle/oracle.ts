import type { SQLInputValue } from 'node:sqlite'
import { DatabaseSync } from 'node:sqlite'

import type { Person } from '../../sandbox/people.ts'
import { fold, letters, like } from './collation.ts'
import type { RawRow } from './oracle-tables.ts'
import { CHILDREN, INTERSECTS, OWNED, ROLE_DEPTHS, SECURED, UNOWNED, keyOf } from './oracle-tables.ts'

export type SqlValue = string | number | null
export type SqlRow = Readonly<Record<string, SqlValue>>
/** `denied` where the person has no read privilege at all on a table of the query. */
export type SqlAnswer = 'denied' | { readonly columns: readonly string[]; readonly rows: readonly SqlRow[] }

/**
 * The right answers to a query, computed in SQL over the rows as they were seeded. Tables hold what the person may
 * read. In SQL stand `me()`, `my_unit()`, `my_language()`, `now_utc()` (as `createdon` is written), `now_local()`,
 * `today()`, `local(instant)` (wall-clock time in the person's zone), `fold(text)` (the key that the collation compares),
 * `letters(text)` (the same with the blanks at its end) and LIKE, which compares by the collation.
 */
export type Oracle = {
  readonly answer: (person: Person, sql: string) => SqlAnswer
  readonly rows: (person: Person, sql: string) => readonly SqlRow[]
  /** The first column of each row. */
  readonly ids: (person: Person, sql: string) => readonly SqlValue[]
  readonly close: () => void
}

export const ZONES: Readonly<Record<number, string>> = {
  35: 'America/New_York',
  85: 'Europe/London',
  110: 'Europe/Berlin',
}

function plain(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'object' && value !== null) return (value as { id: string }).id
  return (value ?? null) as SQLInputValue
}

/** A lookup becomes two columns: `customerid` and `customerid_type`. */
function flat({ values }: RawRow): Map<string, SQLInputValue> {
  const cells = new Map<string, SQLInputValue>()
  for (const [name, value] of Object.entries(values)) {
    cells.set(name, plain(value))
    if (typeof value === 'object' && value !== null) cells.set(`${name}_type`, (value as { entity: string }).entity)
  }
  return cells
}

/** Of rows that are still in use: files that ask at one moment share its rows. */
const images = new WeakMap<readonly RawRow[], Uint8Array>()

/** A database of these rows, written once: each person's begins as a copy of it. */
function imageOf(rows: readonly RawRow[]): Uint8Array {
  const known = images.get(rows)
  if (known) return known
  const database = new DatabaseSync(':memory:')
  database.exec('begin')
  load(database, rows)
  database.exec('commit')
  const image = database.serialize()
  database.close()
  images.set(rows, image)
  return image
}

function load(database: DatabaseSync, rows: readonly RawRow[]): void {
  const tables = Map.groupBy(rows, ({ entity }) => entity)
  for (const table of [
    ...Object.keys(OWNED),
    ...UNOWNED,
    ...INTERSECTS,
    ...CHILDREN.map(([name]) => name),
    'principalobjectaccess',
  ]) {
    const key = keyOf(table)
    // A row that was seeded twice holds what was said last.
    const last = new Map((tables.get(table) ?? []).map((row) => [row.values[key], flat(row)]))
    const columns = [
      ...new Set([key, 'ownerid', 'owningbusinessunit', ...[...last.values()].flatMap((row) => [...row.keys()])]),
    ]
    const list = columns.map((name) => `"${name}"`).join(', ')
    database.exec(`create table raw_${table} (${list}, unique ("${key}"))`)
    const insert = database.prepare(`insert into raw_${table} (${list}) values (${columns.map(() => '?').join(', ')})`)
    for (const row of last.values()) insert.run(...columns.map((name) => row.get(name) ?? null))
  }
}

/** The security model in SQL: who I am, through which roles, how far each reaches, and what was shared with me. */
const SECURITY = `
create table role_depth (role text, tbl text, depth integer);
create view my_teams as select teamid from raw_teammembership where systemuserid = me();
create view unit_tree as
  with recursive tree(root, unit) as (
    select businessunitid, businessunitid from raw_businessunit
    union select tree.root, b.businessunitid from tree join raw_businessunit b on b.parentbusinessunitid = tree.unit)
  select root, unit from tree;
create view my_grants as
  select r.name as role, null as team, my_unit() as unit
    from raw_systemuserroles s join raw_role r on r.roleid = s.roleid where s.systemuserid = me()
  union all
  select r.name, t.teamid, t.businessunitid
    from raw_teamroles x join raw_role r on r.roleid = x.roleid join raw_team t on t.teamid = x.teamid
    where x.teamid in (select teamid from my_teams);
create view my_depths as
  select d.tbl, d.depth, g.team, g.unit from my_grants g join role_depth d on d.role = g.role;
create view my_shares as
  select objectid from raw_principalobjectaccess
  where accessrightsmask & 1 = 1 and (principalid = me() or principalid in (select teamid from my_teams));
`

const owned = (table: string, privilege: string): string => `
create table ${table} as select * from raw_${table} x where
  exists (select 1 from my_depths d where d.tbl = '${privilege}' and (
    d.depth = 4
    or (d.team is null and (x.ownerid = me() or x.ownerid in (select teamid from my_teams)))
    or x.ownerid = d.team
    or (d.depth = 2 and x.owningbusinessunit = d.unit)
    or (d.depth = 3 and x.owningbusinessunit in (select unit from unit_tree where root = d.unit))))
  or (x.${keyOf(table)} in (select objectid from my_shares)
    and exists (select 1 from my_depths d where d.tbl = '${privilege}'));
`

/** By which rows of a table are counted or joined for each row of another one; else all of them are read each time. */
const LOOKED_UP: Readonly<Record<string, readonly string[]>> = {
  activitypointer: ['regardingobjectid'],
  activityparty: ['activityid', 'partyid'],
  opportunity: ['parentaccountid', 'customerid'],
  contact: ['parentcustomerid'],
}

/**
 * Makes a table when it is first asked for, of what the person may read of it. What no role opens is no table at all, so
 * that a query of it fails.
 * @returns whether there is one now that there was not
 */
function opener(database: DatabaseSync): (table: string) => boolean {
  const known = new Set(
    database
      .prepare('select distinct tbl from my_depths')
      .all()
      .map(({ tbl }) => String(tbl)),
  )
  const opened = new Set<string>()
  const sqlOf = (table: string): string | undefined => {
    const privilege = OWNED[table]
    if (privilege !== undefined) return known.has(privilege) ? owned(table, privilege) : undefined
    const isOpen = INTERSECTS.includes(table) || (UNOWNED.includes(table) && known.has(table))
    if (isOpen) return `create table ${table} as select * from raw_${table}`
    const [, column, parent, key] = CHILDREN.find(([name]) => name === table) ?? []
    if (parent === undefined || !known.has(OWNED[parent] ?? '')) return undefined
    open(parent)
    return `create table ${table} as select * from raw_${table} where ${column} in (select ${key} from ${parent})`
  }
  const open = (table: string): boolean => {
    const sql = opened.has(table) ? undefined : sqlOf(table)
    if (sql === undefined) return false
    opened.add(table)
    database.exec(sql)
    // Else SQLite makes one anew for each query that joins this table.
    if (!INTERSECTS.includes(table)) database.exec(`create index key_of_${table} on ${table} ("${keyOf(table)}")`)
    for (const column of LOOKED_UP[table] ?? [])
      database.exec(`create index ${column}_of_${table} on ${table} ("${column}")`)
    for (const [, column] of SECURED.filter(([name]) => name === table))
      database.exec(`update ${table} set ${column} = null
        where not exists (select 1 from my_grants where role in ('Sales Manager', 'Analyst'))`)
    return true
  }
  return open
}

type Me = { id: string; unit: string; language: number; wallClock: (instant: string) => string }

function personOf(database: DatabaseSync, id: string): Me {
  const sql = `select u.businessunitid as unit, s.timezonecode as zone, s.uilanguageid as language
    from raw_systemuser u join raw_usersettings s on s.systemuserid = u.systemuserid where u.systemuserid = ?`
  const found = database.prepare(sql).get(id)
  if (!found) throw new RangeError(`no user ${id}`)
  return {
    id,
    unit: String(found['unit']),
    wallClock: wallClockIn(ZONES[Number(found['zone'])] ?? ''),
    language: Number(found['language']),
  }
}

/** "2026-11-24 09:30:00" on the clock on the wall: Swedish dates are ISO's. */
export function wallClockIn(zone: string): (instant: string) => string {
  const formatter = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  const known = new Map<string, string>()
  return (instant) => {
    const wall = known.get(instant) ?? formatter.format(new Date(instant))
    known.set(instant, wall)
    return wall
  }
}

function functions(database: DatabaseSync, me: () => Me, now: Date): void {
  const instant = now.toISOString().replace(/\.\d{3}Z$/, 'Z')
  const define = (name: string, value: (...values: (SqlValue | undefined)[]) => SQLInputValue): void =>
    database.function(name, { deterministic: true, useBigIntArguments: false, varargs: true }, value as never)
  define('me', () => me().id)
  define('my_unit', () => me().unit)
  define('my_language', () => me().language)
  define('now_utc', () => instant)
  define('now_local', () => me().wallClock(instant))
  define('today', () => me().wallClock(instant).slice(0, 10))
  define('local', (text) => (text === null || text === undefined ? null : me().wallClock(String(text))))
  define('fold', (text) => (text === null || text === undefined ? null : fold(String(text))))
  define('letters', (text) => (text === null || text === undefined ? null : letters(String(text))))
  database.function('like', { deterministic: true }, ((pattern: SqlValue, text: SqlValue) =>
    pattern === null || text === null ? null : Number(like(String(pattern), String(text)))) as never)
}

type Own = { readonly database: DatabaseSync; readonly open: (table: string) => boolean }

function personal(image: Uint8Array, person: Person, now: Date): Own {
  const database = new DatabaseSync(':memory:')
  database.deserialize(image)
  let me: Me = { id: '', unit: '', language: 0, wallClock: wallClockIn('UTC') }
  functions(database, () => me, now)
  me = personOf(database, person.systemUserId ?? '')
  database.exec(SECURITY)
  const insert = database.prepare('insert into role_depth values (?, ?, ?)')
  for (const [role, depth, tables] of ROLE_DEPTHS) for (const table of tables.split(' ')) insert.run(role, table, depth)
  return { database, open: opener(database) }
}

const isTable = (name: string): boolean =>
  name in OWNED || UNOWNED.includes(name) || CHILDREN.some(([child]) => child === name)

/** Opens one table after the other that a query names. */
function answerFrom(own: Own, sql: string): SqlAnswer {
  try {
    const statement = own.database.prepare(sql)
    return { columns: statement.columns().map(({ name }) => name), rows: statement.all() as SqlRow[] }
  } catch (error) {
    const [, table] = /no such table: (\w+)$/.exec(String(error)) ?? []
    if (table !== undefined && own.open(table)) return answerFrom(own, sql)
    if (table !== undefined && isTable(table)) return 'denied'
    throw error
  }
}

/** The answers to queries at one moment, over rows as a Dataverse was seeded with them. */
export function oracleFor(rows: readonly RawRow[], people: readonly Person[], now: Date): Oracle {
  const databases = new Map<string, Own>()
  let image: Uint8Array | undefined
  const databaseOf = (person: Person): Own => {
    if (!people.includes(person)) throw new RangeError(`${person.name} is none of the people`)
    const own = databases.get(person.upn) ?? personal((image ??= imageOf(rows)), person, now)
    databases.set(person.upn, own)
    return own
  }
  const answer: Oracle['answer'] = (person, sql) => answerFrom(databaseOf(person), sql)
  const answered: Oracle['rows'] = (person, sql) => {
    const found = answer(person, sql)
    if (found === 'denied') throw new RangeError(`${person.name} has no privilege for: ${sql}`)
    return found.rows
  }
  return {
    answer,
    rows: answered,
    ids: (person, sql) => answered(person, sql).map((row) => Object.values(row)[0] ?? null),
    close: () => databases.forEach(({ database }) => database.close()),
  }
}
