import { invalidTemplate } from '../errors.ts'
import { evaluateDeep } from '../expression/evaluate.ts'
import type { Scope } from '../expression/scope.ts'
import { equal, isArray, isObject, typeName, type ObjectValue, type Value, toText } from '../expression/values.ts'
import type { DeclaredType, Template } from './schema.ts'

const TYPES: Readonly<Record<string, string>> = {
  string: 'String',
  securestring: 'String',
  int: 'Integer',
  bool: 'Boolean',
  array: 'Array',
  object: 'Object',
  secureobject: 'Object',
}

/** A declared type with its `$ref` followed; what stands beside the `$ref` counts, too. */
export const resolveType = (declared: DeclaredType, template: Template): DeclaredType => {
  if (declared.$ref === undefined) return declared
  const target = template.definitions?.[declared.$ref.replace(/^#?\/?definitions\//, '')]
  if (target === undefined) throw invalidTemplate(`The type definition '${declared.$ref}' was not found.`)
  const { $ref: _, ...own } = declared
  return { ...resolveType(target, template), ...own }
}

const lengthOf = (value: Value): number | undefined =>
  typeof value === 'string' || isArray(value) ? value.length : undefined

/** The constraints, in the words of the service: https://learn.microsoft.com/azure/azure-resource-manager/templates/parameters */
const checkValue = (name: string, value: Value, type: DeclaredType): void => {
  if (value === null && type.nullable === true) return
  const wanted = TYPES[(type.type ?? '').toLowerCase()]
  if (wanted !== undefined && typeName(value) !== wanted)
    throw invalidTemplate(
      `Template parameter JToken type is not valid. Expected '${wanted}'. Actual '${typeName(value)}'. ` +
        `Please see https://aka.ms/arm-deploy/#parameter-file for usage details. (parameter '${name}')`,
    )
  if (type.allowedValues?.some((allowed) => equal(allowed as Value, value)) === false)
    throw invalidTemplate(
      `The provided value for the template parameter '${name}' is not valid. The value '${toText(value)}' is not part ` +
        `of the allowed value(s): '${type.allowedValues.map((allowed) => toText(allowed as Value)).join(',')}'.`,
    )
  const length = lengthOf(value)
  if (length !== undefined && (length < (type.minLength ?? 0) || length > (type.maxLength ?? Infinity)))
    throw invalidTemplate(
      `The provided value for the template parameter '${name}' is not valid. Length of the value should be ` +
        `${length < (type.minLength ?? 0) ? `greater than or equal to '${type.minLength ?? 0}'` : `less than or equal to '${type.maxLength ?? 0}'`}.`,
    )
  if (typeof value === 'number' && (value < (type.minValue ?? -Infinity) || value > (type.maxValue ?? Infinity)))
    throw invalidTemplate(
      `The provided value for the template parameter '${name}' is not valid. The value '${value}' is outside ` +
        `'${type.minValue ?? ''}' to '${type.maxValue ?? ''}'.`,
    )
}

/** Members of an object against its declared members, in depth: user-defined types. */
const checkMembers = (name: string, value: Value, type: DeclaredType, template: Template): void => {
  checkValue(name, value, type)
  const members = type['properties'] as Record<string, DeclaredType> | undefined
  const others = type['additionalProperties'] as DeclaredType | false | undefined
  if (!isObject(value)) return
  for (const [member, declared] of Object.entries(members ?? {})) {
    const resolved = resolveType(declared, template)
    const given = value[member]
    if (given !== undefined) checkMembers(`${name}.${member}`, given, resolved, template)
    else if (resolved.nullable !== true) throw invalidTemplate(`The member '${name}.${member}' is missing.`)
  }
  for (const [member, given] of Object.entries(value)) {
    if (members !== undefined && Object.hasOwn(members, member)) continue
    if (others === false) throw invalidTemplate(`The member '${name}.${member}' is not permitted.`)
    if (others !== undefined) checkMembers(`${name}.${member}`, given, resolveType(others, template), template)
  }
}

/**
 * The values of all parameters: the given ones, checked, and the defaults of the others.
 * @throws ArmError InvalidTemplate: unknown, missing, of the wrong type, not allowed, too short or long
 */
export const bindParameters = (
  template: Template,
  given: ObjectValue,
  scopeFor: (values: Map<string, Value>) => Scope,
) => {
  const declared = Object.entries(template.parameters ?? {})
  const byName = new Map(declared.map(([name, type]) => [name.toLowerCase(), { name, type }]))
  for (const name of Object.keys(given)) {
    if (byName.has(name.toLowerCase())) continue
    const valid = declared.map(([known]) => known).join(', ')
    throw invalidTemplate(
      `The template parameters '${name}' in the parameters file are not valid; they are not present in the original ` +
        `template and can therefore not be provided at deployment time. The only supported parameters for this template are '${valid}'.`,
    )
  }
  const values = new Map<string, Value>()
  for (const [name, raw] of declared) {
    const type = resolveType(raw, template)
    const key = Object.keys(given).find((one) => one.toLowerCase() === name.toLowerCase())
    if (key !== undefined) values.set(name.toLowerCase(), given[key] ?? null)
    else if (type.defaultValue !== undefined)
      values.set(name.toLowerCase(), evaluateDeep(type.defaultValue, scopeFor(values)))
    else if (type.nullable === true) values.set(name.toLowerCase(), null)
    else
      throw invalidTemplate(
        `The value for the template parameter '${name}' is not provided. Please see https://aka.ms/arm-create-parameter-file for usage details.`,
      )
    checkMembers(name, values.get(name.toLowerCase()) ?? null, type, template)
  }
  return values
}
