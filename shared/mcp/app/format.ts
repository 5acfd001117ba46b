import { periodOf } from './draw/period.ts'
import { type Behind, type Column, LONGEST_UNIT, NO_VALUE, OTHERS, type Report, type Row } from './report.ts'
import type { Talk } from './words/words.ts'

/** One value of a row: how it reads, how it sorts, and the record that it names. */
export type Cell = {
  readonly text: string
  readonly sort: string | number | undefined
  readonly record?: { readonly id: string; readonly entity: string }
}

export type Formats = {
  readonly locale: string | undefined
  /** @param at place of the column */
  readonly cell: (row: Row, at: number) => Cell
  /** A short amount for a chart, e.g. `€1.2M`; `row` is one of those that it adds up, `step` what it differs by. */
  readonly short: (value: number, row: Row, at: number, step?: number) => string
  /** A whole amount that no single row holds. */
  readonly whole: (value: number, row: Row, at: number) => string
  /** Of an amount in a row; undefined for any other number. */
  readonly currencyOf: (row: Row, at: number) => string | undefined
}

const RECORD = /^([a-z]\w*)\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/
const CURRENCY_CODE = /^[A-Z]{3}$/

/** How this report's values are written, for readers of the host's language. */
export function formatsFor(report: Report, talk: Talk): Formats {
  const { locale } = talk
  const zone = knownZone(report.timeZone)
  const currencyOf: Formats['currencyOf'] = (row, at) => currencyIn(report, row, at)
  const kindOf = (at: number): Column['kind'] => report.columns[at]?.kind ?? 'number'
  const amount: Formats['whole'] = (value, row, at) =>
    new Intl.NumberFormat(locale, numberOptions(kindOf(at), currencyOf(row, at))).format(value)
  const whole: Formats['whole'] = (value, row, at) => withUnit(amount(value, row, at), currencyOf(row, at))
  return {
    locale,
    currencyOf,
    whole,
    cell: (row, at) => {
      const column = report.columns[at]
      if (column === undefined) return { text: '', sort: undefined }
      const labels = report.values.get(column.name)
      const group = labels?.has(String(row[at])) === true ? undefined : groupOf(report, column, row[at], talk)
      if (group !== undefined) return group
      return cellOf(row[at], column, labels, (value) => {
        if (typeof value === 'boolean') return talk.text(value ? 'yes' : 'no')
        if (typeof value === 'string') return column.kind === 'date' ? isoText(value, locale, zone) : value
        // A year, or a number that is a name: 2026 is not 2,026.
        if (column.kind === 'text') return String(value)
        // A currency that the next cell names is not named twice.
        return report.columns[at + 1]?.kind === 'currency' ? amount(value, row, at) : whole(value, row, at)
      })
    },
    short: (value, row, at, step = 1) => {
      const currency = currencyOf(row, at)
      const fraction = { maximumFractionDigits: Math.max(1, digitsOf(step)), minimumFractionDigits: 0 }
      const options = { ...numberOptions(kindOf(at), currency), notation: 'compact', ...fraction } as const
      return withUnit(new Intl.NumberFormat(locale, options).format(value), currency)
    },
  }
}

/** Of a step between two ticks below one, so that the two do not read the same. */
function digitsOf(step: number): number {
  return Math.min(20, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))
}

/** Dataverse's sign or name of a currency, where it has no code that Intl knows. */
function withUnit(number: string, currency: string | undefined): string {
  if (currency === undefined || currency.length > LONGEST_UNIT || CURRENCY_CODE.test(currency)) return number
  return currency.length === 1 && !number.startsWith('-') ? `${currency}${number}` : `${number}\u00a0${currency}`
}

/** What an analysis calls its groups: parts of dates, the group without a value, and all further ones in one. */
function groupOf({ picture }: Report, { name, part }: Column, value: unknown, talk: Talk): Cell | undefined {
  if (typeof value !== 'string' || !(part !== undefined || name === picture.label || name === picture.series))
    return undefined
  const [, others] = OTHERS.exec(value) ?? []
  if (others !== undefined) return { text: talk.count('others', Number(others)), sort: undefined }
  if (value === NO_VALUE) return { text: talk.text('none'), sort: undefined }
  const period = part && periodOf(part, value, talk)
  return period && { text: period.text, sort: period.order }
}

/**
 * Reads the time by its own offset: the name of the person's zone may be one of Dataverse's, which no browser knows.
 */
export function asOfText(asOf: string, timeZone: string | undefined, locale: string | undefined): string {
  const [, wall, offset] = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}).*?(Z|[+-]\d{2}:\d{2})$/.exec(asOf) ?? []
  if (wall === undefined || offset === undefined) return asOf
  const options = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' } as const
  const text = new Intl.DateTimeFormat(locale, options).format(new Date(`${wall}Z`))
  return `${text} (${timeZone ?? (offset === 'Z' ? 'UTC' : `UTC${offset}`)})`
}

/** That of its column, of its row in the column after it, or of the report. */
function currencyIn({ columns, currency }: Report, row: Row, at: number): string | undefined {
  const column = columns[at]
  if (column?.kind !== 'money') return undefined
  if (columns[at + 1]?.kind !== 'currency') return column.currency ?? currency
  const code = row[at + 1]
  return typeof code === 'string' ? code : undefined
}

type Plain = (value: number | string | boolean) => string

function cellOf(value: unknown, column: Column, labels: ReadonlyMap<string, Behind> | undefined, write: Plain): Cell {
  if (value === undefined || value === null || value === '') return { text: column.empty ?? '–', sort: undefined }
  if (typeof value === 'string') {
    const behind = labels?.get(value)
    const [, entity, id] = typeof behind === 'string' ? (RECORD.exec(behind) ?? []) : []
    if (entity !== undefined && id !== undefined) return { text: value, sort: value, record: { id, entity } }
    return { text: write(value), sort: labels === undefined ? value : ranked(value, labels) }
  }
  if (typeof value === 'number') return { text: write(value), sort: value }
  if (typeof value === 'boolean') return { text: write(value), sort: value ? 1 : 0 }
  return { text: JSON.stringify(value), sort: undefined }
}

/** Choices follow their numbers; a label without one stands for none, such as "(no stage)". */
function ranked(label: string, labels: ReadonlyMap<string, Behind>): string | number | undefined {
  const behind = labels.get(label)
  if (typeof behind === 'number') return behind
  return [...labels.values()].some((one) => typeof one === 'number') ? undefined : label
}

function numberOptions(kind: Column['kind'], currency: string | undefined): Intl.NumberFormatOptions {
  if (kind === 'count') return { maximumFractionDigits: 0 }
  // Dataverse keeps a percentage as 0 to 100.
  if (kind === 'percent') return { style: 'unit', unit: 'percent', maximumFractionDigits: 1 }
  if (kind !== 'money') return { maximumFractionDigits: 2 }
  if (currency === undefined || !CURRENCY_CODE.test(currency))
    return { minimumFractionDigits: 2, maximumFractionDigits: 2, trailingZeroDisplay: 'stripIfInteger' }
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

/** A zone that the browser cannot read is as good as none. */
function knownZone(zone: string | undefined): string {
  try {
    return new Intl.DateTimeFormat(undefined, { timeZone: zone ?? 'UTC' }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}
