const NUMBER = /^-?\d{1,30}(?:\.\d{1,30})?$/
const DAY = /^\d{4}-\d{2}-\d{2}(?:$|T)/
const ID = /^\{?[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\}?$/i

export type ValueKind = 'number' | 'date' | 'id' | 'yes-no' | 'text'

/** What stands for a value where the value itself is not told. */
export function kindOfValue(value: unknown): ValueKind {
  if (typeof value === 'boolean') return 'yes-no'
  if (typeof value === 'number') return 'number'
  if (typeof value !== 'string') return 'text'
  if (NUMBER.test(value)) return 'number'
  if (DAY.test(value)) return 'date'
  return ID.test(value) ? 'id' : 'text'
}
