import { parseFilter } from '../../../dataverse/query/from-odata/parse-filter.ts'
import type { Comparison, RowTest, Value } from '../model.ts'
import { parseValue } from './measure/value.ts'
import { createStream, type Stream } from './stream.ts'
import { closingAt, MOST_CHARACTERS, tokenAt } from './tokens.ts'
import { ifReadable } from './if-readable.ts'

/** A condition: what Dataverse tests, in the language of `filter`, and what is tested on the rows that it gives. Both must hold. */
export type SplitCondition = { readonly filter: string; readonly tests: readonly RowTest[] }

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ...(['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const).map((word) => [word, word] as const),
  ['=', 'eq'],
  ['!=', 'ne'],
  ['>', 'gt'],
  ['>=', 'ge'],
  ['<', 'lt'],
  ['<=', 'le'],
])

/** Takes `days(createdon, today) gt 90` out of a condition; what is no test of rows either stays, for whoever reads filters to refuse. */
export function splitCondition(text: string): SplitCondition {
  if (isFilter(text)) return { filter: text.trim(), tests: [] }
  const read = conjunctsOf(text).map((part) => ({ part, tests: isFilter(part) ? [] : testsIn(part) }))
  const tests = read.flatMap((one) => one.tests)
  if (tests.length === 0) return { filter: text.trim(), tests }
  const left = read.filter((one) => one.tests.length === 0)
  return { filter: left.map(({ part }) => part).join(' and '), tests }
}

/** @throws QueryError `invalid_filter` */
export function checkCondition(text: string): void {
  const { filter, tests } = splitCondition(text)
  if (filter !== '' || tests.length === 0) parseFilter(filter, () => undefined)
}

function isFilter(text: string): boolean {
  return ifReadable(() => parseFilter(text, () => undefined)) !== undefined
}

/** What stands between `and`s, brackets around it all left aside; the whole where an `or` may belong to any part. */
function conjunctsOf(text: string): readonly string[] {
  if (text.length > MOST_CHARACTERS) return [text]
  let inner = text.trim()
  while (inner.startsWith('(') && closingAt(inner, 1) === inner.length - 1) inner = inner.slice(1, -1).trim()
  const parts: string[] = []
  let [start, at, isBetween] = [0, 0, false]
  for (;;) {
    const token = tokenAt(inner, at)
    if (token.kind === 'end') break
    const word = token.kind === 'quoted' ? '' : token.raw.toLowerCase()
    if (word === 'or' || word === '||') return [text.trim()]
    at = word === '(' ? (closingAt(inner, token.end) ?? inner.length) : token.end
    if (word === 'between') isBetween = true
    else if ((word === 'and' && !isBetween) || word === '&&') {
      parts.push(inner.slice(start, token.start))
      start = token.end
    } else if (word === 'and') isBetween = false
  }
  const all = [...parts, inner.slice(start)].map((part) => part.trim())
  return all.length === 1 ? all : all.flatMap((part) => (part.startsWith('(') ? conjunctsOf(part) : [part]))
}

/** None where it is no comparison, or one that calculates nothing; `last-year-to-date` is a word that there is not. */
function testsIn(part: string): readonly RowTest[] {
  if (/\w-[a-z_]/i.test(part)) return []
  return ifReadable(() => readTests(createStream(part, 'invalid_filter'))) ?? []
}

function readTests(stream: Stream): readonly RowTest[] {
  const left = parseValue(stream)
  const tests: RowTest[] = []
  if (stream.accept('between')) {
    tests.push({ left, by: 'ge', right: parseValue(stream) })
    stream.expect('and')
    tests.push({ left, by: 'le', right: parseValue(stream) })
  } else {
    const by = comparisonIn(stream)
    tests.push({ left, by, right: parseValue(stream) })
  }
  if (stream.peek().kind !== 'end') throw stream.unexpected()
  return tests.some((one) => isCalculated(one.left) || isCalculated(one.right)) ? tests : []
}

function comparisonIn(stream: Stream): Comparison {
  const [sign, next] = [stream.peek(), stream.peek(1)]
  const isPair = next.start === sign.end && ((sign.raw === '<' && next.raw === '>') || sign.raw + next.raw === '==')
  const by = isPair && sign.raw === '<' ? 'ne' : COMPARISONS.get(sign.raw.toLowerCase())
  if (by === undefined) throw stream.unexpected()
  stream.next()
  if (isPair) stream.next()
  return by
}

function isCalculated({ kind }: Value): boolean {
  return kind === 'between' || kind === 'calculated'
}
