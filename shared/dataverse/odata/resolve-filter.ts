import { isLookup } from '../query/resolve/names/find-column.ts'
import type { Metadata, Table } from '../metadata/model.ts'
import { matchTarget } from './compare-value.ts'
import { nameOf, type Context } from './context.ts'
import {
  compare,
  join,
  type Filter,
  type Lambda,
  type Logical,
  type Match,
  type Path,
} from '../query/from-odata/filter.ts'
import { findCollection, tableBehind, unknownNavigation } from '../query/resolve/joins/find-navigation.ts'
import { invalidFilter, shown } from './invalid-filter.ts'
import { pushNot } from '../query/resolve/negate.ts'
import { keyOf, withEmptyRows } from '../query/resolve/empty-rows.ts'
import { resolveComparison } from './resolve-comparison.ts'
import { resolveFunction } from './resolve-function.ts'
import { isRowId, matchName } from '../query/resolve/values/reference.ts'
import { resolveMembership } from './resolve-membership.ts'
import { resolvePath } from './resolve-path.ts'

/**
 * Checks a filter against the tables it names and writes what was meant as Dataverse can read it.
 * @returns the filter, and a sentence for each thing that was read differently from how it was written
 * @throws QueryError `unknown_column`, `unknown_option`, `ambiguous_path`, `invalid_value`, …, each with a next step
 */
export async function resolveFilter(
  filter: Filter,
  table: Table,
  metadata: Metadata,
): Promise<{ filter: Filter; interpreted: string[] }> {
  const notes = new Set<string>()
  const note = (sentence: string): void => void notes.add(shown(sentence, LONGEST_NOTE))
  const context: Context = { metadata, table, variables: [], nullTested: new Set(), note }
  const resolved = await resolve(pushNot(filter), context)
  return { filter: resolved, interpreted: [...notes] }
}

/** A note repeats what was sent, which may hold a text of any length. */
const LONGEST_NOTE = 400

async function resolve(filter: Filter, context: Context): Promise<Filter> {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return await resolveLogical(filter, context)
    case 'not':
      return await resolveNot(filter.operand, context)
    case 'comparison':
      return await resolveComparison(filter, context)
    case 'match':
      return await resolveMatch(filter, context)
    case 'in':
      return await resolveMembership(filter, context)
    case 'function':
      return resolveFunction(filter, await resolvePath(filter.left, context), context)
    case 'lambda':
      return await resolveLambda(filter, context)
    case 'flag':
      return await resolveFlag(filter.path, context)
  }
}

async function resolveLogical(filter: Logical, context: Context): Promise<Filter> {
  const tested = new Set(context.nullTested)
  for (const operand of filter.operands) {
    if (operand.kind === 'comparison' && operand.right.kind === 'null') {
      tested.add(keyOf(await resolvePath(operand.left, { ...context, note: () => undefined })))
    }
  }
  const operands: Filter[] = []
  for (const operand of filter.operands) operands.push(await resolve(operand, { ...context, nullTested: tested }))
  return join(filter.kind, operands)
}

/** After `pushNot`, `not` stands before text functions and collections alone. */
async function resolveNot(operand: Filter, context: Context): Promise<Filter> {
  if (operand.kind !== 'match') return { kind: 'not', operand: await resolve(operand, context) }
  const target = await resolvePath(operand.left, context)
  if (isLookup(target.column) || isRowId(target)) return await matchName(target, operand, true, context)
  const resolved = pushNot({ kind: 'not', operand: await matchTarget(operand, target, context) })
  return withEmptyRows(resolved, target, context)
}

async function resolveMatch(match: Match, context: Context): Promise<Filter> {
  return await matchTarget(match, await resolvePath(match.left, context), context)
}

async function resolveLambda(lambda: Lambda, context: Context): Promise<Filter> {
  const [first = '', ...rest] = lambda.path.segments
  const outer = context.variables.findLast(({ name }) => name === first)
  const [table, name, prefix] = outer
    ? [outer.table, rest.join('/'), [first]]
    : [context.table, lambda.path.segments.join('/'), []]
  if (name.includes('/')) {
    throw invalidFilter(
      `uses ${lambda.quantifier} behind a lookup, which Dataverse does not have`,
      'Query with fetchxml and link-entity.',
    )
  }
  const collection = await findCollection(table, name, context.metadata)
  if (!collection) throw unknownNavigation('unknown_collection', table, name)
  if (collection.name !== name) context.note(`"${shown(name)}" was read as ${collection.name}.`)
  const path: Path = { kind: 'path', segments: [...prefix, collection.name] }
  if (!lambda.body) return { ...lambda, path }
  const variable = { name: lambda.body.variable, table: await tableBehind(context.metadata, collection) }
  const inner = { ...context, variables: [...context.variables, variable] }
  return { ...lambda, path, body: { variable: variable.name, filter: await resolve(lambda.body.filter, inner) } }
}

async function resolveFlag(path: Path, context: Context): Promise<Filter> {
  const target = await resolvePath(path, context)
  if (target.column.type === 'Boolean') return compare(target.path, 'eq', { kind: 'boolean', value: true })
  const name = nameOf(target)
  throw invalidFilter(`holds ${name} without a condition`, `Compare it, e.g. ${name} ne null.`)
}
