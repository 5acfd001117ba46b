import type { Column, Entity, EntityIndex, Table } from '../../../../shared/dataverse/metadata/model.ts'

export function column(name: string, type = 'String', more: Partial<Column> = {}): Column {
  const property = ['Lookup', 'Customer', 'Owner'].includes(type) ? `_${name}_value` : name
  return { name, property, type, readable: true, required: false, searchable: true, dateOnly: false, ...more }
}

export function entity(name: string, more: Partial<Entity> = {}): Entity {
  return { name, entitySet: `${name}s`, idColumn: `${name}id`, nameColumn: 'name', kind: 'standard', ...more }
}

export function indexOf(...all: Entity[]): EntityIndex {
  return { all, byName: new Map(all.map((one) => [one.name, one])) }
}

export function table(of: Entity, columns: readonly Column[], more: Partial<Table> = {}): Table {
  return {
    entity: of,
    byName: new Map(columns.map((one) => [one.name, one])),
    navigations: [],
    collections: [],
    keys: [],
    viewColumns: [],
    quickFindColumns: [],
    ...more,
  }
}
