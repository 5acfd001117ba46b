import { invalidExpression } from '../../errors.ts'
import { isArray, isObject, typeName, type ObjectValue, type Value } from '../values.ts'

const wrong = (name: string, position: number, value: Value | undefined, wanted: string): Error =>
  invalidExpression(
    `The template language function '${name}' expects its parameter number ${position + 1} to be of type '${wanted}'. ` +
      `The provided value is of type '${value === undefined ? 'nothing' : typeName(value)}'.`,
  )

export const text = (name: string, args: readonly Value[], position: number): string => {
  const value = args[position]
  if (typeof value !== 'string') throw wrong(name, position, value, 'String')
  return value
}

export const integer = (name: string, args: readonly Value[], position: number): number => {
  const value = args[position]
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrong(name, position, value, 'Integer')
  return value
}

export const truth = (name: string, args: readonly Value[], position: number): boolean => {
  const value = args[position]
  if (typeof value !== 'boolean') throw wrong(name, position, value, 'Boolean')
  return value
}

export const array = (name: string, args: readonly Value[], position: number): readonly Value[] => {
  const value = args[position]
  if (value === undefined || !isArray(value)) throw wrong(name, position, value, 'Array')
  return value
}

export const object = (name: string, args: readonly Value[], position: number): ObjectValue => {
  const value = args[position]
  if (value === undefined || !isObject(value)) throw wrong(name, position, value, 'Object')
  return value
}

/** Between so many arguments and so many. */
export const count = (name: string, args: readonly unknown[], least: number, most = least): void => {
  if (args.length >= least && args.length <= most) return
  throw invalidExpression(
    `The template language function '${name}' expects ${least === most ? least : `${least} to ${most}`} argument(s). ` +
      `The function was invoked with ${args.length}.`,
  )
}
