import type { Column, Entity, EntityIndex, Hiding, Navigation, Table } from '../metadata/model.ts'
import { stricter, type Hides } from './hides.ts'

const LOOKUPS: ReadonlySet<string> = new Set(['Lookup', 'Customer', 'Owner', 'PartyList'])
const OWNING: readonly string[] = ['owninguser', 'owningteam']

/** The tables as models know them: without hidden ones, and without the name of rows whose name is kept. */
export function indexView({ all, byName }: EntityIndex, hides: Hides): EntityIndex {
  const views = new Map<Entity, Entity>()
  const viewOf = (entity: Entity): Entity => {
    const view = views.get(entity) ?? entityView(entity, hides)
    views.set(entity, view)
    return view
  }
  const isShown = ({ name }: Entity): boolean => !hides.isHidden(name)
  const [shown, hidden] = [
    [...byName].filter(([, one]) => isShown(one)),
    [...byName].filter(([, one]) => !isShown(one)),
  ]
  return {
    all: all.filter(isShown).map(viewOf),
    byName: new Map(shown.map(([name, entity]) => [name, viewOf(entity)])),
    hidden: new Map(hidden),
  }
}

/** Whoever compares, orders or searches by the name of rows would do so by a value that is kept: they have none. */
export function entityView(entity: Entity, hides: Hides): Entity {
  if (hides.nameHiding(entity.name) === undefined) return entity
  const { nameColumn: _name, ...rest } = entity
  return rest
}

/**
 * A table as models know it: what is hidden is not there, in columns, lookups, collections, keys and views; what is
 * masked says so.
 */
export function tableView(table: Table, hides: Hides): Table {
  const { entity, navigations, collections } = table
  const hidingOf = hidingIn(table, hides)
  const columns = [...table.byName.values()].map((column) =>
    withHiding(column, hidingOf(column), isUnnamed(column, table, hides)),
  )
  const hidden = new Map(columns.flatMap((one) => (one.hiding === 'hidden' ? [[one.name, one] as const] : [])))
  const byName = new Map(columns.flatMap((one) => (hidden.has(one.name) ? [] : [[one.name, one] as const])))
  const isAskable = (name: string): boolean => {
    const column = byName.get(name)
    return column === undefined ? !hidden.has(name) : column.hiding === undefined && !column.unnamed
  }
  const isWay = ({ column, target }: Navigation): boolean =>
    !hides.isHidden(target) && !hidden.has(column) && byName.get(column)?.hiding === undefined
  return {
    ...table,
    entity: entityView(entity, hides),
    byName,
    hidden,
    navigations: navigations.filter(isWay),
    collections: collections.filter(({ target, column = '', intersect = '' }) => {
      return !hides.isHidden(target) && !hides.isHidden(intersect) && hides.hidingOf(target, column) === undefined
    }),
    keys: table.keys.filter((names) =>
      names.every((name) => byName.has(name) && byName.get(name)?.hiding === undefined),
    ),
    viewColumns: table.viewColumns.filter((name) => byName.has(name)),
    quickFindColumns: table.quickFindColumns.filter(isAskable),
  }
}

/** What one column keeps, the column that it belongs to keeps as well, and the other way round. */
function hidingIn({ entity, byName }: Table, hides: Hides): (column: Column) => Hiding | undefined {
  const named = (name: string | undefined): Hiding | undefined =>
    name === undefined ? undefined : hides.hidingOf(entity.name, name)
  const byPart = new Map<string, Hiding | undefined>()
  for (const { name, describes = '', partOf = describes } of byName.values())
    if (partOf !== '') byPart.set(partOf, stricter(byPart.get(partOf), named(name)))
  return ({ name, describes, partOf, type }) => {
    if (name === entity.idColumn) return undefined
    if (type === 'Uniqueidentifier' && hides.hiddenIds.has(name)) return 'hidden'
    return [named(name), named(describes ?? partOf), byPart.get(name)].reduce(stricter, undefined)
  }
}

function withHiding(column: Column, hiding: Hiding | undefined, unnamed: boolean): Column {
  // The name beside such a lookup is a text to compare with.
  if (unnamed && column.describes !== undefined) return { ...column, hiding: 'hidden' }
  if (hiding === undefined && !unnamed) return column
  return { ...column, ...(hiding && { hiding }), ...(unnamed && { unnamed }) }
}

/** Dataverse compares lookups, and orders by them, by what the rows are called that they lead to. */
function isUnnamed({ name, describes = name, type }: Column, { byName, navigations }: Table, hides: Hides): boolean {
  const kind = byName.get(describes)?.type ?? type
  if (!LOOKUPS.has(kind)) return false
  const columns = kind === 'Owner' ? [describes, ...OWNING] : [describes]
  const targets = navigations.filter(({ column }) => columns.includes(column)).map(({ target }) => target)
  return targets.some((target) => hides.nameHiding(target) !== undefined)
}
