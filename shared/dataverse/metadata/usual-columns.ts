import { holdsFile } from './file-columns.ts'
import type { Column, Table } from './model.ts'

const MOST = 10
const WITHOUT_A_VIEW = ['statecode', 'ownerid', 'createdon', 'modifiedon']

/**
 * The columns to show when none are asked for: the name and those that the organization itself shows in its default
 * view, else those that it searches in, else a few that most tables have. Never all 150.
 */
export function usualColumns({ entity, byName, viewColumns, quickFindColumns }: Table): string[] {
  const shown = [viewColumns, quickFindColumns, WITHOUT_A_VIEW].find((names) => names.length > 0) ?? []
  const names = new Set([entity.nameColumn ?? entity.idColumn, ...shown])
  const isShown = (column: Column): boolean => column.readable && column.type !== 'PartyList' && !holdsFile(column)
  const columns = [...names].flatMap((name) => byName.get(name) ?? [])
  return columns
    .filter(isShown)
    .map(({ name }) => name)
    .slice(0, MOST)
}
