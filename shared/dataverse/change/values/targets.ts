import type { Column, Table } from '../../metadata/model.ts'
import { navigationsOf } from '../../query/resolve/joins/find-navigation.ts'

/** Logical names of the tables that a lookup leads to, each once. */
export function targetsOf(table: Table, column: Column): readonly string[] {
  if (column.type === 'Owner') return ['systemuser', 'team']
  return [...new Set(navigationsOf(table, column).map(({ target }) => target))]
}

/**
 * The navigation property that a lookup is set by: of several, that of the row's table. The owner is of a type that users
 * and teams share, and its property is the column's own.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/associate-disassociate-entities-using-web-api
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/special-update-operation-behavior
 */
export function wayTo({ navigations }: Table, column: Column, target: string | undefined): string | undefined {
  if (column.type === 'Owner') return column.name
  const ways = navigations.filter((way) => way.column === column.name)
  return (target === undefined ? ways[0] : ways.find((way) => way.target === target))?.name
}
