import type { Entity } from '../../../dataverse/metadata/model.ts'
import { kindOf } from '../../../dataverse/query/model/column-kind.ts'
import type { OutputColumn } from '../../../dataverse/query/model/output-column.ts'
import type { CellKind, KnownColumn } from '../../../dataverse/rows/dense-column.ts'
import { shownColumn, shownName } from '../../../dataverse/rows/rows.ts'

/** Of rows that are groups, those without a value in the column. */
const NO_GROUP = '(none)'

export type Currencies = {
  /** As {@link compactRows} tells it. */
  readonly own: string | undefined
  /** ISO 4217, of the organization. */
  readonly base: string | undefined
}

/** What the cells of a query's columns are, from metadata; the id of the row stands last. */
export function knownColumns(
  columns: readonly OutputColumn[],
  { idColumn }: Pick<Entity, 'idColumn'>,
  isAggregate: boolean,
  currencies: Currencies,
): readonly KnownColumn[] {
  const known = columns.map((column): KnownColumn => {
    const isGroup = isAggregate && column.aggregate === undefined
    return {
      name: shownName(column.key),
      kind: cellKind(column),
      currency: currencyOf(column, currencies),
      empty: isGroup ? NO_GROUP : undefined,
    }
  })
  const isId = ({ name }: KnownColumn): boolean => name === idColumn
  return [...known.filter((column) => !isId(column)), ...known.filter(isId)]
}

function cellKind({ column, aggregate, dateGrouping }: OutputColumn): CellKind | undefined {
  const isOther = dateGrouping !== undefined || aggregate === 'count' || aggregate === 'countcolumn'
  if (isOther) return undefined
  if (column.type === 'Money') return 'money'
  const kind = kindOf(column)
  if (kind === 'date') return column.dateOnly ? 'date' : 'time'
  return kind === 'text' || kind === 'number' || kind === 'parties' || kind === 'other' ? undefined : kind
}

function currencyOf(column: OutputColumn, { own, base }: Currencies): string | undefined {
  if (cellKind(column) !== 'money') return undefined
  const { amount } = shownColumn(column)
  if (amount === 'base' || column.aggregate !== undefined) return base
  return amount === 'own' ? own : undefined
}
