import { ANY_TABLE, type HidingRule } from '../../config/model-hides.ts'
import type { Entity, EntityIndex, Hiding } from '../metadata/model.ts'
import { ADDRESS_TABLES, COPIES, relativesOf } from './same-value.ts'

/** What an administrator hides in one environment, as far as names of tables tell it: the same for everybody. */
export type Hides = {
  readonly isHidden: (table: string) => boolean
  /** What is kept of a column, by any rule that names it, or a column that has the same value. */
  readonly hidingOf: (table: string, column: string) => Hiding | undefined
  /** The same of what rows of a table are called, wherever their name stands. */
  readonly nameHiding: (table: string) => Hiding | undefined
  /** Whether rows of some table have no name for models. */
  readonly keepsNames: boolean
  /** Whether a rule may concern a column of this table. */
  readonly touches: (table: string) => boolean
  /** Ids of rows of hidden tables, which the tables that pair rows have as columns. */
  readonly hiddenIds: ReadonlySet<string>
}

type Rules = ReadonlyMap<string, ReadonlyMap<string, Hiding>>

const ACTIVITIES = 'activitypointer'
/** One table for rows of others, beside their own: users and teams. */
const PRINCIPALS: readonly string[] = ['owner', 'principal']
const USERS: readonly string[] = ['systemuser', 'team']
const ADDRESS = /^address\d_(.+)$/

/** The stricter of two, where they differ. */
export function stricter(one: Hiding | undefined, other: Hiding | undefined): Hiding | undefined {
  if (one === undefined || other === undefined || one === other) return one ?? other
  return one === 'hidden' || other === 'hidden' ? 'hidden' : 'all'
}

/** @param index of all tables that there are */
export function hidesIn(index: EntityIndex, rules: readonly HidingRule[]): Hides {
  const tables = new Set(rules.filter(({ column }) => column === undefined).map(({ table }) => table))
  const columns = columnRules(rules)
  const known = new Map([...index.byName.values()].map((entity) => [entity.name, entity]))
  const kindOf = (table: string): Entity['kind'] | undefined => known.get(table)?.kind
  const activities = [...known.values()].filter(({ kind }) => kind === 'activity').map(({ name }) => name)
  // Rows of every kind of activity are rows of the table of all activities, too.
  const kin = (table: string): readonly string[] =>
    table === ACTIVITIES ? activities : kindOf(table) === 'activity' ? [table, ACTIVITIES] : [table]
  const isNamed = (table: string): boolean => kin(table).some((one) => tables.has(one))
  const hiding = memo((table, column) =>
    hidingBy(table, column, { columns, kin, idColumn: known.get(table)?.idColumn }),
  )
  const ofName = (table: string): Hiding | undefined =>
    isNamed(table) ? 'hidden' : hiding(table, known.get(table)?.nameColumn ?? '')
  const hidesUsers = USERS.some((table) => ofName(table) !== undefined)
  const isHidden = (table: string): boolean => isNamed(table) || (hidesUsers && PRINCIPALS.includes(table))
  const nameHiding = (table: string): Hiding | undefined => (isHidden(table) ? 'hidden' : ofName(table))
  const ofAny = columns.has(ANY_TABLE)
  return {
    isHidden,
    nameHiding,
    hidingOf: (table, column) => (isHidden(table) ? 'hidden' : hiding(table, column)),
    keepsNames: [...known.keys()].some((table) => nameHiding(table) !== undefined),
    touches: (table) => ofAny || isHidden(table) || kin(table).some((one) => columns.has(one)) || isCopy(table),
    hiddenIds: new Set([...known.values()].flatMap(({ name, idColumn }) => (isHidden(name) ? [idColumn] : []))),
  }
}

function columnRules(rules: readonly HidingRule[]): Rules {
  const found = new Map<string, Map<string, Hiding>>()
  for (const { table, column, mask = 'hidden' } of rules) {
    if (column === undefined) continue
    const own = found.get(table) ?? new Map<string, Hiding>()
    found.set(table, own.set(column, mask))
  }
  return found
}

function isCopy(table: string): boolean {
  return ADDRESS_TABLES.has(table) || COPIES.some((copy) => copy.table === table)
}

type Knowing = {
  readonly columns: Rules
  readonly kin: (table: string) => readonly string[]
  readonly idColumn: string | undefined
}

function hidingBy(table: string, column: string, knowing: Knowing): Hiding | undefined {
  const { columns, idColumn } = knowing
  if (column === '' || column === idColumn) return undefined
  // Whoever names a column of one table has the last word on it.
  const own = columns.get(table)?.get(column)
  if (own !== undefined) return own
  const relatives = relativesOf(column).map((one) => {
    const of = namedHiding(table, one.column, knowing)
    return one.isSame || of === undefined || of === 'hidden' ? of : 'all'
  })
  return [namedHiding(table, column, knowing), copiedHiding(table, column, columns), ...relatives].reduce(
    stricter,
    undefined,
  )
}

function namedHiding(table: string, column: string, { columns, kin }: Knowing): Hiding | undefined {
  const own = columns.get(table)?.get(column)
  return own ?? [...kin(table), ANY_TABLE].map((one) => columns.get(one)?.get(column)).reduce(stricter, undefined)
}

function copiedHiding(table: string, column: string, columns: Rules): Hiding | undefined {
  const copies = COPIES.filter((copy) => copy.table === table && copy.column === column)
  const isOf = (named: string): boolean =>
    copies.some(({ of }) => of.test(named)) || (ADDRESS_TABLES.has(table) && ADDRESS.exec(named)?.[1] === column)
  const all = [...columns.values()].flatMap((own) => [...own])
  return all.flatMap(([named, hiding]) => (isOf(named) ? [hiding] : [])).reduce(stricter, undefined)
}

/** The names come from queries of callers, too, so that no more are kept than there are in a large environment's use. */
const MOST_REMEMBERED = 20_000
const LONGEST_REMEMBERED = 260

function memo(find: (table: string, column: string) => Hiding | undefined): typeof find {
  const known = new Map<string, Hiding | undefined>()
  return (table, column) => {
    const key = `${table}.${column}`
    if (known.has(key)) return known.get(key)
    const found = find(table, column)
    if (known.size < MOST_REMEMBERED && key.length <= LONGEST_REMEMBERED) known.set(key, found)
    return found
  }
}
