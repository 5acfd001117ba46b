import { isoInZone, zoneOf } from '../../dataverse/local-time.ts'
import { USUAL_ENTITIES } from '../../dataverse/metadata/usual-entities.ts'
import type { ReportColumn, ReportResult } from '../definition.ts'
import type { RunReportDeps } from '../run/report-deps.ts'
import type { Kind, Named } from './pick-named.ts'
import { isText } from './read-saved.ts'

type Listed = {
  readonly kind: Kind
  /** Of the first column. */
  readonly title: string
  /** Of all of them, e.g. `Saved views`. */
  readonly plural: string
  /** The column that says of which table one is; absent where it is of none. */
  readonly tableColumn?: string
  readonly read: (filter: string | undefined) => Promise<readonly Named[]>
}

/**
 * What is saved for a table, or for the usual ones, and that the person may run: their own first. One request.
 * @throws QueryError `unknown_entity`; DataverseError
 */
export async function listNamed(
  { kind, title, plural, tableColumn, read }: Listed,
  named: string | undefined,
  { metadata, about, now }: RunReportDeps,
): Promise<ReportResult> {
  const [person, entity] = await Promise.all([
    metadata.person(),
    named === undefined ? undefined : metadata.entity(named),
  ])
  if (entity) about?.({ entity: entity.name })
  const tables = entity ? [entity.name] : USUAL_ENTITIES
  const of = tableColumn && tables.map((table) => isText(tableColumn, table)).join(' or ')
  const found = await read(of)
  const zone = zoneOf(person.timeZone.name)
  return {
    report: kind.listed,
    title: entity ? `${plural} of ${entity.name}` : plural,
    asOf: isoInZone(now(), zone.iana),
    timeZone: zone.iana,
    parameters: {},
    columns: columnsOf(title, of !== undefined),
    totals: [],
    rows: found.map(({ id, name, entity: table, isOwn }) => ({
      name,
      ...(table !== undefined && { entity: table }),
      whose: isOwn ? 'own' : 'everybody',
      id,
    })),
    records: [],
    more: false,
    picture: { kind: 'table' },
    reading: [`Run one with ${kind.argument}: its name, or its id where several have that name.`],
    notes:
      entity || of === undefined
        ? []
        : [
            `Only ${plural.toLowerCase().replace('saved ', '')} of the usual tables are listed: name an entity for those of another.`,
          ],
  }
}

function columnsOf(title: string, areOfTables: boolean): readonly ReportColumn[] {
  return [
    { key: 'name', title, kind: 'text' },
    ...(areOfTables ? [{ key: 'entity', title: 'Table', kind: 'text' } as const] : []),
    { key: 'whose', title: 'Whose', kind: 'text' },
    { key: 'id', title: 'Id', kind: 'text' },
  ]
}
