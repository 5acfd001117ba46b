import type { Column } from '../../../../metadata/model.ts'
import { dayIn, instantOfClock } from '../../../../local-time.ts'
import { allOf, oneOf, test, type Meaning } from '../../../model/meaning.ts'
import { wordFor, type Notation } from '../../../say/notation.ts'
import { invalidValue, quoted } from '../../../say/refusals.ts'
import type { Asked, ValueContext } from '../asked.ts'
import type { Clock } from '../clock.ts'
import {
  beside,
  boundIn,
  daysIn,
  isoOf,
  rangeOf,
  wholeDay,
  within,
  type DateRange,
  type Part,
  type Side,
} from '../date-range.ts'
import { calendarNamed, nativeNamed, pointNamed } from './date-words.ts'
import { withoutPeriods } from './other-periods.ts'
import { addDays, ordersOf, otherOrders, readDay, type Written } from './day.ts'

/** One value of a condition, under the operator that it is compared by: `between` compares by two. */
type Reading = {
  readonly operator: string
  readonly value: string
  readonly asked: Asked
  readonly clock: Clock
  readonly notation: Notation
  readonly say: (sentence: string) => void
  /** Says the days that a word stands for; undefined where Dynamics alone knows them. */
  readonly sayDays: (word: string, range: DateRange | undefined, part?: Part) => void
}

const SIDES: Readonly<Record<string, Side>> = {
  lt: 'lt',
  le: 'le',
  gt: 'gt',
  ge: 'ge',
  'on-or-after': 'ge',
  'on-or-before': 'le',
}

type DateContext = Pick<ValueContext, 'note' | 'clock' | 'notation'>

/** A date or a date with a time: compared with days, times, words, or by an operator of Dataverse's own. */
export async function dateMeaning(asked: Asked, context: DateContext): Promise<Meaning> {
  const { operator, values, written } = asked
  const { note, notation } = context
  const clock = await context.clock()
  const sayDays: Reading['sayDays'] = (word, range, part) =>
    note(sentenceOf(word, { range, part }, asked.column, clock))
  if (operator.arity === 0 || operator.takes !== undefined) {
    const word = [wordFor(operator.name, notation), ...values].join(' ')
    sayDays(word, rangeOf(operator.name, values, clock))
    return test(operator.name, ...values)
  }
  const say = (sentence: string): void => note(`In ${quoted(written)}, ${sentence}.`)
  const by = (name: string, value = ''): Meaning =>
    compare({ operator: name, value: value.trim(), asked, clock, notation, say, sayDays })
  if (operator.name === 'between') return allOf([by('ge', values[0]), by('le', values[1])])
  return oneOf(values.map((value) => by(operator.name === 'in' ? 'eq' : operator.name, value)))
}

function compare(reading: Reading): Meaning {
  const { operator, value, asked, clock, notation, say, sayDays } = reading
  const { dateOnly } = asked.column
  const point = pointNamed(value, clock)
  if (point !== undefined) say(`${quoted(value)} was read as ${point}`)
  const written = readDay(point ?? value)
  if (written?.clock !== undefined && !dateOnly && !isOn(operator))
    return test(operator, isoOf(instantOf(written, reading)))
  const native = written ? undefined : nativeNamed(value)
  const side = SIDES[operator]
  if (native && side === undefined) {
    sayDays(value, rangeOf(native.operator, native.values, clock))
    return test(native.operator, ...native.values)
  }
  const range = written
    ? rangeOfDay(written, reading)
    : native
      ? rangeOf(native.operator, native.values, clock)
      : calendarNamed(value)
  if (!range) throw native ? noRange(value, asked) : noDate(value, asked, notation)
  if (side === undefined) {
    if (!written) sayDays(value, range)
    return within(range, dateOnly, clock)
  }
  const part = side === 'lt' || side === 'ge' ? 'beginning' : 'end'
  const bound = part === 'beginning' ? range.start : range.end
  if (!bound) throw noRange(value, asked)
  if (!written) sayDays(value, range, part)
  return beside(side, bound, dateOnly, clock)
}

function isOn(operator: string): boolean {
  return operator.startsWith('on')
}

function instantOf({ day, clock = '', zone }: Written, { clock: { zone: own }, say }: Reading): number {
  if (zone !== undefined) return Date.parse(`${day}T${clock}${zone}`)
  say(`the time names no time zone and was read as the clock of ${own}`)
  return instantOfClock(`${day}T${clock}`, own)
}

/** A time counts as its day, as written, where the column holds days, which are midnights. */
function rangeOfDay(written: Written, reading: Reading): DateRange {
  const { operator, asked, clock, say } = reading
  const { day } = written
  const { name, dateOnly } = asked.column
  if (written.clock === undefined) {
    if (!dateOnly && !isOn(operator) && operator !== 'ge' && operator !== 'lt')
      say(`${day} was read as the whole day in ${clock.zone}`)
    return wholeDay(day)
  }
  if (dateOnly) {
    const next = { day: addDays(day, 1) }
    const isAfter = SIDES[operator] !== undefined && !isOn(operator) && !/^[0:.]+$/.test(written.clock)
    const read = isAfter ? `${day} comes before that time` : `the day is ${day}`
    say(`the time was left out: ${name} holds days, and ${read}`)
    return isAfter ? { start: next, end: next } : wholeDay(day)
  }
  const whole = written.zone === undefined ? day : dayIn(instantOf(written, reading), clock.zone)
  say(`the time was read as its whole day, ${whole} in ${clock.zone}`)
  return wholeDay(whole)
}

/** Of a range that is compared with, one end counts: its other one would read as if what comes behind were left out. */
type Said = { readonly range: DateRange | undefined; readonly part: Part | undefined }

/** What a word for dates covers, so that who meant other days sees it. */
function sentenceOf(word: string, { range, part }: Said, { name, dateOnly }: Column, clock: Clock): string {
  const isFiscal = /fiscal|quarter/i.test(word)
  const told = `${quoted(word)} of ${name}`
  if (!range) return `${told} is decided by the fiscal settings of the organization, which Dynamics knows alone.`
  const by = isFiscal ? ' (by the fiscal settings of the organization)' : ''
  const weeks = /^(?:last|past|previous|this|current|next)[ _-]?week$/i.test(word) ? ' (weeks begin on Sunday)' : ''
  const bound = part === 'beginning' ? range.start : range.end
  const days = part && bound ? boundIn(bound, part, dateOnly, clock) : daysIn(range, dateOnly, clock)
  return `${part ? `The ${part} of ` : ''}${told} was read as ${days}${by}${weeks}, ${clock.zone}.`
}

function noRange(value: string, { say }: Asked): Error {
  return invalidValue(
    `Where ${quoted(value)} begins and ends is not known: the organization's fiscal calendar could not be read, or is not by months.`,
    `Compare with a day, or ask for the whole of it: ${say({ operator: 'ge', values: [EXAMPLE] })} or ${say({ operator: 'eq', values: [value] })}.`,
  )
}

const EXAMPLE = '2026-01-31'

/** All in one order, or where no order fits all of them, each in one that fits it: day first, and month first. */
function ordersMeant(values: readonly string[]): readonly (readonly string[])[] {
  const orders = ordersOf(values)
  if (orders.length > 0) return orders
  const first = values.map((one) => otherOrders(one).at(0) ?? one)
  const last = values.map((one) => otherOrders(one).at(-1) ?? one)
  return String(first) === String(last) ? [first] : [first, last]
}

function noDate(value: string, asked: Asked, notation: Notation): Error {
  const { column, values, say } = asked
  const withInstead = (text: string): string =>
    say({ values: values.map((one) => (one.trim() === value ? text : one)) })
  const orders = otherOrders(value).length > 0 ? ordersMeant(values) : []
  const instead = withoutPeriods(asked, notation)
  if (instead !== undefined) return invalidValue(`${quoted(value)} is no date word of a filter.`, `Write: ${instead}.`)
  return invalidValue(
    `${column.name} holds dates, and ${quoted(value)} is none that Dataverse reads.`,
    orders.length > 0
      ? `Write year-month-day: ${orders.map((one) => say({ values: one })).join(' or ')}.`
      : `Write a day that exists, or a word such as today, last-30-days or 2026-07: ${withInstead(EXAMPLE)} or ${withInstead('this-month')}.`,
  )
}
