import { ArmError, invalidExpression, invalidTemplate } from '../errors.ts'
import { evaluateDeep } from '../expression/evaluate.ts'
import type { Place, Scope, UserFunction } from '../expression/scope.ts'
import type { ObjectValue, Value } from '../expression/values.ts'
import { bindParameters } from './parameters.ts'
import type { Template } from './schema.ts'

/** One template with its parameters bound: what every expression in it is worked out against. */
export type Frame = { readonly template: Template; readonly place: Place; readonly scope: Scope }

export type References = {
  readonly reference: Scope['reference']
  readonly resourceInfo: Scope['resourceInfo']
}

/** Thrown where an expression needs what only a deployed resource can tell. */
export class NeedsRunTime extends Error {
  override readonly name = 'NeedsRunTime'
}

export const BEFORE_DEPLOYMENT: References = {
  reference: (target) => {
    throw new NeedsRunTime(target)
  },
  resourceInfo: (symbol) => {
    throw new NeedsRunTime(symbol)
  },
}

const functionsOf = (template: Template): ReadonlyMap<string, UserFunction> =>
  new Map(
    (template.functions ?? []).flatMap(({ namespace, members }) =>
      Object.entries(members).map(([name, { parameters, output }]) => [
        `${namespace}.${name}`.toLowerCase(),
        { parameters: parameters.map((parameter) => parameter.name), output: output.value },
      ]),
    ),
  )

/** Variables are worked out when they are first asked for; one that needs itself is an error. */
const variablesOf = (template: Template, scope: () => Scope): Scope['variable'] => {
  const known = new Map<string, Value>()
  const open = new Set<string>()
  const names = new Map(Object.keys(template.variables ?? {}).map((name) => [name.toLowerCase(), name]))
  return (wanted) => {
    const name = names.get(wanted.toLowerCase())
    if (name === undefined || name === 'copy')
      throw invalidExpression(`The template variable '${wanted}' is not found.`)
    const before = known.get(name)
    if (before !== undefined) return before
    if (open.has(name)) throw invalidTemplate(`The template variable '${name}' depends on itself.`)
    open.add(name)
    const value = evaluateDeep(template.variables?.[name], scope())
    open.delete(name)
    known.set(name, value)
    return value
  }
}

/**
 * Binds the parameters and makes the scope of the template's expressions.
 * @throws ArmError InvalidTemplate
 */
export const openFrame = (template: Template, given: ObjectValue, place: Place, references: References): Frame => {
  if (template.variables !== undefined && 'copy' in template.variables)
    throw new ArmError('InvalidTemplate', 'Loops of variables are not known to this stand-in.')
  const userFunctions = functionsOf(template)
  const scopeWith = (values: ReadonlyMap<string, Value>, variable: Scope['variable']): Scope => ({
    ...references,
    place,
    userFunctions,
    variable,
    copyIndexes: new Map(),
    lambdaVariables: new Map(),
    parameter: (name) => {
      const value = values.get(name.toLowerCase())
      if (value === undefined) throw invalidTemplate(`The template parameter '${name}' is not found.`)
      return value
    },
  })
  const variable: Scope['variable'] = variablesOf(template, () => scope)
  const values = bindParameters(template, given, (bound) => scopeWith(bound, variable))
  const scope: Scope = scopeWith(values, variable)
  return { template, place, scope }
}
