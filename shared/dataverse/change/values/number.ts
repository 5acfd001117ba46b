import { readNumeral } from '../../query/resolve/values/numeral.ts'
import type { Scalar } from '../model.ts'
import { pass, passLike, refusedAt, written, type Place } from './place.ts'

export type NumberLimits = {
  readonly isWhole: boolean
  readonly min?: number | undefined
  readonly max?: number | undefined
  /** Digits behind the point. */
  readonly precision?: number | undefined
  /** Digits that most currencies of the column keep, where its currency decides: no more are offered. */
  readonly usualPrecision?: number | undefined
}

/** A number of the language has no more. */
const MOST_DIGITS = 15
const MOST_BEHIND = 10
const EXAMPLE = 1000
const SIGN = /[£$€¥%]/

/**
 * A number, or a text that queries read as one. Nothing is rounded in silence.
 * @throws ValueRefused `value_invalid`, `too_precise`, `out_of_range`
 */
export function readNumber(to: Exclude<Scalar, null>, limits: NumberLimits, place: Place): number {
  const value = typeof to === 'number' ? to : numberIn(to, limits, place)
  const { min = -Infinity, max = Infinity } = limits
  const decimals = decimalsOf(limits)
  const rounded = Number(value.toFixed(decimals))
  const bounded = nearestTo(value, limits)
  if (value < min || value > max)
    throw refusedAt(
      place,
      'out_of_range',
      `${place.label} takes numbers ${rangeOf(limits)}, and ${written(to)} is none of them.`,
      `Ask the person, and pass a number in between: ${pass(place, bounded)}`,
    )
  if (rounded !== value)
    throw refusedAt(
      place,
      'too_precise',
      decimals === 0
        ? `${place.label} holds whole numbers, and ${written(to)} is none.`
        : `${place.label} keeps ${decimals} digits behind the point, and ${written(to)} has more.`,
      pass(place, bounded),
    )
  return value
}

function decimalsOf({ isWhole, precision }: NumberLimits): number {
  return isWhole ? 0 : Math.min(precision ?? MOST_BEHIND, MOST_BEHIND)
}

/** What the column takes of numbers like this. */
function nearestTo(value: number, limits: NumberLimits): number {
  const { min = -Infinity, max = Infinity } = limits
  return Math.min(max, Math.max(min, Number(value.toFixed(decimalsOf(limits)))))
}

function rangeOf({ min, max }: NumberLimits): string {
  if (min === undefined) return `up to ${max ?? 'any'}`
  return max === undefined ? `from ${min}` : `from ${min} to ${max}`
}

function numberIn(to: string | boolean, limits: NumberLimits, place: Place): number {
  const offered = { ...limits, precision: limits.precision ?? limits.usualPrecision }
  const fitting = (...values: readonly number[]): string => {
    const taken = values.filter((value) => nearestTo(value, offered) === value)
    if (taken.length > 0) return pass(place, ...taken)
    return `Ask the person. ${pass(place, ...new Set(values.map((value) => nearestTo(value, offered))))}`
  }
  const read = typeof to === 'boolean' ? undefined : readNumeral(to)
  const text = String(to).trim()
  if (read?.kind === 'unsure')
    throw refusedAt(
      place,
      'value_invalid',
      `${written(to)} may be ${read.readings.join(' or ')}: a dot before three digits groups them in some countries.`,
      fitting(...read.readings.map(Number)),
    )
  const value = read?.kind === 'number' ? read.value : undefined
  if (value === undefined || SIGN.test(text)) {
    const near = value ?? (read?.kind === 'none' ? read.near : undefined)
    throw refusedAt(
      place,
      'value_invalid',
      value === undefined
        ? `${place.label} holds a number, and ${written(to)} is none.`
        : `${place.label} holds a number without a sign beside it: what ${written(to)} is in is said nowhere.`,
      near === undefined
        ? `Ask the person for the number. ${passLike(place, nearestTo(EXAMPLE, limits))}`
        : fitting(Number(near)),
    )
  }
  if (value.replaceAll(/\D/g, '').replace(/^0+/, '').length > MOST_DIGITS)
    throw refusedAt(
      place,
      'too_precise',
      `${written(to)} has more digits than a number keeps.`,
      fitting(Number(Number(value).toPrecision(MOST_DIGITS))),
    )
  if (!/^[-+]?[\d.]+$/.test(text)) place.note(`${written(to)} for ${place.label} was read as ${value}.`)
  return Number(value)
}
