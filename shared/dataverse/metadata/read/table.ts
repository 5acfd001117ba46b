import { choicesReads } from './choices.ts'
import { required, unlessRefused, type Reads } from '../../web-api/coalesce.ts'
import { columnsRead, daysRead } from './columns.ts'
import { keysRead } from './keys.ts'
import type { Column, Entity, Table } from '../model.ts'
import { relationshipsReads } from './relationships.ts'
import type { TablePart } from './table-part.ts'
import { viewsRead } from './views.ts'

/** Everything of a table. A part that the person may not read is absent; without its columns there is no table. */
export async function loadTable(reads: Reads, entity: Entity): Promise<Table> {
  const { name } = entity
  const others = [daysRead(name), ...choicesReads(name), ...relationshipsReads(name), keysRead(name), viewsRead(name)]
  const [columns, ...parts] = await Promise.all([columnsRead(name), ...others].map((read) => reads.read(read)))
  if (!columns) throw new TypeError('a table without the read of its columns')
  return toTable(entity, [required(columns), ...parts.map((part) => unlessRefused(part) ?? {})])
}

function toTable(entity: Entity, parts: readonly TablePart[]): Table {
  const days = new Set(parts.flatMap((part) => part.days ?? []))
  const zoneless = new Set(parts.flatMap((part) => part.zoneless ?? []))
  const options = new Map(parts.flatMap((part) => part.choices ?? []))
  const columns = parts
    .flatMap((part) => part.columns ?? [])
    .map((column): Column => {
      const choices = options.get(column.name)
      return {
        ...column,
        dateOnly: days.has(column.name),
        ...(zoneless.has(column.name) && { zoneless: true }),
        ...(choices && { options: choices }),
      }
    })
  const byName = new Map(columns.map((column) => [column.name, column]))
  const known = (names: readonly string[]): string[] => names.filter((name) => byName.has(name))
  return {
    entity,
    byName,
    navigations: parts.flatMap((part) => part.navigations ?? []),
    collections: parts.flatMap((part) => part.collections ?? []),
    keys: parts.flatMap((part) => part.keys ?? []),
    viewColumns: known(parts.flatMap((part) => part.viewColumns ?? [])),
    quickFindColumns: known(parts.flatMap((part) => part.quickFindColumns ?? [])),
  }
}
