import { context } from './call.ts'
import type { GraphCall, Reply } from './call.ts'
import { GraphError, unsupportedQuery } from './errors.ts'

type Row = Readonly<Record<string, unknown>>

/** What a collection can be asked: which members each kind of filter takes. */
export type Filterable = {
  readonly type: string
  readonly equals: readonly string[]
  readonly startsWith?: readonly string[]
  readonly any?: readonly string[]
}

const LITERAL = "'((?:[^']|'')*)'"
const EQUALS = new RegExp(`^(\\w+)\\s+eq\\s+${LITERAL}$`, 'i')
const STARTS_WITH = new RegExp(`^startswith\\(\\s*(\\w+)\\s*,\\s*${LITERAL}\\s*\\)$`, 'i')
const ANY = new RegExp(`^(\\w+)/any\\(\\s*(\\w+)\\s*:\\s*(\\w+)\\s+eq\\s+${LITERAL}\\s*\\)$`, 'i')

const unquote = (literal: string | undefined) => (literal ?? '').replaceAll("''", "'").toLowerCase()
const text = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : '')

function allowed(property: string | undefined, properties: readonly string[] | undefined): string {
  if (property !== undefined && properties?.includes(property)) return property
  throw unsupportedQuery(`Unsupported or invalid query filter clause specified for property '${property ?? ''}'.`)
}

function condition(clause: string, filterable: Filterable): (row: Row) => boolean {
  const equals = EQUALS.exec(clause)
  if (equals) {
    const property = allowed(equals[1], filterable.equals)
    return (row) => text(row[property]) === unquote(equals[2])
  }
  const starts = STARTS_WITH.exec(clause)
  if (starts) {
    const property = allowed(starts[1], filterable.startsWith)
    return (row) => text(row[property]).startsWith(unquote(starts[2]))
  }
  const any = ANY.exec(clause)
  if (any && any[2] === any[3]) {
    const property = allowed(any[1], filterable.any)
    return (row) => ((row[property] ?? []) as unknown[]).some((one) => text(one) === unquote(any[4]))
  }
  throw new GraphError(400, 'BadRequest', `Invalid filter clause: ${clause}`)
}

/** Splits at `and`; literals of what is asked here never hold that word between spaces. */
const conditions = (filter: string, filterable: Filterable) =>
  filter.split(/(?<!\s)\s+and\s+/i).map((clause) => condition(clause.trim(), filterable))

const KNOWN = ['$select', '$filter', '$top', '$count']

export function select(row: Row, query: ReadonlyMap<string, string>, type: string): Row {
  const asked = query.get('$select')
  if (asked === undefined) return row
  const names = asked.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !(name in row))
  if (unknown !== undefined) {
    throw new GraphError(
      400,
      'BadRequest',
      `Could not find a property named '${unknown}' on type 'microsoft.graph.${type}'.`,
    )
  }
  return Object.fromEntries(names.map((name) => [name, row[name]]))
}

export function refuseUnknownOptions(query: ReadonlyMap<string, string>): void {
  const unknown = [...query.keys()].find((name) => name.startsWith('$') && !KNOWN.includes(name))
  if (unknown !== undefined) throw unsupportedQuery(`The query option '${unknown}' is not supported.`)
}

/** A collection as `$filter`, `$top` and `$select` ask for it. @throws GraphError 400 for a filter that Graph refuses */
export function list(call: GraphCall, path: string, rows: readonly Row[], filterable: Filterable): Reply {
  refuseUnknownOptions(call.query)
  const filter = call.query.get('$filter')
  const tests = filter === undefined ? [] : conditions(filter, filterable)
  const top = Number(call.query.get('$top') ?? 999)
  if (!Number.isInteger(top) || top < 1 || top > 999)
    throw new GraphError(400, 'BadRequest', 'Invalid page size specified.')
  const value = rows
    .filter((row) => tests.every((holds) => holds(row)))
    .slice(0, top)
    .map((row) => select(row, call.query, filterable.type))
  return { status: 200, body: { ...context(path), value } }
}
