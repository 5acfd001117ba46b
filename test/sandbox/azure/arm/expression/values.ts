import { invalidExpression } from '../errors.ts'

/** What an expression yields: JSON. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value }
export type ObjectValue = { readonly [name: string]: Value }

export const isArray = (value: Value): value is readonly Value[] => Array.isArray(value)
export const isObject = (value: Value): value is ObjectValue =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The names that Azure Resource Manager gives to the types of its values. */
export const typeName = (value: Value): string => {
  if (value === null) return 'Null'
  if (isArray(value)) return 'Array'
  if (typeof value === 'number') return 'Integer'
  if (typeof value === 'boolean') return 'Boolean'
  return typeof value === 'string' ? 'String' : 'Object'
}

/** A member by its name; names of members are compared without regard to case. */
export const findMember = (object: ObjectValue, name: string): Value | undefined => {
  if (Object.hasOwn(object, name)) return object[name]
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : object[key]
}

/** `value.name`, or `value[index]`. */
export const select = (value: Value, key: Value): Value => {
  if (isObject(value) && typeof key === 'string') {
    const member = findMember(value, key)
    if (member !== undefined) return member
    const available = Object.keys(value).join(', ')
    throw invalidExpression(
      `The language expression property '${key}' doesn't exist, available properties are '${available}'.`,
    )
  }
  if (isArray(value) && typeof key === 'number') {
    const element = value[key]
    if (element !== undefined) return element
    throw invalidExpression(`The language expression property array index '${key}' is out of bounds.`)
  }
  throw invalidExpression(
    `The language expression property '${toText(key)}' can't be evaluated, a value of type '${typeName(value)}' has none.`,
  )
}

/** Equal in type and in all that they hold; the case of strings counts. */
export const equal = (left: Value, right: Value): boolean => {
  if (isArray(left) && isArray(right))
    return left.length === right.length && left.every((element, index) => equal(element, right[index] ?? null))
  if (isObject(left) && isObject(right)) {
    const names = Object.keys(left)
    return (
      names.length === Object.keys(right).length &&
      names.every((name) => Object.hasOwn(right, name) && equal(left[name] ?? null, right[name] ?? null))
    )
  }
  return left === right
}

/** A value as the functions `string`, `format` and `concat` write it. */
export const toText = (value: Value | undefined): string => {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return value === null || value === undefined ? '' : JSON.stringify(value)
}
