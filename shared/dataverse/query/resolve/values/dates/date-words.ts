import { isoInZone } from '../../../../local-time.ts'
import type { Clock } from '../clock.ts'
import { ago, type DateRange } from '../date-range.ts'
import { firstOf, monthNamed } from './day.ts'

/** An operator of Dataverse's own and its values. */
export type Native = { readonly operator: string; readonly values: readonly string[] }

const STARTS: Readonly<Record<string, string>> = { past: 'last', previous: 'last', current: 'this' }
const PHRASE =
  /^(last|past|previous|this|current|next)-?(?:(\d{1,4})-?)?(hour|day|week|month|year|quarter|fiscal-?(?:period|quarter|year))s?$/
const AGO = /^(\d{1,5})-(minute|hour|day|week|month|year)s?-ago$/
const CALENDAR = /^(?:(q[1-4]|[a-z]{3,9})-)?((?:19|20)\d{2})(?:-(q[1-4]|\d{1,2}))?$/

/** `This Month`, `@today()` and `last_30_days` as `this-month`, `today` and `last-30-days`. */
function wordOf(written: string): string {
  const word = written.trim().slice(0, 60).toLowerCase()
  return word
    .replace(/^@/, '')
    .replace(/\(\)$/, '')
    .replaceAll(/[\s_]+/g, '-')
}

/** ISO 8601 of `now` and `2 hours ago`, the day of `30 days ago`. Undefined for what names no point of time. */
export function pointNamed(written: string, clock: Clock): string | undefined {
  const word = wordOf(written)
  if (word === 'now') return isoInZone(clock.now, clock.zone)
  const [, count = '', unit = ''] = AGO.exec(word) ?? []
  if (unit === '') return undefined
  const bound = ago(unit, Number(count), clock)
  return 'day' in bound ? bound.day : isoInZone(bound.at, clock.zone)
}

/** `today`, `this-month`, `last 30 days` and the like as operators. Undefined for what is no such word. */
export function nativeNamed(written: string): Native | undefined {
  const word = wordOf(written)
  if (['yesterday', 'today', 'tomorrow'].includes(word)) return { operator: word, values: [] }
  const [, start = '', count, name = ''] = PHRASE.exec(word) ?? []
  const which = STARTS[start] ?? start
  const unit = name.replace(/^fiscal(?=[pqy])/, 'fiscal-').replace(/^(?:fiscal-)?quarter$/, 'fiscal-period')
  if (count === undefined)
    return /^(?:hour|day)?$/.test(unit) ? undefined : { operator: `${which}-${unit}`, values: [] }
  if (which === 'this' || Number(count) < 1) return undefined
  return { operator: `${which}-x-${unit}s`, values: [String(Number(count))] }
}

/** Whether a text is a word for a point or a range of time, whatever the clock says. */
export function isDateWord(text: string): boolean {
  const word = wordOf(text)
  return word === 'now' || AGO.test(word) || nativeNamed(word) !== undefined
}

/** A year, a quarter of it or a month: `2026`, `Q3 2026`, `2026-07`, `July 2026`. */
export function calendarNamed(written: string): DateRange | undefined {
  const [, before, year, after] = CALENDAR.exec(wordOf(written)) ?? []
  const part = before ?? after ?? ''
  if (year === undefined || (before !== undefined && after !== undefined)) return undefined
  const isQuarter = /^q\d$/.test(part)
  const named = part === '' ? 1 : /^\d/.test(part) ? Number(part) : monthNamed(part)
  const month = isQuarter ? Number(part.charAt(1)) * 3 - 2 : named
  if (month < 1 || month > 12) return undefined
  const start = firstOf(Number(year), month)
  return { start: { day: start }, end: { day: firstOf(Number(year), month + (part === '' ? 12 : isQuarter ? 3 : 1)) } }
}
