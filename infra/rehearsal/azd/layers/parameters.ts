import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { AzdError, messageOf } from '../errors.ts'
import { envsubst } from './envsubst.ts'
import { missingInputs, type MissingInput } from './missing-inputs.ts'

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
export type Parameters = Record<string, Json>
/** A parameter as the compiled template declares it; references to type definitions are followed. */
export type Declared = {
  readonly type: string
  readonly defaultValue?: unknown
  readonly nullable?: boolean
  readonly allowedValues?: readonly unknown[]
  readonly description?: string
  readonly minLength?: number
  readonly maxLength?: number
}
export type Lookup = {
  /** The azd environment, and below it the process's own. Undefined: not set. */
  readonly variable: (name: string) => string | undefined
  /** Substituted in parameter files only; hooks never see them. */
  readonly principal: { readonly objectId: string; readonly type: string }
  /** `infra.parameters.<name>` of the environment's config.json. */
  readonly configured: (parameter: string) => unknown
}

const definitionSchema = z.looseObject({
  type: z.string().optional(),
  $ref: z.string().optional(),
  defaultValue: z.unknown().optional(),
  nullable: z.boolean().optional(),
  allowedValues: z.array(z.unknown()).optional(),
  metadata: z.looseObject({ description: z.string().optional() }).optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
})
const templateSchema = z.looseObject({
  parameters: z.record(z.string(), definitionSchema).optional(),
  definitions: z.record(z.string(), definitionSchema).optional(),
})
const fileSchema = z.looseObject({ parameters: z.record(z.string(), z.looseObject({ value: z.json().optional() })) })

/** The parameters of a compiled template. */
export const declaredParameters = (template: unknown): ReadonlyMap<string, Declared> => {
  const { parameters = {}, definitions = {} } = templateSchema.parse(template)
  return new Map(
    Object.entries(parameters).map(([name, own]) => {
      const target = own.$ref === undefined ? undefined : definitions[own.$ref.split('/').at(-1) ?? '']
      const { type = 'string', metadata, ...rest } = { ...target, ...own }
      const description = metadata?.description
      return [
        name,
        { ...(rest as Omit<Declared, 'type'>), type, ...(description === undefined ? {} : { description }) },
      ]
    }),
  )
}

type Resolved = { readonly value: Json | undefined; readonly variables: readonly string[] }

/** One entry of the file: substitution works on its JSON text, so a quotation mark in a value breaks it, as in azd. */
const resolveEntry = (name: string, entry: { value?: Json | undefined }, type: string, lookup: Lookup): Resolved => {
  const variables: string[] = []
  const isUnset = (): boolean => variables.some((variable) => lookup.variable(variable) === undefined)
  const substitute = (text: string): string =>
    envsubst(text, (variable) => {
      if (variable === 'AZURE_PRINCIPAL_ID') return lookup.principal.objectId
      if (variable === 'AZURE_PRINCIPAL_TYPE') return lookup.principal.type
      variables.push(variable)
      return lookup.variable(variable) ?? ''
    })
  const isComplex = ['array', 'object', 'secureobject'].includes(type.toLowerCase())
  if (isComplex && typeof entry.value === 'string') {
    const text = substitute(entry.value)
    if (text === '' && isUnset()) return { value: undefined, variables }
    return { value: parseJson(text, `substituting parameter '${name}' (${type})`), variables }
  }
  const replaced = parseJson(substitute(JSON.stringify(entry)), 'error unmarshalling Bicep template parameters') as {
    value?: Json
  }
  // A text that is empty because its variable is not set is the same as none.
  const value = replaced.value === '' && isUnset() ? undefined : (replaced.value ?? undefined)
  return { value, variables }
}

const parseJson = (text: string, what: string): Json => {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    throw new AzdError(`${what}: ${messageOf(error)}: value '${text}' is not valid JSON`)
  }
}

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True']
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False']

/**
 * The text of a parameter file as the type that the template wants: azd's armParameterFileValue. Undefined: as if it
 * were not there, so that the template's default or a question follows.
 */
export const convert = (type: string, value: Json, defaultValue: unknown): Json | undefined => {
  if (typeof value !== 'string') return value
  switch (type.toLowerCase()) {
    case 'bool':
      return TRUE.includes(value) ? true : FALSE.includes(value) ? false : undefined
    case 'int':
      return /^[+-]?\d+$/.test(value) ? Number(value) : undefined
    case 'string':
    case 'securestring':
      return value !== '' || (typeof defaultValue === 'string' && defaultValue !== '') ? value : undefined
    default:
      return value
  }
}

/**
 * The parameters that azd sends for a layer.
 * @throws AzdError when a required one is missing: azd would ask, and in no-prompt mode ends so
 */
export const resolveParameters = (
  file: string,
  declared: ReadonlyMap<string, Declared>,
  lookup: Lookup,
): Parameters => {
  const entries = existsSync(file) ? fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).parameters : {}
  const parameters: Parameters = {}
  const missing: MissingInput[] = []
  for (const name of [...declared.keys()].sort()) {
    const definition = declared.get(name)
    if (definition === undefined) continue
    const entry = entries[name]
    const resolved = entry === undefined ? undefined : resolveEntry(name, entry, definition.type, lookup)
    const value =
      resolved?.value === undefined ? undefined : convert(definition.type, resolved.value, definition.defaultValue)
    if (value !== undefined) parameters[name] = value
    else if (definition.defaultValue === undefined && definition.nullable !== true) {
      const kept = lookup.configured(name)
      if (kept === undefined) missing.push({ name, variables: resolved?.variables ?? [], definition })
      else parameters[name] = kept as Json
    }
  }
  if (missing.length > 0) throw missingInputs(missing)
  return parameters
}
