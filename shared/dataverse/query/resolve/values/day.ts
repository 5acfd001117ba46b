const DAY_MS = 86_400_000
const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/i

/** Whether the text is `YYYY-MM-DD` and such a day exists. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/** The day so many days later. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** ISO 8601 in UTC of a date with a time; one without a zone is taken as UTC. Undefined for what is none. */
export function instantOf(text: string): { value: string; zoned: boolean } | undefined {
  const [, day = '', minutes = '', seconds = ':00', zone] = INSTANT.exec(text.trim()) ?? []
  if (!isDay(day)) return undefined
  const offset = zone?.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2') ?? 'Z'
  const instant = new Date(`${day}T${minutes}${seconds}${offset}`)
  if (Number.isNaN(instant.getTime())) return undefined
  return { value: instant.toISOString().replace('.000Z', 'Z'), zoned: zone !== undefined }
}

/** The days that a date in another order of day, month and year may mean, e.g. of `31/01/2026`. */
export function otherOrders(text: string): string[] {
  const [, first = '', second = '', year = ''] = /^(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})$/.exec(text.trim()) ?? []
  const two = (part: string): string => part.padStart(2, '0')
  return [...new Set([`${year}-${two(second)}-${two(first)}`, `${year}-${two(first)}-${two(second)}`])].filter(isDay)
}
