import type { Entity } from '../../../dataverse/metadata/model.ts'
import { kindOf } from '../../../dataverse/query/model/column-kind.ts'
import type { OutputColumn } from '../../../dataverse/query/model/output-column.ts'
import { plainAttribute, type Order, type Query } from '../../../dataverse/query/model/query.ts'
import type { Cursor } from '../../../dataverse/rows/cursor.ts'

type Row = Readonly<Record<string, unknown>>

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'

/** How a page that a caller cut off in an order is looked at: whether the row after it ranks with its last one. */
export type Ties = {
  /** The page's query with the columns that it is ordered by. */
  readonly peek: Query
  /** The rows as they were asked for. */
  readonly asAsked: (rows: readonly Row[]) => readonly Row[]
  /** Names a tie at the cut. */
  readonly notes: (rows: readonly Row[], beyond: Row | undefined, shown: readonly OutputColumn[]) => readonly string[]
}

/** `undefined` where a caller's number of rows cuts off nothing that can be looked at. */
export function tiesOf({ query, page, skip }: Cursor, { idColumn }: Pick<Entity, 'idColumn'>): Ties | undefined {
  const { entity, aggregate, distinct } = query
  const orders = entity.orders.filter((order) => !isOfId(order, idColumn))
  if (page > 1 || skip > 0 || (orders.length === 0 && query.top === undefined)) return undefined
  const own = orders.flatMap(({ attribute, entityName }) => (entityName === undefined ? (attribute ?? []) : []))
  const added = own.filter((name) => !entity.allAttributes && !entity.attributes.some((one) => isPlain(one, name)))
  // One more column would make other rows distinct.
  const shown = aggregate || distinct ? [] : added
  const known = shown.length === added.length ? orders : []
  const attributes = [...entity.attributes, ...shown.map(plainAttribute)]
  return {
    peek: { ...query, entity: { ...entity, attributes } },
    asAsked: (rows) => (shown.length > 0 ? rows.map((row) => without(row, shown)) : rows),
    notes: (rows, beyond, columns) => {
      const byLabel = new Set(columns.filter((one) => isByLabel(one, query)).map(({ key }) => key))
      return beyond === undefined ? [] : tieNotes(rows, beyond, known, byLabel)
    },
  }
}

function isOfId({ attribute, entityName }: Order, idColumn: string): boolean {
  return entityName === undefined && attribute === idColumn
}

function isPlain({ name, alias }: Query['entity']['attributes'][number], wanted: string): boolean {
  return name === wanted && alias === undefined
}

function without(row: Row, added: readonly string[]): Row {
  const keys = new Set(added.flatMap((name) => [name, `_${name}_value`]))
  return Object.fromEntries(Object.entries(row).filter(([key]) => !keys.has(key.split('@', 1)[0] ?? '')))
}

/** Minutes of a time or two digits of a number do not rank it, nor does the currency of an amount. */
function isByLabel({ column }: OutputColumn, { rawOrder }: Query): boolean {
  const kind = kindOf(column)
  return kind === 'lookup' || (kind === 'choice' && !rawOrder)
}

/** A note where the row beyond ranks with the last one. */
export function tieNotes(
  rows: readonly Row[],
  beyond: Row,
  orders: readonly Order[],
  byLabel: ReadonlySet<string>,
): readonly string[] {
  const ranks = rows.map((row) => rankOf(row, orders, byLabel))
  const cut = rankOf(beyond, orders, byLabel)
  if (cut === undefined || ranks.at(-1) !== cut) return []
  const alike = ranks.length - 1 - ranks.findLastIndex((rank) => rank !== cut)
  const names = orders.map(({ attribute, entityName, alias }) =>
    [entityName, attribute ?? alias].filter(Boolean).join('.'),
  )
  const which = alike === 1 ? 'The last row has' : `The last ${alike} rows have`
  return [
    `A tie at the cut: ${which} the same ${names.join(', ')} as rows that are not shown; a larger top shows them.`,
  ]
}

/**
 * As Dataverse orders: texts by letters in any case and without accents, lookups and choices by what they are called.
 * @see https://learn.microsoft.com/power-platform/admin/language-collations
 */
function rankOf(row: Row, orders: readonly Order[], byLabel: ReadonlySet<string>): string | undefined {
  if (orders.length === 0) return undefined
  const values = orders.map(({ attribute = '', entityName, alias }) => {
    const keys = keysOf(attribute, entityName, alias)
    const key = keys.find((one) => Object.hasOwn(row, one))
    // What is asked for and does not come is empty; what only a link has, and nobody asked for, is not known.
    if (key === undefined) return entityName === undefined ? null : undefined
    const value = (byLabel.has(key) ? row[key + FORMATTED] : undefined) ?? row[key] ?? null
    return typeof value === 'string' ? letters(value) : value
  })
  return values.includes(undefined) ? undefined : JSON.stringify(values)
}

/** Blanks at the end count for nothing. */
function letters(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase()
    .trimEnd()
}

function keysOf(attribute: string, entityName: string | undefined, alias: string | undefined): readonly string[] {
  if (alias !== undefined) return [alias]
  return entityName === undefined ? [`_${attribute}_value`, attribute] : [`${entityName}.${attribute}`]
}
