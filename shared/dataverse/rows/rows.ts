import * as z from 'zod'
import { KEPT } from '../hiding/mask-value.ts'
import { kindOf } from '../query/model/column-kind.ts'
import type { OutputColumn } from '../query/model/output-column.ts'

/** A row as the Web API sends it: values and, beside them, their annotations. It is not copied key by key. */
export const Row = z.custom<Record<string, unknown>>(isRow)
export type Row = z.output<typeof Row>

export const Page = z.object({
  value: z.custom<Row[]>((value) => Array.isArray(value) && value.every(isRow)),
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

/** How a column of the answer is shown: under its key there, an amount without its sign where that is said elsewhere. */
export type ShownColumn = {
  readonly key: string
  readonly amount?: Amount
  /** A choice's label is more than its number even where it is made of digits; a number's is never. */
  readonly is?: 'choice' | 'number'
}

/** What an aggregate gives is an amount of no row. */
export function shownColumn({ key, column, link, aggregate, dateGrouping }: ShownSource): ShownColumn {
  if (dateGrouping !== undefined) return { key, is: 'number' }
  if (column.hiding !== undefined) return { key }
  if (column.type === 'Money' && aggregate !== undefined) return { key }
  if (aggregate !== undefined || isNumber(column)) return { key, is: 'number' }
  if (column.options) return { key, is: 'choice' }
  if (column.type !== 'Money') return { key }
  return { key, amount: column.name.endsWith('_base') ? 'base' : link === undefined ? 'own' : 'linked' }
}

function isNumber(column: OutputColumn['column']): boolean {
  return column.type !== 'Money' && kindOf(column) === 'number'
}

type ShownSource = Pick<OutputColumn, 'key' | 'column' | 'link' | 'aggregate' | 'dateGrouping'>

export type CompactRows = {
  readonly rows: CompactRow[]
  /** Of all amounts in the rows' own currency, or {@link SEE_CURRENCY}. */
  readonly currency?: string
}

const CURRENCY_COLUMN = 'transactioncurrencyid'
/** Stands for a currency where the rows differ in it: each has its own beside its amounts. */
export const SEE_CURRENCY = `see ${CURRENCY_COLUMN}`

/**
 * Rows as tools work with them, columns in the order given, the rest after them. Amounts in a row's own currency are
 * numbers, as that is named once or in its row; those of linked rows carry their sign: they have a currency of their own.
 */
export function compactRows(
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: readonly ShownColumn[],
  below: ReadonlyMap<string, readonly ShownColumn[]> = new Map(),
): CompactRows {
  const own = columns.filter(({ amount }) => amount === 'own').map(({ key }) => key)
  const currency = currencyOf(rows, own)
  const isPlain = ({ amount }: ShownColumn): boolean =>
    amount === 'base' || (amount === 'own' && currency !== undefined)
  const showing = {
    ...showingOf(columns, isPlain),
    below: new Map([...below].map(([key, shown]) => [key, showingOf(shown)])),
  }
  const asked = new Set(columns.map(({ key }) => key))
  if (currency === SEE_CURRENCY) asked.add(CURRENCY)
  const [shown, readKeys] = [{ ...showing, asked }, keysReader(columns.map(({ key }) => shownName(key)))]
  const compact = rows.map((row) => compactRow(row, shown, readKeys))
  return currency === undefined ? { rows: compact } : { rows: compact, currency }
}

function showingOf(columns: readonly ShownColumn[], isPlain: (column: ShownColumn) => boolean = () => false): Showing {
  const keysOf = (isOne: (column: ShownColumn) => boolean): ReadonlySet<string> =>
    new Set(columns.filter(isOne).map(({ key }) => key))
  return {
    plain: keysOf((column) => column.is === 'number' || isPlain(column)),
    choices: keysOf(({ is }) => is === 'choice'),
  }
}

/** `undefined` where a row does not say in which currency its amounts are. */
function currencyOf(
  rows: readonly Readonly<Record<string, unknown>>[],
  amounts: readonly string[],
): string | undefined {
  const hasAmount = (row: Readonly<Record<string, unknown>>): boolean =>
    amounts.some((key) => row[key] !== undefined && row[key] !== null)
  const labels = new Set(rows.filter(hasAmount).map((row) => row[CURRENCY + FORMATTED]))
  const [label, ...others] = labels
  if ([...labels].some((one) => typeof one !== 'string')) return undefined
  return others.length > 0 ? SEE_CURRENCY : typeof label === 'string' ? label : undefined
}

/** Logical name of the table that a lookup of a row leads to. */
export function lookupTarget(row: Row, lookup: string): unknown {
  return row[`_${lookup}_value${LOOKUP_ENTITY}`]
}

/** The key of a compact row for a key of the Web API's answer. */
export function shownName(key: string): string {
  return LOOKUP.exec(key)?.[1] ?? key
}

type Showing = {
  readonly plain?: ReadonlySet<string>
  readonly choices?: ReadonlySet<string>
  /** Of what comes unasked these keys alone are shown; without, all. */
  readonly asked?: ReadonlySet<string>
  /** Of rows in it, by the key that they stand under. */
  readonly below?: ReadonlyMap<string, Showing>
}

const NONE: ReadonlySet<string> = new Set()

/** What a key says of itself, which is the same in all rows of an answer. */
type RowKey = {
  readonly key: string
  readonly isCompanion: boolean
  readonly isLookup: boolean
  readonly name: string
  readonly formatted: string
  readonly lookupEntity: string
  /** Of rows in it. */
  readonly readBelow: ReadKeys
}

/** The keys of a row that tell something, as they are shown. */
type ReadKeys = (row: Readonly<Record<string, unknown>>) => readonly RowKey[]

/**
 * Reads each key once, and which there are for all rows that have the same; made for one answer, as an alias may be a text of whoever asked.
 * @param order names that come first
 */
function keysReader(order: readonly string[] = []): ReadKeys {
  const known = new Map<string, RowKey>()
  let [names, keys]: [readonly string[], readonly RowKey[]] = [[], []]
  const keyOf = (name: string): RowKey => {
    const key = known.get(name) ?? rowKey(name)
    known.set(name, key)
    return key
  }
  const placeOf = ({ name }: RowKey): number => (order.includes(name) ? order.indexOf(name) : order.length)
  return (row) => {
    const own = Object.keys(row)
    if (own.length === names.length && own.every((name, at) => name === names[at])) return keys
    names = own
    const told = own.filter((name) => !isLeftOut(name)).map(keyOf)
    return (keys = told.sort((one, other) => placeOf(one) - placeOf(other)))
  }
}

/** An annotation, or what would replace the prototype of a row: FetchXML takes that for an alias. */
function isLeftOut(key: string): boolean {
  return key.includes('@') || key === '__proto__'
}

function rowKey(key: string): RowKey {
  return {
    key,
    isCompanion: COMPANIONS.test(key),
    isLookup: LOOKUP.test(key),
    name: shownName(key),
    formatted: key + FORMATTED,
    lookupEntity: key + LOOKUP_ENTITY,
    readBelow: keysReader(),
  }
}

/**
 * A row as tools work with it: no nulls, no annotations; a lookup as `{ id, label, entity }` under its logical name,
 * with `row` where it was expanded; a choice or an amount as `{ value, label }`; everything else as it is. Dates stay
 * ISO 8601 in UTC.
 */
export function compactRow(
  row: Readonly<Record<string, unknown>>,
  { plain = NONE, choices = NONE, asked, below }: Showing = {},
  readKeys: ReadKeys = keysReader(),
): CompactRow {
  const compact: CompactRow = {}
  for (const key of readKeys(row)) {
    const { key: name, readBelow } = key
    const value = row[name]
    if (value === null || value === undefined) continue
    if (key.isCompanion && asked?.has(name) === false) continue
    if (key.isLookup || Object.hasOwn(row, key.lookupEntity)) addUnder(compact, key.name, reference(row, key, value))
    else if (isRow(value)) addUnder(compact, name, { row: compactRow(value, below?.get(name), readBelow) })
    else if (plain.has(name)) compact[name] = value
    else
      compact[name] = Array.isArray(value)
        ? value.map((item: unknown) => (isRow(item) ? compactRow(item, below?.get(name), readBelow) : item))
        : labelled(row, key, value, choices.has(name))
  }
  return compact
}

/** An expanded lookup and the reference to it share one name, as they are one thing. */
function addUnder(compact: CompactRow, name: string, value: CompactRow): void {
  const present = compact[name]
  compact[name] = isRow(present) ? { ...present, ...value } : value
}

function reference(row: Readonly<Record<string, unknown>>, key: RowKey, id: unknown): CompactRow {
  // Only that there is one.
  if (id === KEPT) return { label: KEPT }
  const label = row[key.formatted]
  const entity = row[key.lookupEntity]
  const found: CompactRow = { id }
  if (label !== undefined) found['label'] = label
  if (entity !== undefined) found['entity'] = entity
  return found
}

function labelled(row: Readonly<Record<string, unknown>>, key: RowKey, value: unknown, isChoice: boolean): unknown {
  const label = row[key.formatted]
  if (typeof label !== 'string' || label === value) return value
  if (typeof value === 'string') return ISO_DATE.test(value) ? value : { value, label }
  return !isChoice && isOnlyFormatted(value, label) ? value : { value, label }
}

/** `1,200.00` says no more than 1200; `£1,200.00`, `1-10` and `Qualify` do. */
function isOnlyFormatted(value: unknown, label: string): boolean {
  if (typeof value !== 'number' || !FORMATTED_NUMBER.test(label)) return false
  const [written, digits] = [label, String(value)].map((text) => text.replaceAll(/\D/g, ''))
  return written?.startsWith(digits ?? '') === true && /^0*$/.test(written.slice(digits?.length))
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
