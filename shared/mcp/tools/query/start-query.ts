import { resolveVisible } from '../../../dataverse/column-security/resolve-visible.ts'
import { withFreshNames } from '../../../dataverse/metadata/cache/fresh-names.ts'
import { QueryError } from '../../../dataverse/errors.ts'
import type { Table } from '../../../dataverse/metadata/model.ts'
import { parseFetch } from '../../../dataverse/query/from-fetchxml/parse-fetch.ts'
import { readOptions } from '../../../dataverse/query/from-odata/read-options.ts'
import type { Query } from '../../../dataverse/query/model/query.ts'
import { findColumn } from '../../../dataverse/query/resolve/names/find-column.ts'
import type { ResolvedQuery } from '../../../dataverse/query/resolve/resolved-query.ts'
import { collectNotes } from '../../../dataverse/query/say/notes.ts'
import { explainBareTerm } from '../../../dataverse/query/terms/bare-term.ts'
import { firstPage } from '../../../dataverse/query/to-wire/first-page.ts'
import { planOf } from '../../../dataverse/rows/expansion-plan.ts'
import { sizedPage } from '../../fitting/expected-rows.ts'
import type { ToolContext } from '../../tool/tool.ts'
import { countingOf } from './counting.ts'
import { MOST_IDS, type Listing } from './read-list.ts'
import type { QueryArguments } from './query-crm.ts'
import { resolveDeps } from './resolve-deps.ts'
import { teamRowsOf } from './team-rows.ts'

type Written = { readonly query: Query; readonly interpreted: readonly string[] }

/** The first page of a query in whichever language it was asked; no string of the model's is sent as it came. */
export async function startQuery(args: QueryArguments, context: ToolContext): Promise<Listing> {
  const { entity: named, fetchxml } = args
  const isXml = fetchxml !== undefined
  if (named !== undefined && !isXml) context.about({ entity: (await context.metadata.entity(named)).name })
  const written = isXml ? fromXml(fetchxml, args) : await inTerms(args, context)
  const deps = resolveDeps(context, isXml ? 'fetchxml' : 'odata')
  const resolved = await withFreshNames(context.metadata, (metadata) =>
    resolveVisible(written.query, { ...deps, metadata }),
  )
  const { query, entity, expansions } = resolved
  const plans = expansions.map(planOf)
  context.about({ entity: entity.name, queries: [{ query, expansions: plans }] })
  const { defaultTop: usual, maxTop: most } = context.limits
  const { page, count: pageSize } = firstPage(query, { top: args.top, usual, most })
  const ids = args.ids || asksForIds(written.query, resolved.table)
  const { count, notes, countAll } = countingOf(args.count || query.returnTotal, query, entity, context)
  const at = { query, expansions: plans, page, pageSize, skip: 0, count, ids }
  const beside = page === 1 ? await teamRowsOf(resolved, deps.notation, context) : undefined
  const said = [...written.interpreted, ...resolved.interpreted]
  return {
    entity,
    at: await sizedPage(at, resolved.columns, context, ids || pageSize <= MOST_IDS ? 1 : MOST_IDS + 1),
    interpreted: [...new Set([...said, ...(isXml ? await otherEntity(named, resolved, context) : [])])],
    notes: [...(isXml || resolved.asked !== 'nothing' ? [] : [chosenNote(resolved)]), ...resolved.hidden, ...notes],
    ...(countAll && { countAll }),
    isCutByCaller: args.top !== undefined || query.top !== undefined || query.count !== undefined,
    ...(beside && { beside }),
  }
}

/** Whoever names the id among the columns wants it of each row. */
function asksForIds({ entity: { attributes } }: Query, table: Table): boolean {
  return attributes.some(({ name }) => findColumn(table, name.trim())?.name === table.entity.idColumn)
}

/** @throws QueryError what is no query, with the condition that a term's words were meant as */
async function inTerms(args: QueryArguments, { metadata }: ToolContext): Promise<Written> {
  try {
    return fromOptions(args)
  } catch (error) {
    throw await explainBareTerm(error, args, metadata)
  }
}

function fromOptions({ entity, select, filter, orderby, expand }: QueryArguments): Written {
  if (entity === undefined)
    throw new QueryError(
      'invalid_arguments',
      'Neither entity nor fetchxml was given.',
      'Name the entity, for example "opportunity".',
    )
  const { note, sentences } = collectNotes()
  const query = readOptions(entity, { select, filter, orderby, expand }, note)
  return { query, interpreted: sentences() }
}

/** Leaving one of the two out silently would answer another question than the one asked. */
function fromXml(xml: string, { select, filter, orderby, expand }: QueryArguments): Written {
  const given = Object.entries({ select, filter, orderby, expand }).filter(([, value]) => value !== undefined)
  if (given.length > 0) {
    const names = given.map(([name]) => name).join(', ')
    throw new QueryError(
      'invalid_arguments',
      `fetchxml says all of the query, so ${names} cannot be given beside it.`,
      `Put ${names} into the FetchXML, or leave fetchxml out.`,
    )
  }
  const { fetch, interpreted } = parseFetch(xml)
  return { query: fetch, interpreted }
}

async function otherEntity(named: string | undefined, query: ResolvedQuery, context: ToolContext): Promise<string[]> {
  if (named === undefined) return []
  const entity = await context.metadata.entity(named)
  return entity.name === query.entity.name ? [] : [`The entity of the FetchXML was used: ${query.entity.name}.`]
}

function chosenNote({ columns }: ResolvedQuery): string {
  return `No columns were asked for; these were chosen: ${columns.map(({ column }) => column.name).join(', ')}.`
}
