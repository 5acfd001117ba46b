import * as z from 'zod'

export type Args = Readonly<Record<string, unknown>>
/** A call with one name that the tool does not have, at whatever depth. */
export type Misspelt = {
  readonly args: Args
  /** As it is written. */
  readonly name: string
  /** What it was made of; none for one that was added. */
  readonly of?: string
  /** Differs by nothing but `$`, case, `_`, `-` and blanks. */
  readonly isSpelling?: true
}

export type ListedSchema = {
  readonly type?: string | undefined
  readonly properties?: Readonly<Record<string, ListedSchema>> | undefined
  readonly items?: ListedSchema | undefined
  readonly additionalProperties?: unknown
}
export const Schema: z.ZodType<ListedSchema> = z.lazy(() =>
  z.looseObject({
    type: z.string().optional(),
    properties: z.record(z.string(), Schema).optional(),
    items: Schema.optional(),
    additionalProperties: z.unknown().optional(),
  }),
)

/** Every object of a listed schema, from the outside in. */
export function objectsOf(schema: ListedSchema): readonly ListedSchema[] {
  const inner = [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : [])]
  return [...(schema.type === 'object' ? [schema] : []), ...inner.flatMap(objectsOf)]
}

/** The call with each name of it written wrong in each way, and with names added at each depth. */
export function misspeltCalls(schema: ListedSchema, whole: Args): Misspelt[] {
  const properties = schema.properties ?? {}
  const names = Object.keys(properties)
  const here = names.flatMap((of) => {
    const { [of]: value, ...others } = whole
    if (value === undefined) return []
    const wrong = [...droppedIn(of), ...swappedIn(of)].filter((name) => !names.includes(name))
    return [
      ...wrong.map((name) => ({ args: { ...others, [name]: value }, name, of })),
      ...spellingsOf(of).map((name) => ({
        args: { ...others, [name]: value },
        name,
        of,
        isSpelling: true as const,
      })),
    ]
  })
  const added = ['unheardOf', 'constructor', 'toString', 'x'.repeat(300)].map((name) => ({
    args: Object.fromEntries([...Object.entries(whole), [name, 'x']]),
    name,
  }))
  return [...here, ...added, ...names.flatMap((name) => within(properties[name], whole, name))]
}

function within(schema: ListedSchema | undefined, whole: Args, name: string): Misspelt[] {
  const value = whole[name]
  if (!schema?.items?.properties || !Array.isArray(value)) return []
  const [item] = value as Args[]
  return misspeltCalls(schema.items, item ?? {}).map((one) => ({ ...one, args: { ...whole, [name]: [one.args] } }))
}

function droppedIn(name: string): string[] {
  const without = Array.from(name, (_letter, at) => name.slice(0, at) + name.slice(at + 1))
  return [...new Set(without)].filter((one) => one !== '')
}

function swappedIn(name: string): string[] {
  const swapped = Array.from(
    name.slice(1),
    (letter, at) => name.slice(0, at) + letter + name.slice(at, at + 1) + name.slice(at + 2),
  )
  return [...new Set(swapped)].filter((one) => one !== name)
}

function spellingsOf(name: string): string[] {
  const cut = `${name.slice(0, 1)}_${name.slice(1)}`
  return [`$${name}`, name.toUpperCase(), name.slice(0, 1).toUpperCase() + name.slice(1), cut, ` ${name}-`]
}
