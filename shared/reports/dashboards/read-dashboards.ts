import * as z from 'zod'
import type { WebApi } from '../../dataverse/web-api/web-api.ts'
import type { ReportResult } from '../definition.ts'
import type { RunReportDeps } from '../run/report-deps.ts'
import { listNamed } from '../views/list-named.ts'
import { isNamed, pickNamed, type Kind, type Named } from '../views/pick-named.ts'
import { readSaved, type Saved, type SavedTables } from '../views/read-saved.ts'
import { DASHBOARDS } from './slug.ts'

export type Dashboard = Named & { readonly formxml: string; readonly isPowerBi: boolean }

/** Values of `systemform.type` and `userform.type`. */
const ORDINARY = 0
const INTERACTIVE = 10
const POWER_BI = 103

const DASHBOARD: Kind = {
  noun: 'dashboard',
  argument: 'dashboard',
  listed: DASHBOARDS,
  codes: { unknown: 'unknown_dashboard', ambiguous: 'ambiguous_dashboard' },
}
const TABLES: SavedTables = {
  own: { set: 'userforms', id: 'userformid', rule: `(type eq ${ORDINARY} or type eq ${POWER_BI})` },
  everybody: {
    set: 'systemforms',
    id: 'formid',
    rule: `(type eq ${ORDINARY} or type eq ${INTERACTIVE} or type eq ${POWER_BI}) and formactivationstate eq 1`,
  },
}
const NAMES = ['name', 'type']
const Row = z.object({ name: z.string().nullish(), type: z.int().nullish(), formxml: z.string().nullish() })

/**
 * The one dashboard of that name (any case) or id that the person may read; one request.
 * @throws QueryError `unknown_dashboard` with the nearest names, `ambiguous_dashboard` with the choices
 */
export async function findDashboard(api: WebApi, wanted: string): Promise<Dashboard> {
  const columns = [...NAMES, 'formxml']
  const found = (await readSaved(api, TABLES, { schema: Row, columns, filter: isNamed(wanted) })).map(toDashboard)
  return await pickNamed(found, { wanted, kind: DASHBOARD, others: async () => await readNames(api) })
}

/** The dashboards that the person may open: their own first. One request. @throws DataverseError */
export async function listDashboards(deps: RunReportDeps): Promise<ReportResult> {
  const read = async (): Promise<readonly Named[]> => await readNames(deps.dataverse)
  return await listNamed({ kind: DASHBOARD, title: 'Dashboard', plural: 'Dashboards', read }, undefined, deps)
}

async function readNames(api: WebApi): Promise<readonly Named[]> {
  return (await readSaved(api, TABLES, { schema: Row, columns: NAMES })).map(toDashboard)
}

function toDashboard({ id, isOwn, row }: Saved<z.output<typeof Row>>): Dashboard {
  return { id, isOwn, name: row.name ?? '', formxml: row.formxml ?? '', isPowerBi: row.type === POWER_BI }
}
