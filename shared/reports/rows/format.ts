import type { ReportColumn } from '../definition.ts'
import { localParts } from '../../dataverse/local-time.ts'

const LOCALE = 'en-GB'
const CODE = /^[A-Z]{3}$/

const NUMBER = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 })
const PERCENT = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 1 })
/** Each takes longer to make than a hundred amounts to write; an organization has a few. */
const amounts = new Map<string, Intl.NumberFormat>()
const MOST_CURRENCIES = 200

function amountIn(currency: string): Intl.NumberFormat {
  const known = amounts.get(currency)
  if (known) return known
  const made = new Intl.NumberFormat(LOCALE, { style: 'currency', currency })
  if (amounts.size < MOST_CURRENCIES) amounts.set(currency, made)
  return made
}

/** @param currency ISO 4217 */
export function formatAmount(value: number, currency: string | undefined): string {
  if (currency === undefined || !CODE.test(currency)) return formatNumber(value)
  return amountIn(currency).format(value)
}

export function formatNumber(value: number): string {
  return NUMBER.format(value)
}

/** @param share from 0 to 1 */
export function formatShare(share: number): string {
  return PERCENT.format(share)
}

/** A cell as a person reads it: times on the person's own clock. */
export function formatValue(
  value: unknown,
  kind: ReportColumn['kind'] | 'currency',
  { currency, timeZone }: { readonly currency: string | undefined; readonly timeZone: string },
): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number') {
    if (kind === 'money') return formatAmount(value, currency)
    return kind === 'percent' ? `${formatNumber(value)}%` : formatNumber(value)
  }
  if (typeof value !== 'string') return JSON.stringify(value)
  return kind === 'date' && value.includes('T') ? formatTime(value, timeZone) : value
}

/** @returns `2026-11-24 10:30` in the time zone */
export function formatTime(iso: string, timeZone: string): string {
  const instant = Date.parse(iso)
  if (Number.isNaN(instant)) return iso
  const { year, month, day, clock } = localParts(instant, timeZone)
  const date = [year, month, day].map((part) => String(part).padStart(2, '0')).join('-')
  return `${date} ${clock.slice(0, 5)}`
}
