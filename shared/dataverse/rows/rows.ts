import * as z from 'zod'
import type { OutputColumn } from '../query/model/output-column.ts'

/** A row as the Web API sends it: values and, beside them, their annotations. */
export const Row = z.record(z.string(), z.unknown())
export type Row = z.output<typeof Row>

export const Page = z.object({
  value: z.array(Row),
  '@odata.nextLink': z.string().optional(),
  '@Microsoft.Dynamics.CRM.totalrecordcount': z.int().optional(),
  '@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded': z.boolean().optional(),
})

export type Page = z.output<typeof Page>

export type CompactRow = Record<string, unknown>

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const LOOKUP_ENTITY = '@Microsoft.Dynamics.CRM.lookuplogicalname'
const LOOKUP = /^_(.+)_value$/
const CURRENCY = '_transactioncurrencyid_value'
/** Dataverse sends them beside each amount and each part of an address, asked for or not. */
const COMPANIONS = /^(?:_transactioncurrencyid_value|address\d_composite)$/
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:T|$)/
const FORMATTED_NUMBER = /^[\d\s.,'’()+\u00a0\u202f-]+$/

/** An amount in the row's own currency, in that of the organization, or in that of a linked row. */
export type Amount = 'own' | 'base' | 'linked'

/** How a column of the answer is shown: under its key there, and as an amount without its sign where that is said once. */
export type ShownColumn = { readonly key: string; readonly amount?: Amount }

/** What an aggregate gives is an amount of no row. */
export function shownColumn({ key, column, link, aggregate }: ShownSource): ShownColumn {
  if (column.type !== 'Money' || aggregate !== undefined) return { key }
  return { key, amount: column.name.endsWith('_base') ? 'base' : link === undefined ? 'own' : 'linked' }
}

type ShownSource = Pick<OutputColumn, 'key' | 'column' | 'link' | 'aggregate'>

/**
 * Rows as the model reads them, columns in the order given, the rest after them. Where all rows have one currency, it
 * is named once and their amounts are plain numbers; else each amount carries its sign, as those of linked rows always
 * do: a linked row has a currency of its own.
 */
export function compactRows(
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: readonly ShownColumn[],
): { rows: CompactRow[]; currency?: string } {
  const currencies = new Set(rows.map((row) => row[CURRENCY + FORMATTED]).filter((label) => label !== undefined))
  const [currency] = currencies
  const uniform = currencies.size === 1 && typeof currency === 'string'
  const isPlain = ({ amount }: ShownColumn): boolean => amount === 'base' || (uniform && amount === 'own')
  const plain = new Set(columns.filter(isPlain).map(({ key }) => key))
  const isUnasked = (key: string): boolean => COMPANIONS.test(key) && !columns.some((column) => column.key === key)
  const order = columns.map(({ key }) => shownName(key))
  const compact = rows.map((row) => inOrder(compactRow(row, { plain, isUnasked }), order))
  return { rows: compact, ...(uniform && columns.some(({ amount }) => amount === 'own') && { currency }) }
}

function inOrder(row: CompactRow, order: readonly string[]): CompactRow {
  const ordered: CompactRow = {}
  for (const key of order) if (key in row) ordered[key] = row[key]
  return { ...ordered, ...row }
}

/** The key of a compact row for a key of the Web API's answer. */
export function shownName(key: string): string {
  return LOOKUP.exec(key)?.[1] ?? key
}

type Showing = { readonly plain: ReadonlySet<string>; readonly isUnasked: (key: string) => boolean }

/**
 * A row as the model reads it: no nulls, no annotations; a lookup as `{ id, label, entity }` under its logical name;
 * a choice or an amount as `{ value, label }`; everything else as it is. Dates stay ISO 8601 in UTC.
 */
export function compactRow(
  row: Readonly<Record<string, unknown>>,
  { plain, isUnasked }: Showing = { plain: new Set(), isUnasked: () => false },
): CompactRow {
  const compact: CompactRow = {}
  for (const [key, value] of Object.entries(row)) {
    if (key.includes('@') || isUnasked(key) || value === null || value === undefined) continue
    if (key + LOOKUP_ENTITY in row || LOOKUP.test(key)) addUnder(compact, shownName(key), reference(row, key, value))
    else if (isRow(value)) addUnder(compact, key, compactRow(value))
    else if (plain.has(key)) compact[key] = value
    else compact[key] = Array.isArray(value) ? value.map(compactItem) : labelled(row, key, value)
  }
  return compact
}

function compactItem(item: unknown): unknown {
  return isRow(item) ? compactRow(item) : item
}

/** An expanded lookup and the reference to it share one name, as they are one thing. */
function addUnder(compact: CompactRow, key: string, value: CompactRow): void {
  const present = compact[key]
  compact[key] = isRow(present) ? { ...present, ...value } : value
}

function reference(row: Readonly<Record<string, unknown>>, key: string, id: unknown): CompactRow {
  const label = row[key + FORMATTED]
  const entity = row[key + LOOKUP_ENTITY]
  return { id, ...(label !== undefined && { label }), ...(entity !== undefined && { entity }) }
}

function labelled(row: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const label = row[key + FORMATTED]
  if (typeof label !== 'string' || label === value) return value
  if (typeof value === 'string') return ISO_DATE.test(value) ? value : { value, label }
  return isOnlyFormatted(value, label) ? value : { value, label }
}

/** `1,200` says no more than 1200; `£1,200.00` and `Qualify` do. */
function isOnlyFormatted(value: unknown, label: string): boolean {
  const digits = (text: string): string => text.replaceAll(/\D/g, '')
  return typeof value === 'number' && FORMATTED_NUMBER.test(label) && digits(label).startsWith(digits(String(value)))
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
