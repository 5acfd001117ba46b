import type { Entity, Metadata } from '../../../dataverse/metadata/model.ts'
import { kindOf } from '../../../dataverse/query/model/column-kind.ts'
import type { OutputColumn } from '../../../dataverse/query/model/output-column.ts'
import type { CellKind, KnownColumn } from '../../../dataverse/rows/dense-column.ts'
import type { Cursor } from '../../../dataverse/rows/cursor.ts'
import { denseRows, type DenseRows } from '../../../dataverse/rows/dense-rows.ts'
import { compactRows, shownColumn, shownName, type Row } from '../../../dataverse/rows/rows.ts'
import { shownBelow } from '../../../dataverse/rows/shown-columns.ts'
import { visibleTexts } from '../../../dataverse/records/visible-text.ts'

/** Of rows that are groups, those without a value in the column. */
const NO_GROUP = '(none)'

export type Currencies = {
  /** As {@link compactRows} tells it. */
  readonly own: string | undefined
  /** ISO 4217, of the organization. */
  readonly base: string | undefined
}

type Expanded = Pick<Cursor, 'query' | 'expansions'> & { readonly entity: Entity }

/** What the cells of a query's columns are, from metadata; the id of the row stands last. */
function knownColumns(
  columns: readonly OutputColumn[],
  { idColumn }: Pick<Entity, 'idColumn'>,
  isAggregate: boolean,
  currencies: Currencies,
  below: ReadonlyMap<string, KnownColumn['below']> = new Map(),
): readonly KnownColumn[] {
  const known = columns.map((column): KnownColumn => {
    const isGroup = isAggregate && column.aggregate === undefined
    return {
      name: shownName(column.key),
      kind: cellKind(column),
      currency: currencyOf(column, currencies),
      empty: isGroup ? NO_GROUP : undefined,
      below: below.get(shownName(column.key)),
    }
  })
  const named = new Set(known.map(({ name }) => name))
  const expanded = [...below].filter(([name]) => !named.has(name)).map(([name, of]) => ({ name, below: of }))
  const isId = ({ name }: KnownColumn): boolean => name === idColumn
  return [...known.filter((column) => !isId(column)), ...expanded, ...known.filter(isId)]
}

/** Compact rows of a query and of its expansions as columns and cells. */
export async function denseOf(
  rows: readonly Row[],
  columns: readonly OutputColumn[],
  { entity, query, expansions }: Expanded,
  metadata: Metadata,
): Promise<DenseRows> {
  const { organization } = await metadata.person()
  const base = organization.baseCurrency?.code
  // Labels are told apart as they are seen: two that differ in what nobody sees would be one.
  const seen = visibleTexts(rows)
  const below = [...(await shownBelow({ query, expansions }, entity, rows, metadata))]
  const shown = new Map(below.map(([key, of]) => [key, of.map(shownColumn)]))
  const { rows: compact, currency } = compactRows(seen, columns.map(shownColumn), shown)
  const { byName } = await metadata.entities()
  const known = below.map(([key, of]) => {
    const { idColumn = '' } = byName.get(of[0]?.entity ?? '') ?? {}
    return [key, knownColumns(of, { idColumn }, false, { own: undefined, base })] as const
  })
  const parties = expansions.flatMap(({ kind, names }) => (kind === 'parties' ? names : []))
  const all = new Map([...known, ...parties.map((name) => [name, undefined] as const)])
  return denseRows(compact, knownColumns(columns, entity, query.aggregate, { own: currency, base }, all))
}

function cellKind({ column, aggregate, dateGrouping }: OutputColumn): CellKind | undefined {
  const isOther = dateGrouping !== undefined || aggregate === 'count' || aggregate === 'countcolumn'
  if (isOther || column.hiding !== undefined) return undefined
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
