import { quoted } from '../../doctor/wire/plain-text.ts'
import { type Context, Stop } from '../run/context.ts'
import { type Kind, kindOf, readBoolean } from './kinds.ts'
import { parameterVariables, type Variable } from './variables.ts'

// azd puts a value between the quotes of its parameters file as it is: what ends or escapes there would end the text,
// and could add parameters that nobody set.
const breaksJson = (text: string): boolean => /["\\\p{Cc}]/u.test(text)

const isWhole = (text: string, least: number, most = Number.MAX_SAFE_INTEGER): boolean =>
  /^[+-]?\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most

const isAllowed = (text: string, kind: Kind): boolean => {
  switch (kind.kind) {
    case 'boolean':
      return readBoolean(text) !== undefined
    case 'whole':
      return isWhole(text, kind.least, kind.most)
    case 'one-of':
      return kind.values.includes(text)
    case 'text':
      return text.length >= (kind.shortest ?? 0) && text.length <= (kind.longest ?? Infinity)
  }
}

const inWords = (kind: Kind): string => {
  switch (kind.kind) {
    case 'boolean':
      return 'true or false'
    case 'whole':
      return kind.most === undefined
        ? `a whole number, ${kind.least} or more`
        : `a whole number from ${kind.least} to ${kind.most}`
    case 'one-of':
      return kind.values.map((value) => (value === '' ? 'empty' : value)).join(' or ')
    case 'text':
      if (kind.longest === undefined) return 'text'
      return kind.shortest === kind.longest
        ? `text of ${kind.longest} characters`
        : `text of at most ${kind.longest} characters`
  }
}

/** What was probably meant, or what holds where nothing is set. */
const better = (text: string, kind: Kind, { fallback }: Variable): string => {
  const word = text.trim().toLowerCase()
  if (kind.kind === 'boolean' && /^(true|yes|y|on|enabled?)$/.test(word)) return 'true'
  if (kind.kind === 'boolean' && /^(false|no|n|off|disabled?)$/.test(word)) return 'false'
  if (kind.kind === 'one-of') {
    const meant = kind.values.find((value) => value !== '' && value.toLowerCase() === word)
    return meant ?? (fallback || '""')
  }
  return kind.kind === 'text' ? '<value>' : (fallback ?? '<value>')
}

/** What is wrong with a variable's value, and the command that mends it; undefined: nothing, or it is not set. */
const problemOf = ({ env }: Pick<Context, 'env'>, variable: Variable): readonly [string, string] | undefined => {
  const { name } = variable
  // Not trimmed: azd does not either.
  const text = env[name] ?? ''
  const kind = kindOf(name)
  if (text === '' || (isAllowed(text, kind) && !breaksJson(text))) return undefined
  const without = breaksJson(text) ? ', without quotation mark ("), backslash (\\) and control characters' : ''
  return [
    `${name} is ${quoted(text)}; it must be ${inWords(kind)}${without}.`,
    `azd env set ${name} ${better(text, kind, variable)}`,
  ]
}

/**
 * Looks at every value that azd hands to a template. azd itself drops one that is not of the parameter's type without a
 * word, and the template's default holds: a lock that is set and not made.
 * @throws Stop naming every wrong one, what it may be, and the commands that mend it
 */
export const checkParameters = (context: Pick<Context, 'env'>): void => {
  const problems = parameterVariables().flatMap((variable) => {
    const problem = problemOf(context, variable)
    return problem === undefined ? [] : [problem]
  })
  if (problems.length === 0) return
  throw new Stop(
    problems.map(([what]) => what).join('\n'),
    problems.map(([, command]) => command),
  )
}
