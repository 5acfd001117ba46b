import { quoted } from '../../doctor/wire/plain-text.ts'
import { type Context, Stop } from '../run/context.ts'
import { LAYER_OF } from '../run/environment.ts'
import { inWords, isAllowed, probablyMeant } from './judge.ts'
import { kindOf } from './kinds.ts'
import { checkTogether } from './together.ts'
import { type Layer, parameterVariables, type Variable } from './variables.ts'

// azd puts a value between the quotes of its parameters file as it is: what ends or escapes there would end the text,
// and could add parameters that nobody set.
const breaksJson = (text: string): boolean => /["\\\p{Cc}]/u.test(text)

/** JSON, which the app reads with single quotes as well. */
const POLICY = 'WRITE_POLICY'

/** A layer's output is mended by that layer: what is typed in its place would hold until the layer runs again. */
const mending = (text: string, { name, fallback }: Variable): string => {
  const maker = LAYER_OF[name]
  if (maker !== undefined) return `azd provision ${maker} --no-state`
  if (name === POLICY && /^[^'\\\p{Cc}]+$/u.test(text)) return `azd env set ${name} "${text.replaceAll('"', "'")}"`
  // In one word: what begins with dashes azd would take for an option of its own.
  if (kindOf(name).kind === 'arguments') return `azd env set "${name}=${probablyMeant(text, kindOf(name), fallback)}"`
  return `azd env set ${name} ${probablyMeant(text, kindOf(name), fallback)}`
}

/** What is wrong with a variable's value, and the command that mends it; undefined: nothing, or it is not set. */
const problemOf = ({ env }: Pick<Context, 'env'>, variable: Variable): readonly [string, string] | undefined => {
  const { name } = variable
  // Not trimmed: azd does not either.
  const text = env[name] ?? ''
  const kind = kindOf(name)
  if (text === '' || (isAllowed(text, kind) && !breaksJson(text))) return undefined
  const without = breaksJson(text) ? ', without quotation mark ("), backslash (\\) and control characters' : ''
  return [`${name} is ${quoted(text)}; it must be ${inWords(kind)}${without}.`, mending(text, variable)]
}

/** What people set is looked at before each layer; another layer's output only before one that takes it, or the layer
 * that mends it could not run. */
const concerns = (layer: Layer, { name, layers }: Variable): boolean =>
  LAYER_OF[name] === undefined || (LAYER_OF[name] !== layer && layers.includes(layer))

/**
 * Looks at every value that azd hands to a template, before a layer. azd itself drops one that is not of the parameter's
 * type without a word, and the template's default holds: a lock that is set and not made. It asks nobody and changes
 * nothing.
 * @throws Stop naming every wrong one, what it may be, and the commands that mend it
 */
export const checkParameters = (context: Pick<Context, 'env'>, layer: Layer): void => {
  const problems = parameterVariables()
    .filter((variable) => concerns(layer, variable))
    .flatMap((variable) => {
      const problem = problemOf(context, variable)
      return problem === undefined ? [] : [problem]
    })
  if (problems.length === 0) {
    checkTogether(context)
    return
  }
  const commands = new Set(problems.map(([, command]) => command))
  throw new Stop(problems.map(([what]) => what).join('\n'), [...commands])
}
