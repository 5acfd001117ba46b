import { invalidExpression } from '../../errors.ts'
import { equal, findMember, isArray, isObject, toText, typeName, type ObjectValue, type Value } from '../values.ts'
import { array, count, integer, object, text } from './arguments.ts'
import type { Function } from '../evaluate.ts'

const sizeOf = (name: string, value: Value | undefined): number => {
  if (typeof value === 'string' || (value !== undefined && isArray(value))) return value.length
  if (value !== undefined && isObject(value)) return Object.keys(value).length
  throw invalidExpression(`The function '${name}' expects an array, an object or a string.`)
}

const slice =
  (name: string, cut: (size: number, wanted: number) => readonly [number, number]): Function =>
  (args) => {
    count(name, args, 2)
    const [value] = args
    const [from, to] = cut(sizeOf(name, value), Math.max(0, integer(name, args, 1)))
    if (typeof value === 'string') return value.slice(from, to)
    return array(name, args, 0).slice(from, to)
  }

/** Members of both; objects in both are united in their turn, of others the last one counts. */
const unite = (left: ObjectValue, right: ObjectValue): ObjectValue => {
  const united: Record<string, Value> = { ...left }
  for (const [name, value] of Object.entries(right)) {
    const key = Object.keys(united).find((known) => known.toLowerCase() === name.toLowerCase()) ?? name
    const before = united[key]
    united[key] = before !== undefined && isObject(before) && isObject(value) ? unite(before, value) : value
  }
  return united
}

const union: Function = (args) => {
  if (args.length < 2) count('union', args, 2, Infinity)
  if (args.every((value) => isObject(value))) return args.reduce<ObjectValue>((left, right) => unite(left, right), {})
  return args
    .flatMap((_, index) => array('union', args, index))
    .reduce<Value[]>((seen, value) => (seen.some((one) => equal(one, value)) ? seen : [...seen, value]), [])
}

const contains: Function = (args) => {
  count('contains', args, 2)
  const [container, item = null] = args
  if (typeof container === 'string') return container.includes(toText(item))
  if (container !== undefined && isArray(container)) return container.some((element) => equal(element, item))
  if (container !== undefined && isObject(container)) return findMember(container, toText(item)) !== undefined
  throw invalidExpression("The function 'contains' expects an array, an object or a string first.")
}

const compareNames = (left: string, right: string): number => {
  const [one, other] = [left.toLowerCase(), right.toLowerCase()]
  return one < other ? -1 : one > other ? 1 : 0
}

const createObject: Function = (args) => {
  if (args.length % 2 !== 0) throw invalidExpression("The function 'createObject' expects names and values in pairs.")
  return Object.fromEntries(
    args.flatMap((_, index) => (index % 2 === 0 ? [[text('createObject', args, index), args[index + 1] ?? null]] : [])),
  )
}

/** The value under a chain of names and indexes, or null where the chain ends early: `a.?b`. */
const tryGet: Function = (args) => {
  const [start = null, ...keys] = args
  return keys.reduce<Value>((value, key) => {
    if (isObject(value) && typeof key === 'string') return findMember(value, key) ?? null
    if (isArray(value) && typeof key === 'number') return value[key] ?? null
    return null
  }, start)
}

/** @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array and …-object */
export const COLLECTIONS: Readonly<Record<string, Function>> = {
  union,
  contains,
  createObject,
  tryGet,
  createArray: (args) => args,
  array: ([value = null]) => (isArray(value) ? value : [value]),
  length: (args) => sizeOf('length', args[0]),
  empty: ([value = null]) => {
    if (value === null) return true
    if (typeof value === 'number' || typeof value === 'boolean')
      throw invalidExpression(`The function 'empty' does not take a value of type '${typeName(value)}'.`)
    return sizeOf('empty', value) === 0
  },
  take: slice('take', (_, wanted) => [0, wanted]),
  skip: slice('skip', (size, wanted) => [wanted, size]),
  first: ([value = null]) => (typeof value === 'string' ? value.slice(0, 1) : (array('first', [value], 0)[0] ?? null)),
  last: ([value = null]) => (typeof value === 'string' ? value.slice(-1) : (array('last', [value], 0).at(-1) ?? null)),
  flatten: (args) => array('flatten', args, 0).flatMap((element) => array('flatten', [element], 0)),
  range: (args) => Array.from({ length: integer('range', args, 1) }, (_, index) => integer('range', args, 0) + index),
  objectKeys: (args) => Object.keys(object('objectKeys', args, 0)).sort(compareNames),
  items: (args) =>
    Object.entries(object('items', args, 0))
      .sort(([left], [right]) => compareNames(left, right))
      .map(([key, value]) => ({ key, value })),
  shallowMerge: (args) => Object.assign({}, ...array('shallowMerge', args, 0)) as ObjectValue,
  json: (args) => JSON.parse(text('json', args, 0)) as Value,
}
