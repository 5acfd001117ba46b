import type { Hiding } from '../metadata/model.ts'
import type { Hides } from './hides.ts'
import { maskValue } from './mask-value.ts'

type Row = Readonly<Record<string, unknown>>

/** What the keys of a row stand for, and of the rows within it. */
export type Shape = {
  /** Of what stands under a key, without its annotations. */
  readonly hidingOf: (key: string) => Hiding | undefined
  /** By the navigation property that they stand under. */
  readonly within: ReadonlyMap<string, Shape>
}

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const LOOKUP_ENTITY = '@Microsoft.Dynamics.CRM.lookuplogicalname'
const ID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i

/**
 * An answer of the Web API, a page or one row, without what is kept: hidden columns whole, masked ones but for what
 * their mask leaves, what hidden rows are called wherever a lookup says so, and rows that no one can say the table of.
 */
export function cleanAnswer(answer: unknown, shape: Shape, hides: Hides): unknown {
  if (!isRow(answer)) return answer
  const { value } = answer
  if (!Array.isArray(value)) return cleanRow(answer, shape, hides)
  return { ...answer, value: value.map((row: unknown) => (isRow(row) ? cleanRow(row, shape, hides) : row)) }
}

function cleanRow(row: Row, shape: Shape, hides: Hides): Row {
  const clean: Record<string, unknown> = {}
  for (const key of Object.keys(row)) {
    // It would replace the prototype of the row.
    if (key === '__proto__') continue
    const at = key.indexOf('@')
    const base = at < 0 ? key : key.slice(0, at)
    const value = base === '' ? row[key] : cleanValue(row, base, key, shape, hides)
    if (value !== undefined) clean[key] = value
  }
  return clean
}

/** `undefined` for what does not come. */
function cleanValue(row: Row, base: string, key: string, shape: Shape, hides: Hides): unknown {
  const value = row[key]
  const hiding = shape.hidingOf(base)
  if (hiding === 'hidden') return undefined
  if (hiding !== undefined) return key === base ? maskValue(hiding, value) : undefined
  const target = row[base + LOOKUP_ENTITY]
  if (typeof target === 'string' && hides.isHidden(target)) return key === base ? maskValue('all', value) : undefined
  if (key === base + FORMATTED) return labelOf(row[base], value, target, hides)
  if (isRow(value)) return within(value, base, shape, hides)
  if (Array.isArray(value) && value.some(isRow)) return value.flatMap((one) => within(one, base, shape, hides) ?? [])
  return value
}

/** A label without the table that it is a name of may be of any. */
function labelOf(value: unknown, label: unknown, target: unknown, hides: Hides): unknown {
  if (typeof target !== 'string') {
    const isName = hides.keepsNames && typeof value === 'string' && ID.test(value)
    return isName ? undefined : label
  }
  const hiding = hides.nameHiding(target)
  if (hiding === undefined) return label
  return hiding === 'hidden' ? undefined : maskValue(hiding, label)
}

function within(value: unknown, navigation: string, { within: shapes }: Shape, hides: Hides): unknown {
  const shape = shapes.get(navigation)
  return shape && isRow(value) ? cleanRow(value, shape, hides) : undefined
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
