import { QueryError } from '../../dataverse/errors.ts'
import type { Entity, Metadata } from '../../dataverse/metadata/model.ts'
import { withFreshNames } from '../../dataverse/metadata/cache/fresh-names.ts'
import { isoInZone, zoneOf } from '../../dataverse/local-time.ts'
import { KEPT_CODE } from '../../dataverse/hiding/refusals.ts'
import { resolveVisible, type Visible } from '../../dataverse/column-security/resolve-visible.ts'
import { parseFetch } from '../../dataverse/query/from-fetchxml/parse-fetch.ts'
import { plainAttribute, type Link, type Source } from '../../dataverse/query/model/query.ts'
import { returningSources } from '../../dataverse/query/model/walk.ts'
import type { ResolvedQuery } from '../../dataverse/query/resolve/resolved-query.ts'
import { clockOf } from '../../dataverse/query/resolve/values/clock.ts'
import { ended, invalidFetch } from '../../dataverse/query/say/refusals.ts'
import type { ReportResult } from '../definition.ts'
import { periodSentences } from '../run/period-sentences.ts'
import { resolveDepsOf, type RunReportDeps } from '../run/report-deps.ts'
import { findView } from '../views/find-view.ts'
import { shown } from '../views/pick-named.ts'
import { readDefaultView, type SavedView } from '../views/read-views.ts'
import { answerChart } from './answer-chart.ts'
import { readChartData, type ChartData } from './chart-data.ts'
import { inOrderOfTime } from './date-groups.ts'
import { overView } from './over-view.ts'
import { findChart, type SavedChart } from './read-charts.ts'

export type AskedChart = {
  /** Name or id. */
  readonly chart: string
  readonly entity?: string | undefined
  /** Name or id of a view of the same table; without it, the table's default one. */
  readonly view?: string | undefined
  /** Values of the axis at most. */
  readonly top?: number | undefined
}

export type ChartQuery = ResolvedQuery &
  Visible &
  Pick<ChartData, 'groups' | 'measures'> & { readonly said: readonly string[] }

/**
 * Runs a chart that was saved in Dynamics 365, the organization's or the person's own, over the rows of a view, as the
 * signed-in person: three requests once its table is known. Both queries are parsed and written anew, like a model's.
 * @throws QueryError `unknown_chart`, `ambiguous_chart`, `unsupported_chart`, `unknown_view`; DataverseError
 */
export async function runChart(asked: AskedChart, deps: RunReportDeps): Promise<ReportResult> {
  const { dataverse, metadata } = deps
  const [person, named] = await Promise.all([
    metadata.person(),
    asked.entity === undefined ? undefined : metadata.entity(asked.entity),
  ])
  const chart = await findChart(dataverse, asked.chart, named)
  const entity = await metadata.entity(chart.entity)
  const view =
    asked.view === undefined
      ? await readDefaultView(dataverse, entity.name)
      : await findView(dataverse, asked.view, entity)
  const query = await queryOf(chart, view, deps)
  const parameters = { chart: chart.name, ...(view && { view: view.name }) }
  deps.about?.({ entity: query.entity.name, queries: [query], parameters })
  const instant = deps.now()
  const zone = zoneOf(person.timeZone.name)
  const answer = await answerChart(query, chart, asked.top, deps)
  return {
    report: `chart:${chart.id}`,
    title: chart.name,
    asOf: isoInZone(instant, zone.iana),
    timeZone: zone.iana,
    parameters: {},
    ...answer,
    reading: [
      ...periodSentences([{ fetch: query.query }], clockOf(person, instant)),
      whichChart(chart, view, asked.view === undefined),
      ...answer.reading,
      ...query.said,
    ],
    notes: [
      ...query.interpreted,
      ...query.hidden,
      ...answer.notes,
      ...(zone.known ? [] : ['The time zone of the person is unknown: times are in UTC.']),
    ],
  }
}

function whichChart({ isOwn, entity }: SavedChart, view: SavedView | undefined, isDefault: boolean): string {
  const chart = `${isOwn ? 'A personal' : 'An organization’s'} saved chart of ${entity}`
  if (!view) return `${chart}, over all rows: the table has no default view that the person may read.`
  return `${chart}, over ${isDefault ? 'its default' : 'the'} view "${shown(view.name)}".`
}

async function queryOf(chart: SavedChart, view: SavedView | undefined, deps: RunReportDeps): Promise<ChartQuery> {
  try {
    return await withFreshNames(deps.metadata, async (metadata) => {
      const data = readChartData(chart.data)
      const { byName } = await metadata.entities()
      if (data.query.entity.name.trim().toLowerCase() !== chart.entity)
        throw invalidFetch('its query is of another table', 'Mend it in Dynamics 365.')
      const { query, said, interpreted } = joined(withName(data, await metadata.entity(chart.entity)), view, byName)
      const resolved = await resolveVisible(query, { ...resolveDepsOf(deps), metadata })
      const isWritten = returningSources<Source | Link>(query.entity).some(({ orders }) => orders.length > 0)
      const ordered = resolved.query.aggregate ? inOrderOfTime(resolved.query, data.groups, isWritten) : resolved.query
      const all = new Set([...data.interpreted, ...interpreted, ...resolved.interpreted])
      return { ...resolved, query: ordered, interpreted: [...all], said, groups: data.groups, measures: data.measures }
    })
  } catch (error) {
    throw error instanceof QueryError ? refused(chart, error) : error
  }
}

type Joined = Pick<ReturnType<typeof overView>, 'query' | 'said'> & { readonly interpreted: readonly string[] }

function joined(
  chart: ChartData['query'],
  view: SavedView | undefined,
  byName: Awaited<ReturnType<Metadata['entities']>>['byName'],
): Joined {
  if (!view) return { query: chart, said: [], interpreted: [] }
  const { fetch, interpreted } = parseFetch(view.fetchxml)
  if (fetch.aggregate) throw invalidFetch('its view is one of totals', 'Run it over another view.')
  const isKey = (table: string, column: string): boolean =>
    byName.get(table.trim().toLowerCase())?.idColumn === column.trim().toLowerCase()
  return { ...overView(chart, fetch, isKey), interpreted }
}

/** A mark for each row has to say which row it is. */
function withName({ query, measures, groups }: ChartData, { nameColumn }: Entity): ChartData['query'] {
  const { attributes, links } = query.entity
  const isBare = attributes.every(({ name, alias = name }) => measures.includes(alias.toLowerCase()))
  if (groups.length > 0 || query.aggregate || nameColumn === undefined || !isBare || links.length > 0) return query
  return { ...query, entity: { ...query.entity, attributes: [plainAttribute(nameColumn), ...attributes] } }
}

function refused({ name, entity }: SavedChart, { code, message }: QueryError): QueryError {
  const isHidden = code === KEPT_CODE || code === 'hidden_column'
  return new QueryError(
    isHidden ? code : 'unsupported_chart',
    `The saved chart "${shown(name)}" cannot be run here: ${ended(message)}`,
    `Ask for other figures of ${entity} with analyze, or open the chart in Dynamics 365.`,
  )
}
