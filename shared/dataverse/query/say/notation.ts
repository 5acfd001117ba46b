import { isBareValue } from '../from-odata/tokens.ts'
import type { ColumnKind } from '../model/column-kind.ts'
import { FUNCTION_PREFIX, OPERATORS, TEXT_FUNCTIONS } from '../model/operators.ts'
import { isDateWord } from '../resolve/values/dates/date-words.ts'

export type Notation = 'odata' | 'fetchxml'

/** A condition to be read by a person or a model: the column as they call it, and an operator of the model. */
export type Printed = {
  readonly subject: string
  readonly operator: string
  readonly values: readonly string[]
  readonly kind: ColumnKind
  /** A column of the same row instead of a value. */
  readonly otherColumn?: string
}

/** Prints the condition that was asked, or the same with something else in it. */
export type Say = (change?: { readonly column?: string } & Partial<Omit<Printed, 'subject' | 'kind'>>) => string

/** Values that a filter takes without quotes have no spaces or signs here, whatever it may read. */
const PLAIN = /^[\w:.+-]{1,60}$/
const WORDS: ReadonlySet<string> = new Set(['true', 'false', 'me'])

/** What a language calls an operator. */
export function wordFor(name: string, notation: Notation): string {
  const { negates, function: called = name } = OPERATORS.get(name) ?? {}
  if (notation === 'fetchxml' || name === 'in' || name === 'not-in') return name
  const match = TEXT_FUNCTIONS.get(negates ?? name)
  return match === undefined ? called : `${negates === undefined ? '' : 'not '}${match}`
}

/** Prints a condition in the notation that it was asked in; what comes out can be asked as it stands. */
export function printCondition(condition: Printed, notation: Notation): string {
  return notation === 'odata' ? inOData(condition) : inFetchXml(condition)
}

function inOData({ subject, operator, values, kind, otherColumn }: Printed): string {
  const word = wordFor(operator, 'odata')
  const listed = values.map((value) => literal(value, kind)).join(', ')
  const { negates, function: called } = OPERATORS.get(operator) ?? {}
  if (otherColumn !== undefined) return `${subject} ${operator} ${otherColumn}`
  if (operator === 'null' || operator === 'not-null') return `${subject} ${operator === 'null' ? 'eq' : 'ne'} null`
  if (operator === 'in' || operator === 'not-in') return `${subject} ${operator.replace('-', ' ')} (${listed})`
  if (TEXT_FUNCTIONS.has(negates ?? operator)) return `${word}(${subject},${text(values[0] ?? '')})`
  if (called === undefined) return `${subject} ${operator.replace('not-', 'not ')} ${listed}`.trim()
  return `${FUNCTION_PREFIX}${word}(${[`PropertyName=${text(subject)}`, ...parameters(operator, values)].join(',')})`
}

function parameters(operator: string, values: readonly string[]): string[] {
  const arity = OPERATORS.get(operator)?.arity
  if (arity === 1) return [`PropertyValue=${number(values[0] ?? '')}`]
  if (arity === 2 && !operator.endsWith('between'))
    return values.map((value, index) => `PropertyValue${index + 1}=${number(value)}`)
  return values.length > 0 ? [`PropertyValues=${JSON.stringify(values)}`] : []
}

function number(value: string): string {
  return /^\d+$/.test(value) ? value : text(value)
}

function literal(value: string, kind: ColumnKind): string {
  return kind !== 'text' && kind !== 'table' && isBare(value) ? value : text(value)
}

function isBare(value: string): boolean {
  const isWord = WORDS.has(value.toLowerCase()) || (/^\w+$/.test(value) && isDateWord(value))
  return PLAIN.test(value) && (isWord || isBareValue(value))
}

function text(value: string): string {
  return `'${value.toWellFormed().replaceAll("'", "''")}'`
}

/** `]]>` may not stand in text (XML 1.0 section 2.4), and white space becomes a space in an attribute (section 3.3.3). */
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function inFetchXml({ subject, operator, values, otherColumn }: Printed): string {
  const [first, ...more] = values
  const escaped = (value: string): string =>
    value.toWellFormed().replaceAll(/[&<>"\t\n\r]/g, (one) => ESCAPES[one] ?? `&#${one.charCodeAt(0)};`)
  const [attribute = '', alias] = subject.split('/').toReversed()
  const of = alias === undefined ? '' : ` entityname="${escaped(alias)}"`
  const start = `<condition${of} attribute="${escaped(attribute)}" operator="${operator}"`
  if (otherColumn !== undefined) return `${start} valueof="${escaped(otherColumn)}"/>`
  if (first === undefined) return `${start}/>`
  if (more.length === 0 && OPERATORS.get(operator)?.arity !== 'list') return `${start} value="${escaped(first)}"/>`
  return `${start}>${values.map((value) => `<value>${escaped(value)}</value>`).join('')}</condition>`
}
