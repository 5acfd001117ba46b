import type { Tally } from '../model.ts'
import { collated } from './collation.ts'

/** A tally that rows are added to. */
export type Growing = {
  rows: number
  known: number
  sum: number
  /** What the sum has lost to rounding so far. */
  lost: number
  min: number | string | null
  max: number | string | null
  readonly distinct: Set<unknown> | undefined
  readonly values: number[] | undefined
}

/** What is kept of the values of one aggregation beside their numbers. */
export type Kept = { readonly distinct: boolean; readonly values: boolean }

export function growing({ distinct, values }: Kept): Growing {
  return {
    rows: 0,
    known: 0,
    sum: 0,
    lost: 0,
    min: null,
    max: null,
    distinct: distinct ? new Set() : undefined,
    values: values ? [] : undefined,
  }
}

/** Nothing counts as a row, and as no value. */
export function addRow(tally: Growing, value: unknown): void {
  tally.rows += 1
  if (value === null || value === undefined) return
  tally.known += 1
  if (typeof value === 'number') {
    addNumber(tally, value)
    tally.values?.push(value)
    tally.distinct?.add(withoutDust(value))
  } else if (tally.distinct) tally.distinct.add(typeof value === 'string' ? collated(value) : value)
  else if (typeof value === 'string') addExtreme(tally, value)
}

/** Neumaier's sum: what one addition rounds off is added at the end. */
function addNumber(tally: Growing, value: number): void {
  const sum = tally.sum + value
  tally.lost += Math.abs(tally.sum) >= Math.abs(value) ? tally.sum - sum + value : value - sum + tally.sum
  tally.sum = sum
  addExtreme(tally, value)
}

function addExtreme(tally: Growing, value: number | string): void {
  if (tally.min === null || value < tally.min) tally.min = value
  if (tally.max === null || value > tally.max) tally.max = value
}

export function grown(tally: Growing): Tally {
  const { rows, known, sum, lost, min, max, distinct, values } = tally
  return {
    rows,
    known,
    sum: Number(withoutDust(sum + lost).toFixed(MOST_DECIMALS)) + 0,
    min: clean(min),
    max: clean(max),
    ...(distinct && { distinct }),
    ...(values && { values }),
  }
}

/** Of a decimal of Dataverse: what is left beyond them of amounts that cancel each other out is none of theirs. */
const MOST_DECIMALS = 10

const clean = (value: number | string | null): number | string | null =>
  typeof value === 'number' ? withoutDust(value) : value

/** 0.30000000000000004 is 0.3: 15 digits are what a double keeps of any decimal. */
export function withoutDust(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(15))
}

/** Of no row at all. */
export const NOTHING: Tally = { rows: 0, known: 0, sum: 0, min: null, max: null, distinct: 0, values: [] }

/** The rows of groups that have none in common. How many different values there are it tells where all are known. */
export function putTogether(tallies: Iterable<Tally>): Tally {
  const whole = growing({ distinct: false, values: false })
  const all = [...tallies].filter(({ rows }) => rows > 0)
  if (all.length === 0) return NOTHING
  for (const { rows, known, sum, min, max } of all) {
    whole.rows += rows
    whole.known += known
    const [least, most] = [whole.min, whole.max]
    addNumber(whole, sum)
    ;[whole.min, whole.max] = [least, most]
    for (const extreme of [min, max]) if (extreme !== null) addExtreme(whole, extreme)
  }
  const distinct = distinctIn(all)
  const values = all.flatMap((tally) => (tally.values ? [tally.values] : []))
  return {
    ...grown(whole),
    ...(distinct !== undefined && { distinct }),
    ...(values.length > 0 && { values: values.flat() }),
  }
}

function distinctIn(tallies: readonly Tally[]): Tally['distinct'] {
  const [first, ...others] = tallies.map(({ distinct }) => distinct)
  if (first === undefined || others.length === 0) return first
  const sets = [first, ...others].filter((one) => typeof one === 'object')
  return sets.length === tallies.length ? new Set(sets.flatMap((one) => [...one])) : undefined
}
