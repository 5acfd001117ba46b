import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { QueryError } from '../../../dataverse/errors.ts'
import { canonicalName } from './other-words.ts'
import { bareSchema, takesNull } from './plain-arguments.ts'
import { unknownArguments, writtenAt, type Place, type UnknownArgument } from './unknown-argument.ts'

export type KnownArguments = {
  readonly args: unknown
  /** How names were read that are not spelt as the tool spells them. */
  readonly readings: readonly string[]
}

/** A tool, as far as its arguments go; `exactOutput` leaves no room to say how a name was read. */
type Taker = {
  readonly name: string
  readonly input: z.ZodObject
  readonly exactOutput?: true
  readonly readAs?: ReadAs | undefined
}

/** Its own arguments by what other systems call the very same, as {@link canonicalName} writes that. */
export type ReadAs = Readonly<Record<string, string>>

type Found = {
  readonly isExact: boolean
  readonly readAs: ReadAs
  readonly readings: Set<string>
  readonly unknown: UnknownArgument[]
  readonly twice: string[]
}

type Members = Readonly<Record<string, unknown>>

/**
 * Arguments under the names that the tool's input schema has, at every depth, without those that are null where that is
 * no value. What the schema does not have would be left out by its parser, and another question than the one asked be answered.
 * @throws QueryError `unknown_argument` for all that the tool does not have, `invalid_arguments` for one given twice
 */
export function knownArguments(tool: Taker, args: unknown): KnownArguments {
  const found: Found = {
    isExact: tool.exactOutput === true,
    readAs: tool.readAs ?? {},
    readings: new Set(),
    unknown: [],
    twice: [],
  }
  const known = valueAt(tool.input, args ?? {}, { path: '', names: [] }, found)
  if (found.unknown.length > 0) throw unknownArguments(tool.name, found.unknown, known)
  if (found.twice.length > 0)
    throw new QueryError(
      'invalid_arguments',
      `Given twice, with different values: ${found.twice.slice(0, 5).join('; ')}.`,
      'Give each argument once, under the name that the input schema has.',
    )
  return { args: known, readings: [...found.readings] }
}

/** `outer` is the place of the argument itself; what it holds stands one further in. */
function valueAt(schema: z.core.$ZodType | undefined, value: unknown, outer: Place, found: Found): unknown {
  const type = bareSchema(schema)
  if (type instanceof z.ZodObject && isMembers(value)) return membersAt(type, value, outer, found)
  if (!(type instanceof z.ZodArray)) return value
  const item = bareSchema(type.element)
  if (!(item instanceof z.ZodObject)) return value
  const items = isMembers(value) ? listOf(value, item) : value
  if (!Array.isArray(items)) return value
  const itemAt = (at: number): Place => ({ ...outer, path: `${outer.path.slice(0, -1)}[${at}].` })
  return items.map((one: unknown, at) => valueAt(item, one, itemAt(at), found))
}

function membersAt(schema: z.ZodObject, given: Members, outer: Place, found: Found): Members {
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape
  const names = Object.keys(shape)
  const place: Place = { ...outer, names }
  const taken = new Map<string, { readonly written: string; readonly value: unknown }>()
  for (const [written, value] of Object.entries(given)) {
    const name =
      nameOf(written, names, found.isExact) ?? (place.path === '' ? sameAs(written, found.readAs) : undefined)
    if (value === undefined || (value === null && !(name !== undefined && takesNull(shape[name])))) continue
    if (name === undefined) {
      found.unknown.push({ written, value, place })
      continue
    }
    const inner = { path: `${place.path}${name}.`, of: name, names: [] }
    const known = valueAt(shape[name], value, inner, found)
    const other = taken.get(name)
    if (name !== written) found.readings.add(`The argument ${writtenAt(place, written)} was read as ${name}.`)
    if (other === undefined) taken.set(name, { written, value: known })
    else if (!isDeepStrictEqual(other.value, known))
      found.twice.push(`${writtenAt(place, other.written)} and ${writtenAt(place, written)}`)
  }
  return Object.fromEntries([...taken].map(([name, { value }]) => [name, value]))
}

/** The name that is spelt so, or the only one that is but for a `$`, case, `_`, `-` and blanks. */
function nameOf(written: string, names: readonly string[], isExact: boolean): string | undefined {
  if (names.includes(written)) return written
  const canonical = canonicalName(written)
  const alike = isExact ? [] : names.filter((name) => canonicalName(name) === canonical)
  return alike.length === 1 ? alike[0] : undefined
}

function sameAs(written: string, readAs: ReadAs): string | undefined {
  const word = canonicalName(written)
  return Object.hasOwn(readAs, word) ? readAs[word] : undefined
}

/** One item for a list of them; where the items are pairs of column and value, a map of them, too. */
function listOf(value: Members, { shape }: z.ZodObject): readonly unknown[] {
  const isPair = Object.keys(shape).join() === 'column,value'
  const isMap = isPair && !Object.keys(value).some((name) => nameOf(name, ['column', 'value'], false))
  return isMap ? Object.entries(value).map(([column, of]) => ({ column, value: of })) : [value]
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
