import type * as z from 'zod'

/**
 * Arguments in the types that a tool's input schema names, where what was meant is plain: a lone text for a list, a
 * number or a boolean in quotes, null for what is left out. All else stays as it is, to be refused with a reason.
 */
export function plainArguments(input: z.ZodObject, args: unknown): unknown {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return args ?? {}
  const shape: Readonly<Record<string, z.core.$ZodType>> = input.shape
  const typeOfArgument = (name: string): string | undefined =>
    Object.hasOwn(shape, name) ? typeOf(shape[name]) : undefined
  const given = Object.entries(args).filter(([, value]) => value !== null)
  return Object.fromEntries(given.map(([name, value]) => [name, plainValue(typeOfArgument(name), value)]))
}

function plainValue(type: string | undefined, value: unknown): unknown {
  if (typeof value !== 'string') return value
  const text = value.trim()
  if (type === 'array') return text.startsWith('[') ? value : [value]
  if (type === 'number' && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (type === 'boolean' && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  return value
}

/** `number` for an optional number with a default, and so on. */
function typeOf(schema: z.core.$ZodType | undefined): string | undefined {
  const def: { type: string; innerType?: z.core.$ZodType } | undefined = schema?._zod.def
  return def?.innerType ? typeOf(def.innerType) : def?.type
}
