import { DataverseError, QueryError } from '../../dataverse/errors.ts'
import type { WebApi } from '../../dataverse/web-api/web-api.ts'
import { readAllPages } from '../analysis/compute/read-pages.ts'
import type { ReportDefinition } from '../definition.ts'
import { canGroup, groupHere } from './group-rows.ts'
import type { Zone } from '../../dataverse/local-time.ts'
import type { ReportQuery } from '../run/report-query.ts'

export { canGroup }

export type AggregateHereDeps = {
  readonly dataverse: WebApi
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly deadline: number
  readonly zone: Zone
}

/**
 * Adds up here what Dataverse refuses to, above 50,000 rows: reads the rows themselves, page by page, with the columns
 * that are grouped and added up alone.
 * @throws QueryError `too_many_rows` when the deadline comes first
 */
export async function aggregateHere(
  query: Pick<ReportQuery, 'entity' | 'fetch'>,
  definition: Pick<ReportDefinition, 'parameters'>,
  deps: AggregateHereDeps,
): Promise<{ rows: Readonly<Record<string, unknown>>[]; read: number }> {
  const grouping = groupHere(query.fetch, deps.zone.iana)
  const wanted = { entity: query.entity, query: query.fetch, add: grouping.add }
  const [reading] = await readAllPages([wanted], deps).catch((error: unknown) => {
    throw error instanceof DataverseError && error.kind === 'timeout' ? tooMany(0, definition) : error
  })
  const { read, isPartial } = reading ?? { read: 0, isPartial: true }
  if (isPartial) throw tooMany(read, definition)
  return { rows: grouping.rows(), read }
}

function tooMany(read: number, { parameters }: Pick<ReportDefinition, 'parameters'>): QueryError {
  const owner = parameters.find(({ type }) => type === 'owner')?.name
  const mine = owner === undefined ? 'Ask' : `Run it with ${owner} "me", or ask`
  return new QueryError(
    'too_many_rows',
    `More than 50,000 rows would be added up, and there was no time to read them all: ${read} were read.`,
    `${mine} query_crm for the totals in parts, with aggregates filtered by owner or by date.`,
  )
}
