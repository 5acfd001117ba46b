const DAY_MS = 86_400_000
/** Of SQL Server's datetime; Dataverse refuses what is earlier. */
const FIRST_DAY = '1753-01-01'
const LAST_DAY = '9999-12-31'
const TIME = /(?:[T ]((?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?) ?(Z|[+-][01]\d:?[0-5]\d)?)?$/.source
const WRITTEN = new RegExp(/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})/.source + TIME, 'i')
/** With its year last, day and month may stand in either order. */
const YEAR_LAST = new RegExp(/^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})/.source + TIME, 'i')

/** A day, or a time of it as a clock shows it; `zone` is `Z` or an offset, where one was written. */
export type Written = { readonly day: string; readonly clock?: string | undefined; readonly zone?: string | undefined }

/** Whether the text is `YYYY-MM-DD` and such a day exists in Dataverse. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < FIRST_DAY) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/** The day so many days later, at most the last or first that Dataverse has. */
export function addDays(day: string, days: number): string {
  return dayOf(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS)
}

/** The same day so many months later; a day that the month then lacks is its last, as SQL Server counts. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return dayOf(Date.UTC(year, month - 1 + months, Math.min(date, last)))
}

function dayOf(midnight: number): string {
  const first = Date.parse(`${FIRST_DAY}T00:00:00Z`)
  const last = Date.parse(`${LAST_DAY}T00:00:00Z`)
  const bounded = Number.isNaN(midnight) ? first : Math.min(Math.max(midnight, first), last)
  return new Date(bounded).toISOString().slice(0, 10)
}

/** The first of a month, which may lie beyond the year. @param month from 1 */
export function firstOf(year: number, month: number): string {
  return addMonths(`${String(year).padStart(4, '0')}-01-01`, month - 1)
}

const MONTHS = 'january,february,march,april,may,june,july,august,september,october,november,december'.split(',')
/** `1 September 2026`, `1st of Sept. 2026`. */
const DAY_FIRST = /^(?<date>\d{1,2})(?:st|nd|rd|th|\.)?[ -](?:of )?(?<month>[a-z]{3,9})\.?,?[ -](?<year>\d{4})$/i
/** `September 1, 2026` */
const MONTH_FIRST = /^(?<month>[a-z]{3,9})\.?[ -](?<date>\d{1,2})(?:st|nd|rd|th)?(?:, ?|[ -])(?<year>\d{4})$/i

/** Its number from 1, by its English name or at least three letters of it; 0 for none. */
export function monthNamed(name: string): number {
  return name.length < 3 ? 0 : MONTHS.findIndex((month) => month.startsWith(name.toLowerCase())) + 1
}

/** ISO 8601 of a day whose month is a word, which can be meant in one way alone. */
function spelledOut(text: string): string | undefined {
  const { year = '', month = '', date = '' } = (DAY_FIRST.exec(text) ?? MONTH_FIRST.exec(text))?.groups ?? {}
  const number = monthNamed(month)
  return number === 0 ? undefined : join(year, String(number), date)
}

/** Reads ISO 8601, with single digits and other signs between, too, and days whose month is a word. Undefined for what is no day that exists. */
export function readDay(text: string): Written | undefined {
  const [, year = '', month = '', date = '', clock, offset] = WRITTEN.exec(spelledOut(text.trim()) ?? text.trim()) ?? []
  const day = join(year, month, date)
  if (!isDay(day)) return undefined
  const zone = offset?.toUpperCase().replace(/(\d{2})(\d{2})$/, '$1:$2')
  return { day, clock: clock?.replace(/^\d:/, '0$&'), zone }
}

function join(year: string, month: string, day: string): string {
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

/** What a date in another order of day, month and year may mean, e.g. `31/01/2026 10:00`, each as {@link readDay} reads it. */
export function otherOrders(text: string): string[] {
  return ordersIn(text) ? ordersOf([text]).flat() : []
}

/** The same of several dates, which whoever wrote them wrote in one order: each time all of them, what is none of them as it is. */
export function ordersOf(texts: readonly string[]): string[][] {
  const read = texts.map((text) => ordersIn(text) ?? [text, text])
  const orders = [0, 1].map((order) => read.map((one) => one[order]).filter((one) => one !== undefined))
  const whole = orders.filter((one) => one.length === texts.length)
  return whole.filter((one, at) => whole.findIndex((other) => String(other) === String(one)) === at)
}

/** The day first, and the month first; undefined for a day that does not exist, and as a whole for another text. */
function ordersIn(text: string): (string | undefined)[] | undefined {
  const [, first = '', second = '', ending = '', clock, zone = ''] = YEAR_LAST.exec(text.trim()) ?? []
  if (ending === '') return undefined
  const year = ending.padStart(4, '20')
  const time = clock === undefined ? '' : `T${clock.padStart(5, '0')}${zone}`
  return [join(year, second, first), join(year, first, second)].map((day) => (isDay(day) ? day + time : undefined))
}
