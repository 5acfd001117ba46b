import { USUAL_ENTITIES } from '../../dataverse/metadata/usual-entities.ts'
import type { ReportColumn, ReportResult } from '../definition.ts'
import { isoInZone, zoneOf } from '../../dataverse/local-time.ts'
import type { RunReportDeps } from '../run/report-deps.ts'
import { SAVED_VIEWS } from './find-view.ts'
import { isText, readViewNames } from './read-views.ts'

const COLUMNS: readonly ReportColumn[] = [
  { key: 'name', title: 'View', kind: 'text' },
  { key: 'entity', title: 'Table', kind: 'text' },
  { key: 'whose', title: 'Whose', kind: 'text' },
  { key: 'id', title: 'Id', kind: 'text' },
]

/**
 * The saved views of a table, or of the usual ones, that the person may run: their own first. One request.
 * @throws QueryError `unknown_entity`; DataverseError
 */
export async function listViews(named: string | undefined, deps: RunReportDeps): Promise<ReportResult> {
  const { dataverse, metadata, now } = deps
  const [person, entity] = await Promise.all([
    metadata.person(),
    named === undefined ? undefined : metadata.entity(named),
  ])
  if (entity) deps.about?.({ entity: entity.name })
  const tables = entity ? [entity.name] : USUAL_ENTITIES
  const views = await readViewNames(dataverse, tables.map((table) => isText('returnedtypecode', table)).join(' or '))
  const zone = zoneOf(person.timeZone.name)
  return {
    report: SAVED_VIEWS,
    title: entity ? `Saved views of ${entity.name}` : 'Saved views',
    asOf: isoInZone(now(), zone.iana),
    timeZone: zone.iana,
    parameters: {},
    columns: COLUMNS,
    totals: [],
    rows: views.map(({ id, name, entity: table, isOwn }) => ({
      name,
      entity: table,
      whose: isOwn ? 'own' : 'everybody',
      id,
    })),
    records: [],
    more: false,
    picture: { kind: 'table' },
    reading: ['Run one with view: its name, or its id where several have that name.'],
    notes: entity ? [] : ['Only views of the usual tables are listed: name an entity for those of another.'],
  }
}
