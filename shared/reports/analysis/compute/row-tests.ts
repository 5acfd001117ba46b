import type { Comparison, RowTest } from '../model.ts'
import { numberOf, type Reading, type Row } from './row-values.ts'

export const COMPARE: Readonly<Record<Comparison, (left: number, right: number) => boolean>> = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  gt: (left, right) => left > right,
  ge: (left, right) => left >= right,
  lt: (left, right) => left < right,
  le: (left, right) => left <= right,
}

/** Whether all tests hold of a row; of one without a value none does. */
export function passing(tests: readonly RowTest[], reading: Reading): (row: Row) => boolean {
  const each = tests.map(({ left, by, right }) => {
    const [one, other, compare] = [numberOf(left, reading), numberOf(right, reading), COMPARE[by]]
    return (row: Row): boolean => {
      const [value, limit] = [one(row), other(row)]
      return value !== null && limit !== null && compare(value, limit)
    }
  })
  return (row) => each.every((holds) => holds(row))
}
