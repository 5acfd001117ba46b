import { localTime } from '../query/dates.ts'
import { choicesOf } from '../query/operands.ts'
import type { Column } from '../schema/schema.ts'
import { ENTITIES, isChoice, isDateOnly, isLookup, isMultiChoice } from '../schema/schema.ts'
import type { Row, Store, Value } from './store.ts'
import { isReference, nameOf, textOf, valueOf } from './store.ts'

const BASE_SYMBOL = '£'

const formatters = new Map<number, Intl.NumberFormat>()

/** Making a formatter takes far longer than formatting with it. */
function formatterWith(digits: number): Intl.NumberFormat {
  const known = formatters.get(digits)
  if (known) return known
  const made = new Intl.NumberFormat('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  formatters.set(digits, made)
  return made
}

export function formatNumber(value: number, digits: number): string {
  return formatterWith(digits).format(value)
}

/** "£50,000.00", a negative amount as "-£50,000.00". */
export function formatMoney(value: number, symbol: string): string {
  return `${value < 0 ? '-' : ''}${symbol}${formatNumber(Math.abs(value), 2)}`
}

const two = (part: number): string => String(part).padStart(2, '0')

const isUnzoned = (column: Column): boolean => isDateOnly(column) || column.behavior === 'TimeZoneIndependent'

/** "24/11/2026 08:04" in a time zone, without the time where the column's format leaves it out. */
function formatDate(value: string, format: string | undefined, timeZone: string): string {
  const { year, month, day, hour, minute } = localTime(Date.parse(value), timeZone)
  const date = `${two(day)}/${two(month)}/${year}`
  return format === 'DateOnly' ? date : `${date} ${two(hour)}:${two(minute)}`
}

/** The symbol of a row's own currency; `*_base` columns are in the organisation's. */
export function symbolOf(store: Store, row: Row, column: string): string {
  const currency = valueOf(row, 'transactioncurrencyid')
  if (column.endsWith('_base') || !isReference(currency)) return BASE_SYMBOL
  const found = store.get('transactioncurrency', currency.id)
  return found ? textOf(valueOf(found, 'currencysymbol')) : BASE_SYMBOL
}

export function optionLabel(column: Column, value: Value): string | undefined {
  const number = Number(value)
  return column.options?.find((option) => option.value === number)?.label
}

/**
 * The status reasons of an activity are those of its own kind: `activitypointer` keeps the number of the task or email
 * behind it, under which its own four options have another label. That the service labels so is not verified: no page
 * of the documents shows a formatted status of an activitypointer.
 */
export function labelledBy(row: Row, column: Column): Column {
  if (row.entity.logicalName !== 'activitypointer' || column.name !== 'statuscode') return column
  return ENTITIES.get(textOf(valueOf(row, 'activitytypecode')))?.columns.get('statuscode') ?? column
}

export type Formatting = { readonly store: Store; readonly timeZone: string; readonly symbol: string }

/** The text that a form would show for a value; undefined where Dataverse sends none. */
export function formatValue(column: Column, value: Value, { store, timeZone, symbol }: Formatting): string | undefined {
  if (value === null) return undefined
  if (isReference(value)) {
    const target = store.get(value.entity, value.id)
    return (target && nameOf(target)) ?? undefined
  }
  if (isLookup(column)) return undefined
  if (isChoice(column) || column.type === 'Boolean') return optionLabel(column, value)
  if (isMultiChoice(column))
    return choicesOf(textOf(value))
      .map((choice) => optionLabel(column, choice) ?? choice)
      .join('; ')
  if (column.type === 'EntityName') return ENTITIES.get(String(value))?.displayName
  if (column.type === 'DateTime') {
    return formatDate(String(value), column.format, isUnzoned(column) ? 'UTC' : timeZone)
  }
  if (typeof value !== 'number') return undefined
  if (column.type === 'Money') return formatMoney(value, symbol)
  return formatNumber(value, column.type === 'Decimal' || column.type === 'Double' ? (column.precision ?? 2) : 0)
}
