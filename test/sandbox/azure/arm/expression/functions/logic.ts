import { invalidExpression } from '../../errors.ts'
import { equal, toText, type Value } from '../values.ts'
import { count, integer, truth } from './arguments.ts'
import type { Function, SpecialForm } from '../evaluate.ts'
import type { Node } from '../parse.ts'

const compare =
  (name: string, decide: (left: number, right: number) => boolean): Function =>
  (args) => {
    count(name, args, 2)
    const [left, right] = args
    if (typeof left === 'string' && typeof right === 'string')
      return decide(left < right ? -1 : left > right ? 1 : 0, 0)
    return decide(integer(name, args, 0), integer(name, args, 1))
  }

const calculate =
  (name: string, work: (left: number, right: number) => number): Function =>
  (args) => {
    count(name, args, 2)
    return work(integer(name, args, 0), integer(name, args, 1))
  }

const toBool = (value: Value | undefined): boolean => {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0
  const word = toText(value ?? null).toLowerCase()
  if (word === 'true' || word === 'false') return word === 'true'
  throw invalidExpression(`The value '${word}' cannot be converted to a Boolean.`)
}

const toInt = (value: Value | undefined): number => {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
  if (typeof number === 'number') return Math.trunc(number)
  throw invalidExpression(`The value '${toText(value ?? null)}' cannot be converted to an Integer.`)
}

/** @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-logical and …-numeric */
export const LOGIC: Readonly<Record<string, Function>> = {
  true: () => true,
  false: () => false,
  null: () => null,
  not: (args) => !truth('not', args, 0),
  and: (args) => args.every((_, index) => truth('and', args, index)),
  or: (args) => args.some((_, index) => truth('or', args, index)),
  bool: ([value]) => toBool(value),
  int: ([value]) => toInt(value),
  equals: (args) => {
    count('equals', args, 2)
    return equal(args[0] ?? null, args[1] ?? null)
  },
  less: compare('less', (left, right) => left < right),
  lessOrEquals: compare('lessOrEquals', (left, right) => left <= right),
  greater: compare('greater', (left, right) => left > right),
  greaterOrEquals: compare('greaterOrEquals', (left, right) => left >= right),
  add: calculate('add', (left, right) => left + right),
  sub: calculate('sub', (left, right) => left - right),
  mul: calculate('mul', (left, right) => left * right),
  div: calculate('div', (left, right) => Math.trunc(left / right)),
  mod: calculate('mod', (left, right) => left % right),
}

/** Only the branch that is taken is worked out: it may name a resource that is not deployed. */
const choose: SpecialForm = (args, scope, evaluateNode) => {
  count('if', args, 3)
  const [condition, yes, no] = args as readonly [Node, Node, Node]
  return evaluateNode(truth('if', [evaluateNode(condition, scope)], 0) ? yes : no, scope)
}

const coalesce: SpecialForm = (args, scope, evaluateNode) => {
  for (const argument of args) {
    const value = evaluateNode(argument, scope)
    if (value !== null) return value
  }
  return null
}

export const LOGIC_FORMS: Readonly<Record<string, SpecialForm>> = { if: choose, coalesce }
