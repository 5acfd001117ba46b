import * as z from 'zod'
import type { Entity } from '../../dataverse/metadata/model.ts'
import type { WebApi } from '../../dataverse/web-api/web-api.ts'
import type { ReportResult } from '../definition.ts'
import type { RunReportDeps } from '../run/report-deps.ts'
import { listNamed } from '../views/list-named.ts'
import { isNamed, pickNamed, type Kind, type Named } from '../views/pick-named.ts'
import { isText, readSaved, type Saved, type SavedTables } from '../views/read-saved.ts'
import { SAVED_CHARTS } from './slug.ts'

/** A chart that somebody saved in Dynamics 365: what it asks, and how it is drawn, each as XML. */
export type SavedChart = Named & { readonly entity: string; readonly data: string; readonly presentation: string }

const CHART: Kind = {
  noun: 'saved chart',
  argument: 'chart',
  listed: SAVED_CHARTS,
  codes: { unknown: 'unknown_chart', ambiguous: 'ambiguous_chart' },
}
const CHARTS: SavedTables = {
  own: { set: 'userqueryvisualizations', id: 'userqueryvisualizationid' },
  everybody: { set: 'savedqueryvisualizations', id: 'savedqueryvisualizationid' },
}
const TABLE = 'primaryentitytypecode'
const NAMES = ['name', TABLE]
const WHOLE = [...NAMES, 'datadescription', 'presentationdescription']
const Text = z.string().nullish()
const Chart = z.object({
  name: z.string(),
  [TABLE]: z.string(),
  datadescription: Text,
  presentationdescription: Text,
})

/** The charts that match a filter and that the person may read; own ones first. One request. */
export async function readCharts(api: WebApi, filter: string): Promise<readonly SavedChart[]> {
  return (await readSaved(api, CHARTS, { schema: Chart, columns: WHOLE, filter })).map(toChart)
}

/**
 * The one chart of that name (any case) or id that the person may read; one request.
 * @throws QueryError `unknown_chart` with the nearest names, `ambiguous_chart` with the choices
 */
export async function findChart(api: WebApi, wanted: string, entity: Entity | undefined): Promise<SavedChart> {
  const of = entity && isText(TABLE, entity.name)
  const found = await readCharts(api, of === undefined ? isNamed(wanted) : `${isNamed(wanted)} and ${of}`)
  return await pickNamed(found, { wanted, entity, kind: CHART, others: async () => await readNames(api, of) })
}

/**
 * The saved charts of a table, or of the usual ones, that the person may run: their own first. One request.
 * @throws QueryError `unknown_entity`; DataverseError
 */
export async function listCharts(named: string | undefined, deps: RunReportDeps): Promise<ReportResult> {
  const read = async (filter: string | undefined) => await readNames(deps.dataverse, filter)
  return await listNamed({ kind: CHART, title: 'Chart', plural: 'Saved charts', tableColumn: TABLE, read }, named, deps)
}

async function readNames(api: WebApi, filter: string | undefined): Promise<readonly Named[]> {
  return (await readSaved(api, CHARTS, { schema: Chart, columns: NAMES, filter })).map(toChart)
}

function toChart({ id, isOwn, row }: Saved<z.output<typeof Chart>>): SavedChart {
  const { name, datadescription, presentationdescription } = row
  return {
    id,
    isOwn,
    name,
    entity: row[TABLE],
    data: datadescription ?? '',
    presentation: presentationdescription ?? '',
  }
}
