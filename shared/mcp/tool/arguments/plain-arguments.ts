import * as z from 'zod'

/**
 * Arguments in the types that a tool's input schema names, at every depth, where what was meant is plain: a lone text
 * for a list, a number or a boolean in quotes, a text without, and for what is left out null, an empty text or an empty
 * list, where null is no value: clients fill in every argument so. All else stays as it is, to be refused with a reason.
 */
export function plainArguments(input: z.ZodObject, args: unknown): unknown {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return args ?? {}
  const shape: Readonly<Record<string, z.core.$ZodType>> = input.shape
  const schemaOf = (name: string): z.core.$ZodType | undefined =>
    Object.hasOwn(shape, name) ? bareSchema(shape[name]) : undefined
  const given = Object.entries(args).filter(([name, value]) => !isLeftOut(shape[name], value))
  return Object.fromEntries(given.map(([name, value]) => [name, plainValue(schemaOf(name), value)]))
}

function isLeftOut(schema: z.core.$ZodType | undefined, value: unknown): boolean {
  if (value === null) return !takesNull(schema)
  const isEmpty = (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0)
  return isEmpty && schema !== undefined && !takesNull(schema) && z.safeParse(schema, undefined).success
}

function plainValue(schema: z.core.$ZodType | undefined, value: unknown): unknown {
  const type = schema?._zod.def.type
  if (schema instanceof z.ZodObject) return plainArguments(schema, value)
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    const item = bareSchema(schema.element)
    return value.map((one: unknown) => plainValue(item, one))
  }
  if (schema instanceof z.ZodEnum && typeof value === 'string') return wordOf(schema, value)
  if (type === 'string' && typeof value === 'number') return String(value)
  return typeof value === 'string' ? plainText(type, value) : value
}

/** A word of the schema's own in another case, one or many, with or without hyphens or `saved`: only where one alone is so. */
function wordOf({ options }: z.ZodEnum, value: string): unknown {
  const exact = options.find((one) => one === value.trim().toLowerCase())
  if (exact !== undefined) return exact
  const word = bareWord(value)
  const alike = options.filter((one) => typeof one === 'string' && bareWord(one) === word)
  return alike.length === 1 ? alike[0] : value
}

/** What is listed was saved, whether that is said or not. */
function bareWord(text: string): string {
  const word = text
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '')
    .replace(/^saved(?=.)/, '')
  return word.endsWith('s') ? word.slice(0, -1) : word
}

function plainText(type: string | undefined, value: string): unknown {
  const text = value.trim()
  if (type === 'array') return text.startsWith('[') ? value : [value]
  if (type === 'number' && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (type === 'boolean' && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  return value
}

/** Whether null is a value there, and no way to leave an argument out. */
export function takesNull(schema: z.core.$ZodType | undefined): boolean {
  return schema !== undefined && z.safeParse(schema, null).success
}

/** Without what makes it optional or gives it a default. */
export function bareSchema(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  const def: { type: string; innerType?: z.core.$ZodType } | undefined = schema?._zod.def
  return def?.innerType ? bareSchema(def.innerType) : schema
}
