import { collationKey } from '../query/collation.ts'
import type { Entity } from '../schema/schema.ts'
import { entityNamed } from '../schema/schema.ts'

export type Reference = { readonly entity: string; readonly id: string }
/** DateTime is ISO 8601 UTC text, a DateOnly column `YYYY-MM-DD`. */
export type Value = string | number | boolean | Reference | null
export type Values = Readonly<Record<string, Value>>

export type Row = {
  readonly entity: Entity
  readonly id: string
  readonly version: number
  readonly values: Values
}

export type Store = {
  rows(entity: string): readonly Row[]
  get(entity: string, id: string): Row | undefined
  /** Adds rows, or replaces those of the same id. */
  add(rows: TableRows): void
  /** Another number after each change: what was found in the rows holds as long as it stays. */
  revision(): number
  /** Something else has changed that decides what a row shows, and to whom. */
  changed(): void
  /** Another one that begins with the same rows. It shares the tables that it does not change: no row is added to this one after. */
  copy(): Store
}

export type TableRows = readonly { readonly entity: string; readonly values: Values }[]

export function isReference(value: Value | undefined): value is Reference {
  return typeof value === 'object' && value !== null
}

/** The value of a column; one that was never set is null. */
export function valueOf(row: Row, column: string): Value {
  return row.values[column] ?? null
}

/** A value as text: a lookup's is its id, null is empty. */
export function textOf(value: Value | undefined): string {
  if (value === null || value === undefined) return ''
  return isReference(value) ? value.id : String(value)
}

/** What joins and groups compare: a lookup's id or the value itself, text as the collation has it. */
export function keyOf(value: Value): string | null {
  if (value === null) return null
  return isReference(value) ? value.id.toLowerCase() : collationKey(String(value))
}

export function nameOf(row: Row): string | null {
  const name = valueOf(row, row.entity.primaryNameAttribute)
  return typeof name === 'string' ? name : null
}

type Table = ReadonlyMap<string, Row>

const lists = new WeakMap<Table, readonly Row[]>()

function listOf(table: Table): readonly Row[] {
  const list = lists.get(table) ?? [...table.values()]
  lists.set(table, list)
  return list
}

/** An in-memory database; versions count up in the order of the rows. */
export function createStore(seeded: TableRows): Store {
  const store = storeOf(new Map(), 1_204_500)
  store.add(seeded)
  return store
}

function storeOf(tables: Map<string, Table>, firstVersion: number): Store {
  const own = new Map<string, Map<string, Row>>()
  let version = firstVersion
  let revision = 0
  const changed = (): void => void (revision += 1)
  const ownTable = (name: string): Map<string, Row> => {
    const table = own.get(name) ?? new Map(tables.get(name))
    own.set(name, table)
    tables.set(name, table)
    return table
  }
  const add = (rows: TableRows): void => {
    changed()
    for (const { entity: name, values } of rows) {
      const entity = entityNamed(name)
      const id = textOf(values[entity.primaryIdAttribute])
      const table = ownTable(name)
      table.set(id, { entity, id, version, values: { ...values, versionnumber: version++ } })
      lists.delete(table)
    }
  }
  return {
    rows: (entity) => listOf(tables.get(entity) ?? NO_ROWS),
    get: (entity, id) => tables.get(entity)?.get(id.toLowerCase()),
    add,
    revision: () => revision,
    changed,
    copy: () => storeOf(new Map(tables), version),
  }
}

const NO_ROWS: Table = new Map()
