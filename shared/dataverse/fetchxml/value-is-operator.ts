import type { Column } from '../metadata/model.ts'
import { kindOf } from '../query/model/column-kind.ts'
import { operatorNamed, operatorNames, type Operator } from '../query/model/operators.ts'

const ME = new Set(['me', '@me', 'currentuser', 'current user', 'current_user', 'myself'])
/** A place for the person's own id that was never filled. */
const OWN_ID = /^\{+\s*(?:(?:my|current|caller)?[-_ ]?user[-_ ]?id|me)\s*\}+$/
const RELATIVE = /^(?:today|tomorrow|yesterday|(?:last|this|next)-(?:week|month|year|fiscal-period|fiscal-year))$/

/**
 * Dataverse has operators for what models write as values: null, today, this-month, me.
 * @returns that operator, or `undefined` when the value is one
 */
export function valueIsOperator(column: Column, { name }: Operator, values: readonly string[]): Operator | undefined {
  const [value, ...others] = values
  const word = value?.trim().toLowerCase()
  const kind = kindOf(column)
  const positive = name === 'eq' || name === 'on'
  if (word === undefined || others.length > 0 || (!positive && name !== 'ne' && name !== 'neq')) return undefined
  if (kind !== 'text' && (word === 'null' || word === '')) return operatorNamed(positive ? 'null' : 'not-null')
  if ((kind === 'lookup' && ME.has(word)) || (isUser(column, kind) && OWN_ID.test(word)))
    return operatorNamed(positive ? 'eq-userid' : 'ne-userid')
  const operator = word.replaceAll(/[\s_]+/g, '-').replace(/\(\)$/, '')
  const isRelative = kind === 'date' && positive && RELATIVE.test(operator) && operatorNames().includes(operator)
  return isRelative ? operatorNamed(operator) : undefined
}

function isUser({ name }: Column, kind: string): boolean {
  return kind === 'lookup' || name === 'systemuserid'
}
