import { escapeXml } from '../query.ts'
import { complement, type Meaning } from './meaning.ts'

/** Writes a condition for a path of OData, or for the attributes that name a column in FetchXML. */
export type Write = (column: string) => string
/** One way of writing a condition; function forms name a column of the row itself. */
export type Spelling = { readonly how: string; readonly write: Write; readonly isOwnOnly?: true }

/** An operator and its values, for whatever column and wherever that stands. */
export type Comparison = {
  readonly op: string
  /** What it is compared with, as keys of conditions show it. */
  readonly value: string
  /** The operator, and what sort of value it is: known differences are told by it. */
  readonly kind: string
  readonly odata: readonly Spelling[]
  readonly fetch: readonly Spelling[]
  /** The complement in FetchXML, which has no `not`. */
  readonly fetchNot?: Write
  /** Undefined where both languages have to refuse. */
  readonly sql: ((cell: string) => string) | undefined
  /** Queries of which one has to give a row to the person: names that nobody shows them mean nothing. */
  readonly names?: readonly string[]
}

export type Text = readonly [how: string, text: string]

/** What a condition compares with, in every spelling; without a meaning it must be refused. */
export type Operand = {
  readonly name: string
  readonly kind: string
  readonly odata: readonly Text[]
  readonly fetch: readonly Text[]
  readonly meaning?: Meaning
  readonly names?: readonly string[]
  /** More ways for one operator: functions of OData, operators of FetchXML. */
  readonly more?: Partial<Record<Op, { readonly odata?: readonly Spelling[]; readonly fetch?: readonly Spelling[] }>>
}

export type Op = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'not lt' | 'not le' | 'not gt' | 'not ge'
export const SIX: readonly Op[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge']
export const NEGATED: readonly Op[] = ['not lt', 'not le', 'not gt', 'not ge']

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
export const call = (name: string, column: string, more = ''): string =>
  `Microsoft.Dynamics.CRM.${name}(PropertyName='${column}'${more})`

export function conditionOn(column: string, operator: string, ...values: readonly string[]): string {
  const start = `<condition ${column} operator="${operator}"`
  if (values.length === 0) return `${start}/>`
  if (values.length === 1) return `${start} value="${escapeXml(values[0] ?? '')}"/>`
  return `${start}>${values.map((value) => `<value>${escapeXml(value)}</value>`).join('')}</condition>`
}

const OPPOSITES: Readonly<Record<string, string>> = { eq: 'ne', ne: 'eq', lt: 'ge', le: 'gt', gt: 'le', ge: 'lt' }

/** What does not hold: of an order, the other way round or nothing to compare. */
function opposite(operator: string, text: string): Write {
  const other = OPPOSITES[operator] ?? ''
  if (operator === 'eq' || operator === 'ne') return (column) => conditionOn(column, other, text)
  return (column) => `<filter type="or">${conditionOn(column, other, text)}${conditionOn(column, 'null')}</filter>`
}

function sqlOf(op: Op, meaning: Meaning): Comparison['sql'] {
  const bare = (op === 'ne' ? 'eq' : op.replace('not ', '')) as keyof Meaning
  const holds = meaning[bare]
  if (!holds) throw new RangeError(`no meaning for ${op}`)
  return op === bare ? holds : (cell) => complement(holds(cell))
}

/** `column op value`, in every spelling of the value. */
export function compare(op: Op, operand: Operand): Comparison {
  const isNot = op.startsWith('not ')
  const bare = op.replace('not ', '')
  const more = operand.more?.[op]
  const odata = operand.odata.map(([how, text]): Spelling => ({
    how,
    write: (column) => (isNot ? `not (${column} ${bare} ${text})` : `${column} ${op} ${text}`),
  }))
  const [, first = ''] = operand.odata[0] ?? []
  const negated: Spelling = { how: 'not eq', write: (column) => `not (${column} eq ${first})` }
  const fetches = operand.fetch.map(([how, text]): Spelling => ({
    how,
    write: isNot ? opposite(bare, text) : (column) => conditionOn(column, op, text),
  }))
  const [, text] = operand.fetch[0] ?? []
  return {
    op,
    value: operand.name,
    kind: `${op} ${operand.kind}`,
    ...(operand.names && { names: operand.names }),
    odata: [...odata, ...(op === 'ne' ? [negated] : []), ...(more?.odata ?? [])],
    fetch: [...fetches, ...(more?.fetch ?? [])],
    ...(text !== undefined && {
      fetchNot: isNot ? (column) => conditionOn(column, bare, text) : opposite(op, text),
    }),
    sql: operand.meaning && sqlOf(op, operand.meaning),
  }
}

const kindsOf = (operands: readonly Operand[]): string =>
  [...new Set(operands.map((one) => one.kind))].sort().join(', ')
const json = (texts: readonly string[]): string => JSON.stringify(texts)
const firsts = (operands: readonly Operand[], language: 'odata' | 'fetch'): string[] =>
  operands.map((operand) => operand[language][0]?.[1] ?? '')

/** One of several values, or none of them. */
export function oneOf(op: 'in' | 'not in', operands: readonly Operand[]): Comparison {
  const [literals, texts] = [firsts(operands, 'odata'), firsts(operands, 'fetch')]
  const any = (cell: string): string => operands.map(({ meaning }) => `(${meaning?.eq(cell) ?? '0'})`).join(' or ')
  const [operator, other] = op === 'in' ? ['in', 'not-in'] : ['not-in', 'in']
  const list = (column: string): string => `${column} in (${literals.join(',')})`
  const either = (column: string): string => `(${literals.map((text) => `${column} eq ${text}`).join(' or ')})`
  const not = op === 'in' ? '' : 'not '
  const write = (form: Write): Write => (not ? (column) => `not (${form(column)})` : form)
  const name = op === 'in' ? 'In' : 'NotIn'
  return {
    op,
    value: operands.map((one) => one.name).join(', '),
    kind: `${op} ${kindsOf(operands)}`,
    odata: [
      { how: 'in', write: write(list) },
      { how: 'or', write: write(either) },
      { how: 'function', write: (column) => call(name, column, `,PropertyValues=${json(texts)}`), isOwnOnly: true },
    ],
    fetch: [{ how: operator, write: (column) => listOf(column, operator, texts) }],
    fetchNot: (column) => listOf(column, other, texts),
    sql: op === 'in' ? any : (cell) => complement(any(cell)),
  }
}

const listOf = (column: string, operator: string, texts: readonly string[]): string =>
  `<condition ${column} operator="${operator}">${texts.map((text) => `<value>${escapeXml(text)}</value>`).join('')}</condition>`

/** From one value to another, both ends in, or outside of that. */
export function between(op: 'between' | 'not between', low: Operand, high: Operand): Comparison {
  const [from = '', to = ''] = firsts([low, high], 'odata')
  const texts = firsts([low, high], 'fetch')
  const within = (cell: string): string => `${low.meaning?.ge?.(cell) ?? '0'} and ${high.meaning?.le?.(cell) ?? '0'}`
  const [operator, other] = op === 'between' ? ['between', 'not-between'] : ['not-between', 'between']
  const both = (column: string): string => `(${column} ge ${from} and ${column} le ${to})`
  const name = op === 'between' ? 'Between' : 'NotBetween'
  return {
    op,
    value: `${low.name} and ${high.name}`,
    kind: `${op} ${kindsOf([low, high])}`,
    odata: [
      { how: 'ge and le', write: op === 'between' ? both : (column) => `not ${both(column)}` },
      { how: 'function', write: (column) => call(name, column, `,PropertyValues=${json(texts)}`), isOwnOnly: true },
    ],
    fetch: [{ how: operator, write: (column) => listOf(column, operator, texts) }],
    fetchNot: (column) => listOf(column, other, texts),
    sql: op === 'between' ? within : (cell) => complement(within(cell)),
  }
}
