import { nameOf, type Context, type Target } from '../../../odata/context.ts'
import { dateTests, readDateWord, type DateWord } from './date-words.ts'
import { addDays, instantOf, isDay, otherOrders } from './day.ts'
import { compare, join, text, type ComparisonOperator, type Filter, type Literal } from '../../from-odata/filter.ts'
import { queryFunction } from '../../../odata/function-filter.ts'
import { invalidValue, shown } from '../../../odata/invalid-filter.ts'
import { withEmptyRows } from '../empty-rows.ts'
import { writeFilter } from '../../../odata/write-filter.ts'

type Moment = { readonly kind: 'day' | 'instant'; readonly value: string }

/** Compares a date or a date with a time: with an ISO 8601 value, or with a word such as `this-month`. */
export function compareDate(target: Target, operator: ComparisonOperator, literal: Literal, context: Context): Filter {
  const moment = momentOf(target, literal, context)
  if (!moment) {
    const word = literal.kind === 'text' ? readDateWord(literal.value) : undefined
    if (word && literal.kind === 'text') return compareWord(target, operator, word, literal.value, context)
    throw noDate(target, operator, literal)
  }
  const day = moment.kind === 'instant' && target.column.dateOnly ? cut(target, moment, context) : moment
  if (day.kind === 'instant' || target.column.dateOnly) {
    const condition = compare(target.path, operator, day)
    return operator === 'ne' ? withEmptyRows(condition, target, context) : condition
  }
  return target.own
    ? compareOwnDay(target, operator, day.value, context)
    : compareDay(target, operator, day.value, context)
}

function momentOf(target: Target, literal: Literal, context: Context): Moment | undefined {
  if (literal.kind === 'day' || literal.kind === 'instant') return { kind: literal.kind, value: literal.value }
  if (literal.kind !== 'text') return undefined
  const written = literal.value.trim()
  if (isDay(written)) return { kind: 'day', value: written }
  const instant = instantOf(written)
  if (!instant) return undefined
  if (!instant.zoned && !target.column.dateOnly)
    context.note(`${shown(written)} names no time zone and was read as UTC.`)
  return { kind: 'instant', value: instant.value }
}

function cut(target: Target, { value }: Moment, context: Context): Moment {
  const day = value.slice(0, 10)
  context.note(`${nameOf(target)} holds days without a time: ${value} was read as ${day}.`)
  return { kind: 'day', value: day }
}

/** A day means the whole day as the person's clock has it: Dataverse's own functions know that clock. */
function compareOwnDay(target: Target, operator: ComparisonOperator, day: string, context: Context): Filter {
  const test = (name: string, value: string): Filter => queryFunction(name, target, [text(value)])
  const [before, after] = [test('OnOrBefore', addDays(day, -1)), test('OnOrAfter', addDays(day, 1))]
  const filter: Filter = {
    eq: test('On', day),
    ge: test('OnOrAfter', day),
    le: test('OnOrBefore', day),
    lt: before,
    gt: after,
    ne: join('or', [before, after]),
  }[operator]
  if (operator !== 'ge' && operator !== 'lt')
    context.note(`"${nameOf(target)} ${operator} ${day}" was read as the whole day: ${writeFilter(filter)}.`)
  return operator === 'ne' ? withEmptyRows(filter, target, context) : filter
}

/** The same for a column of another row, where there are no functions: the day in UTC. */
function compareDay(target: Target, operator: ComparisonOperator, day: string, context: Context): Filter {
  const at = (how: ComparisonOperator, value: string): Filter =>
    compare(target.path, how, { kind: 'instant', value: `${value}T00:00:00Z` })
  const next = addDays(day, 1)
  const filter: Filter = {
    eq: join('and', [at('ge', day), at('lt', next)]),
    ne: join('or', [at('lt', day), at('ge', next)]),
    ge: at('ge', day),
    lt: at('lt', day),
    gt: at('ge', next),
    le: at('lt', next),
  }[operator]
  context.note(`"${nameOf(target)} ${operator} ${day}" was read as the whole day in UTC: ${writeFilter(filter)}.`)
  return operator === 'ne' ? withEmptyRows(filter, target, context) : filter
}

function compareWord(
  target: Target,
  operator: ComparisonOperator,
  word: DateWord,
  written: string,
  context: Context,
): Filter {
  const tests = dateTests(word, operator)
  const name = nameOf(target)
  if (!tests) {
    throw invalidValue(
      `Dataverse cannot express "${name} ${operator} ${shown(written)}".`,
      `Compare with a day: ${name} ${operator} 2026-01-31; or use eq: ${name} eq ${word.kind === 'now' ? 'today' : shown(written).replaceAll(' ', '-')}.`,
    )
  }
  const conditions = tests.map((test) =>
    queryFunction(test.name, target, test.count === undefined ? [] : [{ kind: 'number', value: String(test.count) }]),
  )
  const filter = join('or', conditions)
  context.note(
    `"${name} ${operator} ${shown(written)}" was read as ${tests.map(({ name: one, count }) => (count ? `${one} ${count}` : one)).join(' or ')}.`,
  )
  if (/quarter/i.test(written)) {
    context.note('Dataverse has fiscal periods, not quarters: the periods that the organization has set up were used.')
  }
  return filter
}

function noDate(target: Target, operator: ComparisonOperator, literal: Literal): Error {
  const name = nameOf(target)
  const written = literal.kind === 'null' ? 'null' : String(literal.value).trim()
  const problem = `${name} holds dates, and "${shown(written)}" is none that Dataverse reads.`
  const [year, month] = /^((?:19|20)\d{2})(?:-(\d{1,2}))?$/.exec(written)?.slice(1) ?? []
  if (year !== undefined) return invalidValue(problem, `Write the range: ${rangeOf(name, Number(year), month)}.`)
  const days = otherOrders(written)
  if (days.length > 0) {
    return invalidValue(
      problem,
      `Write year-month-day: ${days.map((day) => `${name} ${operator} ${day}`).join(' or ')}.`,
    )
  }
  return invalidValue(
    problem,
    `Write year-month-day, e.g. ${name} ge 2026-01-31, or a word: ${name} eq today, this-month, last-30-days.`,
  )
}

function rangeOf(name: string, year: number, month: string | undefined): string {
  const iso = (y: number, m: number): string => `${y}-${String(m).padStart(2, '0')}-01`
  const index = Number(month ?? '1')
  const end = month === undefined || index >= 12 ? iso(year + 1, 1) : iso(year, index + 1)
  return `${name} ge ${iso(year, index)} and ${name} lt ${end}`
}
