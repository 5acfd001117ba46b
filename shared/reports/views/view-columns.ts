import type { OutputColumn } from '../../dataverse/query/model/output-column.ts'
import { safeAlias } from '../../dataverse/query/resolve/names/scope.ts'
import { layoutOf } from '../../dataverse/metadata/read/view-xml.ts'
import { isLookup } from '../../dataverse/query/resolve/names/find-column.ts'
import type { Table } from '../../dataverse/metadata/model.ts'
import { shownName } from '../../dataverse/rows/rows.ts'
import type { ReportColumn } from '../definition.ts'

const MOST_COLUMNS = 20
const LONGEST_TITLE = 60
const KINDS: Readonly<Record<string, ReportColumn['kind']>> = {
  Money: 'money',
  DateTime: 'date',
  Integer: 'number',
  BigInt: 'number',
  Decimal: 'number',
  Double: 'number',
}

/** What a view shows, in the order of its layout; without one, all that its query returns. */
export function viewColumns(
  layoutxml: string,
  returned: readonly OutputColumn[],
  { entity }: Pick<Table, 'entity'>,
): { readonly columns: readonly ReportColumn[]; readonly left: number } {
  const laid = layoutOf(layoutxml).flatMap((cell) => returned.find((column) => isCell(column, cell)) ?? [])
  const shown = laid.length > 0 ? laid : returned
  const columns = shown.slice(0, MOST_COLUMNS).map((column): ReportColumn => {
    const twice = shown.some((other) => other !== column && titleOf(other) === titleOf(column))
    const title = twice ? `${column.label} (${column.link ?? column.column.name})` : titleOf(column)
    const named = column.link === undefined && column.column.name === entity.nameColumn
    const kind = named || isLookup(column.column) ? 'record' : (KINDS[column.column.type] ?? 'text')
    return { key: shownName(column.key), title: title.slice(0, LONGEST_TITLE).toWellFormed(), kind }
  })
  return { columns, left: shown.length - columns.length }
}

function titleOf({ label, link, entity }: OutputColumn): string {
  return link === undefined ? label : `${label} (${entity})`
}

function isCell({ key, link, column }: OutputColumn, cell: string): boolean {
  const [alias = '', name] = cell.split('.')
  if (name === undefined) return link === undefined && column.name === alias.toLowerCase()
  return key.toLowerCase() === `${safeAlias(alias)}.${name}`.toLowerCase()
}
