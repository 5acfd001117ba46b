import type { TokenStream } from './token-stream.ts'
import { invalidFilter, shown } from '../../odata/invalid-filter.ts'
import { allFunctions, FUNCTION_PREFIX } from '../../odata/query-functions.ts'
import { nearest } from '../../suggest.ts'
import type { Token } from './tokens.ts'

const DATE_PARTS = new Set(['year', 'month', 'day', 'hour', 'minute', 'second', 'date', 'time', 'fractionalseconds'])
const CLOCKS = new Set([
  'now',
  'today',
  'getdate',
  'currentdate',
  'current_date',
  'utcnow',
  'dateadd',
  'adddays',
  'datetime',
])

/** A function that Dataverse does not have; its name and the bracket are taken already. */
export function unknownFunction(stream: TokenStream, name: Token): Error {
  const word = name.raw.toLowerCase()
  const problem = `uses ${shown(name.raw)}(), which Dataverse does not have`
  if (DATE_PARTS.has(word)) return invalidFilter(problem, datePartAdvice(stream, word))
  if (CLOCKS.has(word)) {
    return invalidFilter(problem, 'Use a date word instead: createdon eq today, this-month or last-30-days.')
  }
  const near = nearest(
    word.slice(0, 100).split('.').at(-1) ?? '',
    allFunctions().map(({ name: known }) => ({ name: known, aliases: [] })),
    3,
  )
  if (word.startsWith(FUNCTION_PREFIX.toLowerCase()) && near.length > 0) {
    return invalidFilter(problem, `Did you mean: ${near.map((known) => `${FUNCTION_PREFIX}${known}`).join(', ')}?`)
  }
  if (word === 'cast' || word === 'isof') return invalidFilter(problem, 'Compare the column itself; no cast is needed.')
  return invalidFilter(problem, "Use eq, ne, gt, ge, lt, le, contains, startswith, endswith: contains(name,'text').")
}

/** `year(createdon) eq 2026` asks for a range, which can be written out. */
function datePartAdvice(stream: TokenStream, part: string): string {
  const column = stream.peek().raw
  const year = Number(stream.peek(3).raw)
  const isRange = part === 'year' && stream.peek(1).raw === ')' && /^(?:eq|=|==)$/i.test(stream.peek(2).raw)
  if (!isRange || !Number.isInteger(year) || year < 1900 || year > 9000) {
    return 'Write the range as dates: createdon ge 2026-01-01 and createdon lt 2026-02-01.'
  }
  return `Write the range as dates: ${shown(column)} ge ${year}-01-01 and ${shown(column)} lt ${year + 1}-01-01.`
}
