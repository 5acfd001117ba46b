import { DataverseFault } from '../http/errors.ts'
import type { Column, Entity } from '../schema/schema.ts'
import { entityNamed, isLookup } from '../schema/schema.ts'
import type { Reader } from './security.ts'
import type { Row } from '../store/store.ts'
import { keyOf, textOf, valueOf } from '../store/store.ts'

/** The self-referential relationships that are marked as hierarchies: a table and the column that names the parent. */
const PARENT_COLUMNS: Readonly<Record<string, string>> = {
  account: 'parentaccountid',
  businessunit: 'parentbusinessunitid',
  incident: 'parentcaseid',
  product: 'parentproductid',
  systemuser: 'parentsystemuserid',
  territory: 'parentterritoryid',
}

export type Hierarchy = { readonly entity: Entity; readonly parent: string }

export function hierarchyOf(entity: Entity): Hierarchy | undefined {
  const parent = PARENT_COLUMNS[entity.logicalName]
  return parent !== undefined && entity.columns.has(parent) ? { entity, parent } : undefined
}

/** The hierarchy that a condition on a column walks: the lookup's own, else that of the table whose key it is. */
export function requireHierarchy(column: Column, entity: Entity, operator: string): Hierarchy {
  const tables = isLookup(column) ? (column.targets ?? []) : [entity.logicalName]
  const fits = isLookup(column) || column.name === entity.primaryIdAttribute
  const [found] = fits ? tables.flatMap((name) => hierarchyOf(entityNamed(name)) ?? []) : []
  if (found) return found
  const text = `The operator '${operator}' needs a hierarchical relationship, which '${column.name}' of '${entity.logicalName}' has not.`
  throw new DataverseFault(400, '0x80048415', text)
}

type Store = Reader['store']

/** Every row above an id, nearest first; a circle ends where it closes. */
export function above(store: Store, { entity, parent }: Hierarchy, id: string): string[] {
  const found = new Set<string>()
  for (let row = store.get(entity.logicalName, id); row;) {
    const next = keyOf(valueOf(row, parent))
    if (next === null || next === id || found.has(next)) break
    found.add(next)
    row = store.get(entity.logicalName, next)
  }
  return [...found]
}

/** How many rows name each id as their parent, and which. */
export function childrenByParent(store: Store, { entity, parent }: Hierarchy): Map<string, Row[]> {
  return Map.groupBy(store.rows(entity.logicalName), (row) => keyOf(valueOf(row, parent)) ?? '')
}

/** Every row below an id, level by level. */
export function below(store: Store, hierarchy: Hierarchy, id: string): string[] {
  const children = childrenByParent(store, hierarchy)
  const found = new Set<string>()
  for (let level = [id]; level.length > 0;) {
    level = level.flatMap((one) => (children.get(one) ?? []).map((row) => row.id)).filter((one) => !found.has(one))
    for (const one of level) found.add(one)
  }
  found.delete(id)
  return [...found]
}

/** The caller and everybody who reports to them, at any distance. */
export function reportingLine({ store, caller }: Reader): string[] {
  const users = hierarchyOf(entityNamed('systemuser'))
  return users ? [caller.user.id, ...below(store, users, caller.user.id)] : [caller.user.id]
}

/** The teams of some users. */
export function teamsOf({ store }: Reader, users: readonly string[]): string[] {
  const members = new Set(users)
  return store
    .rows('teammembership')
    .filter((row) => members.has(textOf(valueOf(row, 'systemuserid'))))
    .map((row) => textOf(valueOf(row, 'teamid')))
}
