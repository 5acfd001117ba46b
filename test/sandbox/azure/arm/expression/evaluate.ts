import { invalidExpression } from '../errors.ts'
import { FUNCTIONS } from './functions/all.ts'
import { expressionIn, parse, type Node } from './parse.ts'
import type { Scope } from './scope.ts'
import { select, toText, type Value } from './values.ts'

/** A lambda is an argument of `filter`, `map`, `toObject`… and never a value of its own. */
export type Lambda = (...args: Value[]) => Value
export type Argument = Value | Lambda
export type Function = (args: readonly Value[], scope: Scope) => Value
/** A function that decides itself which of its arguments are worked out, or takes lambdas. */
export type SpecialForm = (args: readonly Node[], scope: Scope, evaluateNode: EvaluateNode) => Value
export type EvaluateNode = (node: Node, scope: Scope) => Value

const callUserFunction = (name: string, args: readonly Node[], scope: Scope): Value | undefined => {
  const declared = scope.userFunctions.get(name.toLowerCase())
  if (declared === undefined) return undefined
  if (args.length !== declared.parameters.length)
    throw invalidExpression(
      `The function '${name}' expects ${declared.parameters.length} argument(s), ${args.length} given.`,
    )
  const values = new Map(
    declared.parameters.map((parameter, index) => [parameter.toLowerCase(), evaluateNode(args[index] as Node, scope)]),
  )
  const parameter = (wanted: string): Value => {
    const value = values.get(wanted.toLowerCase())
    if (value === undefined) throw invalidExpression(`The template parameter '${wanted}' is not found.`)
    return value
  }
  const variable = (): never => {
    throw invalidExpression(`Variables are not available in the function '${name}'.`)
  }
  return evaluateDeep(declared.output, { ...scope, parameter, variable })
}

/** @throws ArmError InvalidTemplate for a function that is not known here, whether or not the real service knows it */
const evaluateNode: EvaluateNode = (node, scope) => {
  if (node.kind === 'literal') return node.value
  if (node.kind === 'member') return select(evaluateNode(node.of, scope), evaluateNode(node.key, scope))
  const own = callUserFunction(node.name, node.args, scope)
  if (own !== undefined) return own
  const known = FUNCTIONS.get(node.name.toLowerCase())
  if (known === undefined)
    throw invalidExpression(`The template function '${node.name}' is not valid. (This stand-in does not know it.)`)
  if ('special' in known) return known.special(node.args, scope, evaluateNode)
  return known.plain(
    node.args.map((argument) => evaluateNode(argument, scope)),
    scope,
  )
}

/** A string of a template: the value of its expression, or the string itself. */
export const evaluateText = (text: string, scope: Scope): Value => {
  const expression = expressionIn(text)
  if (expression !== undefined) return evaluateNode(parse(expression), scope)
  return text.startsWith('[[') ? text.slice(1) : text
}

/** A part of a template with all expressions in it worked out, those in names of members included. */
export const evaluateDeep = (part: unknown, scope: Scope): Value => {
  if (typeof part === 'string') return evaluateText(part, scope)
  if (Array.isArray(part)) return part.map((element: unknown) => evaluateDeep(element, scope))
  if (typeof part === 'object' && part !== null)
    return Object.fromEntries(
      Object.entries(part).map(([name, member]: [string, unknown]) => [
        toText(evaluateText(name, scope)),
        evaluateDeep(member, scope),
      ]),
    )
  return part as Value
}
