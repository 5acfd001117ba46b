import { isDeepStrictEqual } from 'node:util'
import { guardedPlans } from '../../../dataverse/column-security/guard-plans.ts'
import { guardedQuery } from '../../../dataverse/column-security/resolve-visible.ts'
import { QueryError } from '../../../dataverse/errors.ts'
import type { Cursor } from '../../../dataverse/rows/cursor.ts'
import { topOf } from '../../fitting/row-window.ts'
import type { ToolContext } from '../../tool/tool.ts'
import { countingOf } from './counting.ts'
import type { Listing } from './read-list.ts'
import type { QueryArguments } from './query-crm.ts'
import { startQuery } from './start-query.ts'

/**
 * The next rows of the query that a cursor holds. Models repeat the whole call beside it: that is taken where it is
 * the same query, and another one is refused, as its rows would not come.
 * @throws QueryError `invalid_cursor`
 */
export async function goOn(cursor: string, args: QueryArguments, context: ToolContext): Promise<Listing> {
  const at = await context.cursors.open(cursor)
  const entity = await context.metadata.entity(at.query.entity.name)
  context.about({ entity: entity.name })
  if (args.entity !== undefined && (await context.metadata.entity(args.entity)).name !== entity.name) {
    throw refused(`belongs to the entity ${entity.name}, not to ${args.entity.slice(0, 100).toWellFormed()}`)
  }
  const others = await otherThan(at, args, context)
  if (others.length > 0) throw refused(`goes on with a query of other ${others.join(', ')}`)
  // What the person might see when the cursor was made may be hidden now.
  const { query, hidden } = await guardedQuery(at.query, context.metadata)
  const { plans: expansions, hidden: kept } = await guardedPlans(at.expansions, entity, context.metadata)
  context.about({ queries: [{ query, expansions }] })
  const { count, notes, countAll } = countingOf(args.count || at.count, query, entity, context)
  const listing = {
    entity,
    at: { ...at, query, expansions, count, ids: args.ids || at.ids },
    interpreted: [],
    notes: [...hidden, ...kept, ...notes],
  }
  return countAll ? { ...listing, countAll } : listing
}

const OF_QUERIES = ['select', 'filter', 'orderby', 'expand', 'fetchxml'] as const

/** Names of the arguments that do not say what the cursor's query says. */
async function otherThan(at: Cursor, args: QueryArguments, context: ToolContext): Promise<string[]> {
  const { entity, fetchxml, top } = args
  const names = OF_QUERIES.filter((name) => args[name] !== undefined)
  if (names.length === 0) return top === undefined || top === topOf(at) ? [] : ['top']
  const all = [...names, ...(top === undefined ? [] : ['top'])]
  if (entity === undefined && fetchxml === undefined) return all
  const { at: asked } = await startQuery(args, context)
  const isOfOneSize = top === undefined || topOf(asked) === topOf(at)
  return isOfOneSize && (await isSame(asked, at, context)) ? [] : all
}

/** A cursor holds a query as text, so both are compared as they come out of it. */
async function isSame(asked: Cursor, at: Cursor, { cursors }: ToolContext): Promise<boolean> {
  const { query, expansions } = await cursors.open(await cursors.seal(asked))
  return isDeepStrictEqual([query, expansions], [at.query, at.expansions])
}

function refused(what: string): QueryError {
  return new QueryError(
    'invalid_cursor',
    `The cursor ${what}.`,
    'Pass the cursor alone, {"cursor":"…"}, for the next rows of its query; leave it out to start another query.',
  )
}
