/*
 * The grammar of `$apply` as far as Dataverse serves it:
 *
 *   apply     := (filter '/')* (groupby | aggregate)
 *   filter    := 'filter' '(' expression ')'                   expression as in $filter
 *   groupby   := 'groupby' '(' '(' path (',' path)* ')' (',' aggregate)? ')'
 *   aggregate := 'aggregate' '(' item (',' item)* ')'
 *   item      := path 'with' method 'as' alias | '$count' 'as' alias
 *   method    := 'sum' | 'average' | 'min' | 'max' | 'countdistinct'
 *   path      := name ('/' name)*                              lookups, then a column
 */
import { odataError } from '../http/errors.ts'
import type { Aliases, Cursor, Expression } from './parser.ts'
import { cursorOver, parseExpression, syntaxError } from './parser.ts'

export type Method = 'sum' | 'average' | 'min' | 'max' | 'countdistinct'
export type AggregateItem = {
  readonly alias: string
  /** Absent for `$count`. */
  readonly of?: { readonly path: readonly string[]; readonly method: Method }
}
export type Apply = {
  readonly filters: readonly Expression[]
  readonly groups: readonly (readonly string[])[]
  readonly aggregates: readonly AggregateItem[]
}

const METHODS: readonly string[] = ['sum', 'average', 'min', 'max', 'countdistinct'] satisfies Method[]
const isMethod = (text: string): text is Method => METHODS.includes(text)

function word(cursor: Cursor): string {
  const token = cursor.next()
  if (token.kind !== 'word') throw syntaxError(cursor, token)
  return token.text
}

function list<Item>(cursor: Cursor, parse: (cursor: Cursor) => Item): Item[] {
  const items = [parse(cursor)]
  while (cursor.accept(',')) items.push(parse(cursor))
  cursor.expect(')')
  return items
}

function parsePath(cursor: Cursor): string[] {
  const path = [word(cursor)]
  while (cursor.accept('/')) path.push(word(cursor))
  return path
}

function parseItem(cursor: Cursor): AggregateItem {
  const path = parsePath(cursor)
  if (path.length === 1 && path[0] === '$count') {
    cursor.expect('as')
    return { alias: word(cursor) }
  }
  cursor.expect('with')
  const method = word(cursor)
  if (!isMethod(method)) {
    throw odataError(`The aggregation method '${method}' is not supported: ${METHODS.join(', ')}.`)
  }
  cursor.expect('as')
  return { alias: word(cursor), of: { path, method } }
}

function parseAggregate(cursor: Cursor): AggregateItem[] {
  cursor.expect('(')
  return list(cursor, parseItem)
}

function parseGroupBy(cursor: Cursor): Pick<Apply, 'groups' | 'aggregates'> {
  cursor.expect('(')
  cursor.expect('(')
  const groups = list(cursor, parsePath)
  if (!cursor.accept(',')) {
    cursor.expect(')')
    return { groups, aggregates: [] }
  }
  cursor.expect('aggregate')
  const aggregates = parseAggregate(cursor)
  cursor.expect(')')
  return { groups, aggregates }
}

function parseFilterStep(cursor: Cursor): Expression {
  cursor.expect('(')
  const expression = parseExpression(cursor)
  cursor.expect(')')
  return expression
}

/** `$apply` as a tree of names, not yet checked against a table. @throws DataverseFault 400 */
export function parseApply(text: string, aliases: Aliases = new Map()): Apply {
  const cursor = cursorOver(text, aliases)
  const filters: Expression[] = []
  while (cursor.accept('filter')) {
    filters.push(parseFilterStep(cursor))
    cursor.expect('/')
  }
  const step = cursor.next()
  if (step.text !== 'groupby' && step.text !== 'aggregate') throw syntaxError(cursor, step)
  const last = step.text === 'groupby' ? parseGroupBy(cursor) : { groups: [], aggregates: parseAggregate(cursor) }
  if (cursor.accept('/')) throw odataError(`No transformation is supported behind ${step.text}() in $apply.`)
  if (cursor.peek().kind !== 'end') throw syntaxError(cursor, cursor.peek())
  return { filters, ...last }
}
