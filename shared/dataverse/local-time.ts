import { findIana } from 'windows-iana'

export type Zone = {
  /** IANA, e.g. `Europe/London`; UTC where the person's is not known. */
  readonly iana: string
  /** Windows' name, as Dataverse gives it. */
  readonly name?: string
  readonly known: boolean
}

/** @param name Windows' name of a time zone, e.g. `GMT Standard Time` */
export function zoneOf(name: string | undefined): Zone {
  const iana = name === undefined ? undefined : ianaOf(name)
  return { iana: iana ?? 'Etc/UTC', ...(name !== undefined && { name }), known: iana !== undefined }
}

const ianaNames = new Map<string, string>()

/** The list is long, and looked through from its start; what is found in it is one of its own names. */
function ianaOf(name: string): string | undefined {
  const known = ianaNames.get(name)
  if (known !== undefined) return known
  const [iana] = findIana(name)
  if (iana !== undefined) ianaNames.set(name, iana)
  return iana
}

export type LocalParts = { readonly year: number; readonly month: number; readonly day: number; readonly clock: string }

type Told = { readonly instant: number; readonly iana: string; readonly parts: LocalParts }
let lastTold: Told | undefined

/** What calendar and clock show in a time zone. The last answer is kept: whoever writes an instant asks three times. */
export function localParts(instant: number, iana: string): LocalParts {
  if (lastTold?.instant === instant && lastTold.iana === iana) return lastTold.parts
  const parts = partsIn(instant, iana)
  lastTold = { instant, iana, parts }
  return parts
}

function partsIn(instant: number, iana: string): LocalParts {
  const parts = new Map(
    formatterFor(iana)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  )
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
  const clock = (['hour', 'minute', 'second'] as const).map((type) => parts.get(type) ?? '00').join(':')
  return { year: number('year'), month: number('month'), day: number('day'), clock }
}

/** ISO 8601 with the offset of the zone, to the second; in UTC where the offset has seconds, as before railways: a text has none. */
export function isoInZone(instant: number, iana: string): string {
  const offset = localOffset(instant, iana)
  if (offset % 60_000 !== 0) return `${new Date(instant).toISOString().slice(0, -5)}Z`
  // A year of five digits, which an evening of 9999 is already in the next year, has a sign and a zero there.
  const shown = new Date(instant + offset).toISOString().replace(/^\+0/, '').slice(0, -5)
  const minutes = Math.abs(offset) / 60_000
  return `${shown}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/**
 * The instant at which a calendar day, `YYYY-MM-DD`, begins in a time zone, in ms since 1970: the first midnight where a
 * change of the clock repeats it, and the change itself where it leaves midnight out.
 */
export function startOfDay(day: string, iana: string): number {
  const midnight = `${day}T00:00:00`
  const [first] = instantsOfClock(midnight, iana)
  if (first !== undefined) return first
  const wall = Date.parse(`${midnight}Z`)
  return wall - localOffset(wall - DAY_MS, iana)
}

/**
 * The instant of what a clock in a time zone shows, as ISO 8601 without an offset. An hour that a change of the clock
 * repeats is its second passing, one that it leaves out the hour before or after.
 */
export function instantOfClock(shown: string, iana: string): number {
  const wall = Date.parse(`${shown}Z`)
  const guess = wall - localOffset(wall, iana)
  return wall - localOffset(guess, iana)
}

const DAY_MS = 86_400_000

/** All instants at which a clock in a time zone shows this: none in the hour that a change leaves out, two in one that it repeats. */
export function instantsOfClock(shown: string, iana: string): readonly number[] {
  const wall = Date.parse(`${shown}Z`)
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((near) => localOffset(near, iana))
  const found = new Set(offsets.map((offset) => wall - offset))
  return [...found].filter((instant) => instant + localOffset(instant, iana) === wall).sort((a, b) => a - b)
}

/** The calendar day, `YYYY-MM-DD`, of an instant in a time zone. */
export function dayIn(instant: number, iana: string): string {
  const { year, month, day } = localParts(instant, iana)
  return [String(year).padStart(4, '0'), two(month), two(day)].join('-')
}

/** How far ahead of UTC the clock of a time zone is, in ms. */
export function localOffset(instant: number, iana: string): number {
  const { year, month, day, clock } = localParts(instant, iana)
  const [hour = 0, minute = 0, second = 0] = clock.split(':').map(Number)
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Making one is slow; there are as many as time zones. */
function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known) return known
  const digits = '2-digit'
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: digits,
    day: digits,
    hour: digits,
    minute: digits,
    second: digits,
    hourCycle: 'h23',
  })
  formatters.set(timeZone, made)
  return made
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
