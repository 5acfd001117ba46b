import { nearest } from '../../advice/suggest.ts'
import { FUNCTION_NAMES, FUNCTION_PREFIX } from '../model/operators.ts'
import { invalidFilter, shown } from '../say/refusals.ts'
import type { TokenStream } from './token-stream.ts'
import type { Token } from './tokens.ts'

const DATE_PART = /^(?:year|month|day|hour|minute|second|date|time|fractionalseconds)$/i
const BETWEEN = /^(?:days?|hours?|days_?between|hours_?between|date_?diff)$/i
const CLOCK = /^(?:(?:utc)?now|today|getdate|current_?date|dateadd|adddays|datetime)$/i

/** A function that Dataverse does not have; its name and the bracket are taken already. */
export function unknownFunction(stream: TokenStream, { raw }: Token): Error {
  return invalidFilter(`uses ${shown(raw)}(), which Dataverse does not have`, adviceFor(stream, raw))
}

function adviceFor(stream: TokenStream, name: string): string {
  if (BETWEEN.test(name) && stream.is(',', pathEnd(stream)))
    return 'In analyze join it to the other conditions with and: days(createdon, today) gt 90. Elsewhere compare with a date: createdon lt 2026-01-31.'
  if (DATE_PART.test(name)) return datePartAdvice(stream, name)
  if (CLOCK.test(name)) return 'Use a date word instead, without brackets: now, today, this-month, last-30-days.'
  if (/^(?:cast|isof)$/i.test(name)) return 'Compare the column itself; no cast is needed.'
  const isOwn = name.toLowerCase().startsWith(FUNCTION_PREFIX.toLowerCase())
  const near = isOwn ? nearest(name.slice(FUNCTION_PREFIX.length, 100).toLowerCase(), FUNCTION_NAMES, 3) : []
  if (near.length > 0) return `Did you mean: ${near.map((one) => FUNCTION_PREFIX + one).join(', ')}?`
  return 'Use eq, ne, gt, ge, lt, le, in, contains, startswith or endswith.'
}

/** How many tokens the path has that comes next. */
function pathEnd(stream: TokenStream): number {
  let end = 0
  while (/^(?:[a-z_]\w*|\/)$/i.test(stream.peek(end).raw)) end += 1
  return end
}

const YEAR = /^(?:19|[2-8]\d)\d\d$/
const MONTH = /^(?:0?[1-9]|1[0-2])$/

/** `year(createdon) eq 2026` asks for a range, which can be written out. */
function datePartAdvice(stream: TokenStream, part: string): string {
  const end = pathEnd(stream)
  const column = shown(Array.from({ length: end }, (_one, at) => stream.peek(at).raw).join(''))
  if (column === '' || !stream.is(')', end))
    return 'Write the range as two dates: from the first by ge, to the last by lt.'
  const own = part.toLowerCase()
  const value = isEqual(stream.peek(end + 1)) ? stream.peek(end + 2).raw : ''
  const beside = valueBeside(stream, end, own === 'year' ? 'month' : 'year')
  const year = YEAR.exec(own === 'year' ? value : beside)?.[0]
  const month = MONTH.exec(own === 'year' ? beside : own === 'month' ? value : '')?.[0]
  if (year !== undefined && month !== undefined)
    return `Write both as one month: ${column} eq ${year}-${month.padStart(2, '0')}.`
  const isYear = own === 'year' && year !== undefined
  const [from, to] = isYear ? [`${year}-01-01`, `${Number(year) + 1}-01-01`] : ['2026-01-01', '2026-02-01']
  return `Write the range as dates: ${column} ge ${from} and ${column} lt ${to}.`
}

/** `year(createdon) eq 2026 and month(createdon) eq 10`, in any order: of one alone the rows would be others. */
function valueBeside(stream: TokenStream, end: number, part: string): string {
  const from = end + 3
  const sameColumn = Array.from({ length: end }, (_one, at) =>
    stream.is(stream.peek(at).raw.toLowerCase(), from + 3 + at),
  )
  const isPart = stream.is('and', from) && stream.is(part, from + 1) && stream.is('(', from + 2)
  if (!isPart || sameColumn.includes(false) || !stream.is(')', from + 3 + end)) return ''
  return isEqual(stream.peek(from + 4 + end)) ? stream.peek(from + 5 + end).raw : ''
}

function isEqual({ raw }: Token): boolean {
  return /^(?:eq|==?)$/i.test(raw)
}
