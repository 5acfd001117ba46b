import * as z from 'zod/mini'
import type { Column, Report, Row } from './report.ts'

/** One value of a row: how it reads, how it sorts, and the record that it names. */
export type Cell = {
  readonly text: string
  readonly sort: string | number | undefined
  readonly record?: { readonly id: string; readonly entity: string }
}

export type Formats = {
  readonly locale: string | undefined
  readonly cell: (row: Row, column: Column) => Cell
  /** A short amount for a chart, e.g. `€1.2M`. */
  readonly short: (value: number, column: Column) => string
}

const Labelled = z.object({ value: z.optional(z.union([z.number(), z.string(), z.boolean()])), label: z.string() })
const Reference = z.object({ id: z.guid(), entity: z.string(), label: z.optional(z.string()) })
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/
const CURRENCY_CODE = /^[A-Z]{3}$/

/** How this report's values are written, for readers of the host's language. */
export function formatsFor({ currency, timeZone }: Pick<Report, 'currency' | 'timeZone'>, language?: string): Formats {
  const locale = known(language)
  const zone = knownZone(timeZone)
  const plain = (column: Column, value: number | string | boolean): string => {
    if (typeof value === 'string') return column.kind === 'date' ? isoText(value, locale, zone) : value
    if (typeof value === 'boolean') return value ? 'Yes' : 'No'
    // A year, or a number that is a name: 2026 is not 2,026.
    if (column.kind === 'text') return String(value)
    return new Intl.NumberFormat(locale, numberOptions(column, currency)).format(value)
  }
  return {
    locale,
    cell: (row, column) => cellOf(row[column.key], column, plain),
    short: (value, column) => {
      const options = { ...numberOptions(column, currency), notation: 'compact', maximumFractionDigits: 1 } as const
      return new Intl.NumberFormat(locale, { ...options, minimumFractionDigits: 0 }).format(value)
    },
  }
}

/**
 * Reads the time by its own offset: the name of the person's zone may be one of Dataverse's, which no browser knows.
 */
export function asOfText({ asOf, timeZone }: Pick<Report, 'asOf' | 'timeZone'>, language?: string): string {
  const [, wall, offset] = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}).*?(Z|[+-]\d{2}:\d{2})$/.exec(asOf) ?? []
  if (wall === undefined || offset === undefined) return asOf
  const options = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' } as const
  const text = new Intl.DateTimeFormat(known(language), options).format(new Date(`${wall}Z`))
  return `${text} (${timeZone ?? (offset === 'Z' ? 'UTC' : `UTC${offset}`)})`
}

type Plain = (column: Column, value: number | string | boolean) => string

function cellOf(value: unknown, column: Column, plain: Plain): Cell {
  if (value === undefined || value === null || value === '') return { text: column.empty ?? '–', sort: undefined }
  const record = Reference.safeParse(value).data
  if (record !== undefined) {
    const label = record.label ?? record.id
    return { text: label, sort: label, record: { id: record.id, entity: record.entity } }
  }
  const labelled = Labelled.safeParse(value).data
  if (labelled !== undefined) {
    // A label without a value stands for none, such as "(no stage)".
    const { value: inner, label } = labelled
    return { text: label, sort: typeof inner === 'number' || inner === undefined ? inner : label }
  }
  if (typeof value === 'number' || typeof value === 'string') return { text: plain(column, value), sort: value }
  if (typeof value === 'boolean') return { text: plain(column, value), sort: value ? 1 : 0 }
  return { text: JSON.stringify(value), sort: undefined }
}

function numberOptions({ kind }: Column, currency: string | undefined): Intl.NumberFormatOptions {
  if (kind === 'count') return { maximumFractionDigits: 0 }
  // Dataverse keeps a percentage as 0 to 100.
  if (kind === 'percent') return { style: 'unit', unit: 'percent', maximumFractionDigits: 1 }
  if (kind !== 'money') return { maximumFractionDigits: 2 }
  if (currency === undefined || !CURRENCY_CODE.test(currency)) return { maximumFractionDigits: 2 }
  return { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' }
}

function isoText(text: string, locale: string | undefined, zone: string): string {
  if (ISO_DATE.test(text)) return dateFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }, text)
  if (ISO_TIME.test(text)) return dateFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }, text)
  return text
}

function dateFormat(locale: string | undefined, options: Intl.DateTimeFormatOptions, text: string): string {
  const date = new Date(text)
  return Number.isNaN(date.valueOf()) ? text : new Intl.DateTimeFormat(locale, options).format(date)
}

/** A language or zone that the browser cannot read is as good as none. */
function known(language: string | undefined): string | undefined {
  try {
    return language === undefined ? undefined : Intl.getCanonicalLocales(language)[0]
  } catch {
    return undefined
  }
}

function knownZone(zone: string | undefined): string {
  try {
    return new Intl.DateTimeFormat(undefined, { timeZone: zone ?? 'UTC' }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}
