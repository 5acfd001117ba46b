import { ANY_TABLE, type HidingRule } from '../../config/model-hides.ts'
import type { EntityIndex, Metadata, Table } from '../metadata/model.ts'
import { USUAL_ENTITIES } from '../metadata/usual-entities.ts'
import type { Hiding } from './hiding-api.ts'

/** One per worker. What hides is loaded when the first call needs it: most deployments hide nothing. */
export type Hiders = RuleWatch & {
  readonly load: () => Promise<Hiding>
  /** Hidden tables, and columns of which anything is kept, as the rules name them. */
  readonly names: ReadonlySet<string>
}

/** @returns `undefined` where nothing is hidden, so that nobody pays for it */
export function createHiders(rules: readonly HidingRule[]): Hiders | undefined {
  if (rules.length === 0) return undefined
  let made: Hiding | undefined
  const load = async (): Promise<Hiding> => {
    const { createHiding } = await import('./hiding-api.ts')
    return (made ??= createHiding(rules))
  }
  return { ...createRuleWatch(rules), load, names: new Set(rules.map(({ table, column = table }) => column)) }
}

/** Rules of which nothing here is hidden: a misspelt one would hide nothing, and nobody would know. */
export type RuleWatch = {
  /** Once for each list of tables that was read: the rules that name what is not there; `undefined` where it was told. */
  readonly compare: (raw: Pick<Metadata, 'entities' | 'tables'>) => Promise<readonly string[] | undefined>
  /** What the last comparison found; `undefined` before the first. */
  readonly unmatched: () => readonly string[] | undefined
}

function createRuleWatch(rules: readonly HidingRule[]): RuleWatch {
  const told = new WeakSet<EntityIndex>()
  let found: readonly string[] | undefined
  return {
    unmatched: () => found,
    compare: async (raw) => {
      const index = await raw.entities()
      if (told.has(index)) return undefined
      told.add(index)
      try {
        return (found = await unmatchedIn(index, rules, raw))
      } catch (error) {
        told.delete(index)
        throw error
      }
    },
  }
}

async function unmatchedIn(
  { byName }: EntityIndex,
  rules: readonly HidingRule[],
  raw: Pick<Metadata, 'tables'>,
): Promise<readonly string[]> {
  const isOfAny = rules.some(({ table }) => table === ANY_TABLE)
  const ruled = rules.flatMap(({ table, column }) => (column === undefined || table === ANY_TABLE ? [] : [table]))
  const names = new Set([...ruled, ...(isOfAny ? [...USUAL_ENTITIES, 'systemuser'] : [])])
  const entities = [...names].flatMap((name) => {
    const entity = byName.get(name)
    return entity?.name === name ? [entity] : []
  })
  const tables = new Map((await raw.tables(entities)).map((table) => [table.entity.name, table]))
  return rules.filter((rule) => !isThere(rule, byName, tables)).map(({ text }) => text)
}

/** The id of a row is there, and stays. */
function isThere(
  { table, column }: HidingRule,
  byName: EntityIndex['byName'],
  tables: ReadonlyMap<string, Table>,
): boolean {
  if (column === undefined) return byName.get(table)?.name === table
  const has = (one: Table | undefined): boolean => one?.byName.has(column) === true && one.entity.idColumn !== column
  return table === ANY_TABLE ? [...tables.values()].some(has) : has(tables.get(table))
}
