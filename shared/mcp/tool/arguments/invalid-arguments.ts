import * as z from 'zod'
import { QueryError } from '../../../dataverse/errors.ts'
import { ended, shown } from '../../../dataverse/query/say/refusals.ts'
import { nearest } from '../../../dataverse/advice/suggest.ts'
import { bareSchema } from './plain-arguments.ts'
import { KINDS } from './kinds-in-words.ts'

type Taker = {
  readonly name: string
  readonly input: z.ZodObject
  readonly instead?: ((name: string, args: unknown) => string | undefined) | undefined
}
type Issue = z.core.$ZodIssue
type Path = Issue['path']

const MOST_NAMED = 5
const MOST_OFFERED = 30
const LONGEST_VALUE = 60

/** Says of all arguments that are of a wrong type or out of range what they are to be, in words of ours. */
export function invalidArguments({ name, input, instead }: Taker, args: unknown, { issues }: z.ZodError): QueryError {
  const named = issues.slice(0, MOST_NAMED).map((issue) => {
    return `${nameAt(issue.path)} ${problemOf(issue, valueAt(args, issue.path), schemaAt(input, issue.path))}`
  })
  const left = issues.length - named.length
  const all = [...named, ...(left > 0 ? [`${left} more`] : [])]
  // A question is a sentence of its own.
  const told = all.reduce((text, one) => `${text}${text.endsWith('?') ? '' : ';'} ${one}`)
  const elsewhere = issues.flatMap(({ path }) => (path.length === 1 ? (instead?.(String(path[0]), args) ?? []) : []))
  return new QueryError(
    'invalid_arguments',
    ended(`Arguments of ${name}: ${told}`),
    elsewhere[0] ?? 'Call the tool again with arguments that match its input schema.',
  )
}

function problemOf(issue: Issue, value: unknown, schema: z.core.$ZodType | undefined): string {
  if (value === undefined) return 'is missing'
  if (issue.code === 'invalid_type') return `must be ${kindOf(issue.expected, value, schema)}`
  if (issue.code === 'invalid_value') return noneOf(issue.values.map(String), value)
  if (issue.code === 'too_big') return tooBig(issue.origin, Number(issue.maximum))
  if (issue.code === 'too_small') return tooSmall(issue.origin, Number(issue.minimum))
  return issue.code === 'custom' ? issue.message : 'is of no kind that is taken here'
}

function kindOf(expected: string, value: unknown, schema: z.core.$ZodType | undefined): string {
  const isWhole = expected === 'number' && schema instanceof z.ZodNumber && schema.format === 'safeint'
  if (schema instanceof z.ZodObject) return `an object, such as ${exampleOf(schema, value)}`
  return isWhole ? 'a whole number' : (KINDS[expected] ?? 'of another kind')
}

/** Its members, the first text of them with what was written in the object's place. */
function exampleOf({ shape }: z.ZodObject, value: unknown): string {
  const members = Object.entries<z.core.$ZodType>(shape)
  const written = typeof value === 'string' ? shown(value, LONGEST_VALUE) : '…'
  const texts = members.filter(([, schema]) => bareSchema(schema) instanceof z.ZodString)
  const example = members.map(([name, schema]) => {
    if (name === texts[0]?.[0]) return [name, written] as const
    return [name, bareSchema(schema) instanceof z.ZodArray ? ['…'] : '…'] as const
  })
  return JSON.stringify(Object.fromEntries(example))
}

function noneOf(values: readonly string[], value: unknown): string {
  const near = typeof value === 'string' ? nearest(value, values) : []
  const written = typeof value === 'string' ? `, "${shown(value, LONGEST_VALUE)}",` : ''
  if (near.length > 0) return `is none that there is${written.slice(0, -1)}. Did you mean: ${near.join(', ')}?`
  return `is none that there is${written} but one of ${values.slice(0, MOST_OFFERED).join(', ')}`
}

function tooBig(origin: string, most: number): string {
  if (origin === 'string') return `is longer than ${most} characters`
  return origin === 'array' ? `has more than ${most} items` : `is more than ${most}`
}

function tooSmall(origin: string, least: number): string {
  if (origin !== 'string' && origin !== 'array') return `is less than ${least}`
  if (least <= 1) return 'is empty'
  return `has fewer than ${least} ${origin === 'string' ? 'characters' : 'items'}`
}

/** As it is written: `expand[0].lookup`. */
function nameAt(path: Path): string {
  const steps = path.map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${String(step)}`))
  return shown(steps.join(''), LONGEST_VALUE) || 'all of them'
}

function valueAt(args: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    const isInside = typeof value === 'object' && value !== null && Object.hasOwn(value, step)
    return isInside ? (value as Readonly<Record<PropertyKey, unknown>>)[step] : undefined
  }, args)
}

function schemaAt(input: z.ZodObject, path: Path): z.core.$ZodType | undefined {
  return path.reduce<z.core.$ZodType | undefined>((schema, step) => {
    if (schema instanceof z.ZodArray) return bareSchema(schema.element)
    const shape = schema instanceof z.ZodObject ? (schema.shape as Readonly<Record<PropertyKey, z.core.$ZodType>>) : {}
    return Object.hasOwn(shape, step) ? bareSchema(shape[step]) : undefined
  }, input)
}
