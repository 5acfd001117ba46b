import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Scalar } from '../../../../../shared/dataverse/change/model.ts'
import { readNumber, type NumberLimits } from '../../../../../shared/dataverse/change/values/number.ts'
import { offered, outcomeOf, said, type Outcome } from './support.ts'

const read = (to: Exclude<Scalar, null>, limits: Partial<NumberLimits> = {}): Outcome =>
  outcomeOf((place) => readNumber(to, { isWhole: false, ...limits }, place))
const WHOLE = { isWhole: true, min: 0, max: 100 }
const MONEY = { precision: 2, min: -1_000_000_000_000, max: 1_000_000_000_000 }

describe('a number is taken', () => {
  test.each<[Exclude<Scalar, null>, number, Partial<NumberLimits>?]>([
    [0, 0, WHOLE],
    [100, 100, WHOLE],
    ['42', 42, WHOLE],
    [' 42 ', 42, WHOLE],
    ['4e1', 40, WHOLE],
    [-0.01, -0.01, MONEY],
    ['1234.50', 1234.5, MONEY],
    ['1,234.50', 1234.5, MONEY],
    ['50 000', 50_000, MONEY],
    ['50k', 50_000, MONEY],
    ['1.5m', 1_500_000, MONEY],
    [1e-10, 1e-10, {}],
    [1_000_000_000_000, 1_000_000_000_000, MONEY],
  ])('%j', (to, value, limits = {}) => {
    const outcome = read(to, limits)
    expect(outcome.problem).toBeUndefined()
    expect(outcome.value).toBeCloseTo(value, 10)
    // What is not digits alone is said.
    expect(outcome.notes.length > 0).toBe(typeof to === 'string' && !/^[\d.]+$/.test(to.trim()))
  })
})

describe('a number is refused', () => {
  test.each<[Exclude<Scalar, null>, string, Partial<NumberLimits>?]>([
    [101, 'out_of_range', WHOLE],
    [-1, 'out_of_range', WHOLE],
    ['101', 'out_of_range', WHOLE],
    [1.5, 'too_precise', WHOLE],
    [0.005, 'too_precise', MONEY],
    [0.1 + 0.2, 'too_precise', { precision: 1 }],
    ['1.234', 'value_invalid', MONEY],
    [1_000_000_000_000.01, 'out_of_range', MONEY],
    ['12345678901234567', 'too_precise', {}],
    ['£50k', 'value_invalid', MONEY],
    ['50%', 'value_invalid', WHOLE],
    ['€ 1,000', 'value_invalid', MONEY],
    ['fifty', 'value_invalid', WHOLE],
    ['', 'value_invalid', WHOLE],
    ['1.234,50', 'value_invalid', MONEY],
    ['NaN', 'value_invalid', MONEY],
    ['Infinity', 'value_invalid', MONEY],
    ['0x10', 'value_invalid', MONEY],
    [true, 'value_invalid', WHOLE],
  ])('%j', (to, code, limits = {}) => {
    const outcome = read(to, limits)
    expect(said(outcome)).toBe(code)
    const values = offered(outcome)
    expect(values.length).toBeGreaterThan(0)
    // What is offered may be another problem of its own, as a reading that is out of range, but never the same.
    for (const value of values) expect(said(read(value ?? '', limits))).not.toBe(code)
  })
})

test('a number that is taken was neither rounded nor moved', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
      fc.integer({ min: 0, max: 5 }),
      (number, precision) => {
        const limits = { precision, min: -1_000, max: 1_000 }
        const outcome = read(number, limits)
        if (!outcome.problem) return outcome.value === number
        return offered(outcome).every((value) => read(value ?? '', limits).problem === undefined)
      },
    ),
    { numRuns: 1_000 },
  )
})

test('a text of a number means the number', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 99 }), (whole, cents) => {
      const text = `${whole}.${String(cents).padStart(2, '0')}`
      return read(text, { precision: 2 }).value === Number(text)
    }),
  )
})
