import { operatorNamed } from '../../../../../shared/dataverse/query/model/operators.ts'
import type { Condition, Filter, Link } from '../../../../../shared/dataverse/query/model/query.ts'
import { negate } from '../../../../../shared/dataverse/query/from-odata/conditions.ts'
import { parseFilter } from '../../../../../shared/dataverse/query/from-odata/parse-filter.ts'

/** The tree of a filter in one line, and what was said of it: `name eq <x> & (a lt <1> | b gt ?c)`. */
export function read(text: string): { tree: string; said: string } {
  const said: string[] = []
  const tree = printTree(parseFilter(text, (sentence) => void said.push(sentence)))
  return { tree, said: said.join('\n') }
}

function printTree({ type, negated, conditions, filters, links }: Filter): string {
  const parts = [
    ...conditions.map(printCondition),
    ...filters.map((filter) => (filter.negated ? printTree(filter) : `(${printTree(filter)})`)),
    ...links.map(printLink),
  ]
  const inner = parts.join(type === 'and' ? ' & ' : ' | ')
  return negated ? `not(${inner})` : inner
}

function printCondition({ path = [], attribute, operator, values, otherColumn, orValue }: Condition): string {
  const right = values.map((value) => `<${value}>`).join('')
  const other = otherColumn === undefined ? '' : `${orValue ? '?' : '!'}${otherColumn}`
  return [[...path, attribute].join('/'), operator, right + other].join(' ').trimEnd()
}

function printLink({ way = '', type = 'inner', filters }: Link): string {
  return `${type} ${way}{${filters.map(printTree).join(' and ')}}`
}

const WORDS: Readonly<Record<string, string>> = { 'begins-with': 'startswith', 'ends-with': 'endswith' }
const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A tree as OData, to be read again. */
export function printOdata(filter: Filter, depth = 0): string {
  const { type, negated, conditions, filters, links } = filter
  const start = depth === 0 ? '' : `o${depth}/`
  const parts = [
    ...conditions.map((condition) => odataCondition(condition, start)),
    ...filters.map((one) => `(${printOdata(one, depth)})`),
    ...links.map((link) => odataLink(link, depth)),
  ]
  const inner = parts.join(` ${type} `)
  return negated ? `not (${inner})` : inner
}

function odataLink({ way = '', type, filters: [body] }: Link, depth: number): string {
  const start = depth === 0 ? '' : `o${depth}/`
  if (!body) return `${start}${way}/any()`
  const inner = printOdata(type === 'any' ? body : negate(body), depth + 1)
  return `${start}${way}/${type === 'any' ? 'any' : 'all'}(o${depth + 1}:${inner})`
}

function odataCondition(condition: Condition, start: string): string {
  const { path = [], attribute, operator, values, otherColumn, alone } = condition
  const name = start + [...path, attribute].join('/')
  if (alone) return name
  const texts = values.map(quote)
  if (otherColumn !== undefined) return `${name} ${operator} ${start}${otherColumn}`
  if (operator === 'null' || operator === 'not-null') return `${name} ${operator === 'null' ? 'eq' : 'ne'} null`
  if (operator === 'in' || operator === 'not-in') return `${name} ${operator.replace('-', ' ')} (${texts.join(',')})`
  if (operator === 'between') return `${name} between ${texts.join(' and ')}`
  if (['contains', 'begins-with', 'ends-with'].includes(operator))
    return `${WORDS[operator] ?? operator}(${name},${texts.join(',')})`
  const { function: called } = operatorNamed(operator)
  if (called === undefined) return `${name} ${operator} ${texts.join(',')}`
  const parameters = texts.length > 0 ? [`PropertyValues=[${texts.join(',')}]`] : []
  return `Microsoft.Dynamics.CRM.${called}(${[`PropertyName=${quote(name)}`, ...parameters].join(',')})`
}
