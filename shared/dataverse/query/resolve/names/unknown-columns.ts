import { QueryError } from '../../../errors.ts'
import type { Table } from '../../../metadata/model.ts'
import type { Source } from '../../model/query.ts'
import { quoted } from '../../say/refusals.ts'
import { wayNamed } from '../joins/find-navigation.ts'
import { findColumn, hiddenColumnNamed, nearestColumns } from './find-column.ts'

/** Each costs a comparison with every column of the table. */
const MOST = 10
/** No name or label of a column is longer: a text that cannot be one is not searched for here. */
const LONGEST = 300

/**
 * Several unknown columns of one entity are told at once, so that one correction mends them all; a single one is told
 * where it is read. @throws QueryError `unknown_column` with the nearest names of each
 */
export function checkColumns({ attributes, orders }: Source, table: Table, aggregate: boolean): void {
  const ordered = orders.flatMap(({ attribute, entityName }) =>
    aggregate || attribute === undefined || entityName !== undefined ? [] : [attribute],
  )
  checkNames([...attributes.map(({ name }) => name), ...ordered], table, (name) => isKnown(table, name))
}

/** As `checkColumns`, for columns that are asked for behind a lookup or of a collection. */
export function checkSelected(select: readonly string[], tables: readonly Table[]): void {
  const [first] = tables
  if (first) checkNames(select, first, (name) => tables.some((table) => isSelectable(table, name)))
}

function checkNames(names: readonly string[], table: Table, isKnownName: (name: string) => boolean): void {
  if (names.length < 2) return
  const byName = new Map(
    names.map((name) => [
      name
        .trim()
        .slice(0, LONGEST + 1)
        .toLowerCase(),
      name,
    ]),
  )
  const unknown = [...byName].flatMap(([lower, name]) => (lower.length <= LONGEST && isKnownName(lower) ? [] : [name]))
  if (unknown.length > 1) throw unknownColumns(table, unknown)
}

function isKnown(table: Table, name: string): boolean {
  const isWay = [table.navigations, table.collections].some((ways) => wayNamed<{ readonly name: string }>(ways, name))
  return table.byName.has(name) || isSelectable(table, name) || isWay
}

/** What an administrator hides is left out where it is selected, or refused by its name. */
function isSelectable(table: Table, name: string): boolean {
  return [findColumn(table, name), hiddenColumnNamed(table, name)].some(Boolean)
}

function unknownColumns(table: Table, names: readonly string[]): QueryError {
  const { name: entity } = table.entity
  const told = names.slice(0, MOST)
  const more = names.length > MOST ? ` and ${names.length - MOST} more` : ''
  const near = told.flatMap((name) => {
    const offered = nearestColumns(table, name)
    return offered.length > 0 ? [`for ${quoted(name)}: ${offered.join(', ')}`] : []
  })
  const rest = near.length < names.length ? [`Call get_entity_metadata for ${entity} to see its columns.`] : []
  return new QueryError(
    'unknown_column',
    `The entity ${entity} has no columns ${told.map(quoted).join(', ')}${more}.`,
    [...(near.length > 0 ? [`Write ${near.join('; ')}.`] : []), ...rest].join(' '),
  )
}
