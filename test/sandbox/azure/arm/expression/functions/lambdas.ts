import { invalidExpression } from '../../errors.ts'
import { toText, type Value } from '../values.ts'
import { array, count, truth } from './arguments.ts'
import type { EvaluateNode, Lambda, SpecialForm } from '../evaluate.ts'
import type { Node } from '../parse.ts'
import type { Scope } from '../scope.ts'

const nameOf = (node: Node): string => {
  if (node.kind === 'literal' && typeof node.value === 'string') return node.value
  throw invalidExpression('The variables of a lambda are named by literal strings.')
}

/** `lambda('a', 'b', body)` as a function of a and b. */
const toLambda = (node: Node | undefined, scope: Scope, evaluateNode: EvaluateNode): Lambda => {
  if (node?.kind !== 'call' || node.name.toLowerCase() !== 'lambda')
    throw invalidExpression('A lambda is expected here.')
  const names = node.args.slice(0, -1).map(nameOf)
  const body = node.args.at(-1)
  if (body === undefined) throw invalidExpression('A lambda without a body.')
  return (...args) =>
    evaluateNode(body, {
      ...scope,
      lambdaVariables: new Map([
        ...scope.lambdaVariables,
        ...names.map((name, at) => [name, args[at] ?? null] as const),
      ]),
    })
}

const overArray =
  (name: string, work: (list: readonly Value[], lambda: Lambda, second: () => Lambda) => Value): SpecialForm =>
  (args, scope, evaluateNode) => {
    const [list] = args
    if (list === undefined) count(name, args, 2, 3)
    const values = array(name, [evaluateNode(list as Node, scope)], 0)
    return work(values, toLambda(args[1], scope, evaluateNode), () => toLambda(args[2], scope, evaluateNode))
  }

/** @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-lambda */
export const LAMBDA_FORMS: Readonly<Record<string, SpecialForm>> = {
  filter: overArray('filter', (list, lambda) =>
    list.filter((element, index) => truth('filter', [lambda(element, index)], 0)),
  ),
  map: overArray('map', (list, lambda) => list.map((element, index) => lambda(element, index))),
  sort: overArray('sort', (list, lambda) =>
    [...list].sort((left, right) => (lambda(left, right) === true ? -1 : lambda(right, left) === true ? 1 : 0)),
  ),
  toObject: (args, scope, evaluateNode) => {
    count('toObject', args, 2, 3)
    const list = array('toObject', [evaluateNode(args[0] as Node, scope)], 0)
    const key = toLambda(args[1], scope, evaluateNode)
    const value: Lambda = args.length === 3 ? toLambda(args[2], scope, evaluateNode) : (element = null) => element
    return Object.fromEntries(list.map((element) => [toText(key(element)), value(element)]))
  },
  reduce: (args, scope, evaluateNode) => {
    count('reduce', args, 3)
    const list = array('reduce', [evaluateNode(args[0] as Node, scope)], 0)
    const lambda = toLambda(args[2], scope, evaluateNode)
    return list.reduce<Value>((sum, element) => lambda(sum, element), evaluateNode(args[1] as Node, scope))
  },
  lambdaVariables: (args, scope) => {
    const name = nameOf(args[0] ?? { kind: 'literal', value: 0 })
    const value = scope.lambdaVariables.get(name)
    if (value === undefined) throw invalidExpression(`The lambda variable '${name}' is not in scope.`)
    return value
  },
  lambda: () => {
    throw invalidExpression('A lambda may only be an argument of a function that takes one.')
  },
}
