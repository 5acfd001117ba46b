import type { Entity } from '../metadata/model.ts'

type Row = Readonly<Record<string, unknown>>

/** The table of all activities: its rows are tasks, calls, mails, …, which is where they open and are fetched. */
const ACTIVITIES = 'activitypointer'
const KIND = 'activitytypecode'
/** A masked kind is none. */
const LOGICAL_NAME = /^\w+$/

/** Logical name of the table that a row opens in. */
export function kindOf(row: Row, entity: string): string {
  const kind = row[KIND]
  return entity === ACTIVITIES && typeof kind === 'string' && LOGICAL_NAME.test(kind) ? kind : entity
}

/**
 * One template for all rows of an entity: what a row has in a column goes where that column stands in braces.
 * @param columns logical names of those that the rows have
 */
export function recordLinkTemplate(
  dataverseUrl: string,
  { name, idColumn }: Pick<Entity, 'name' | 'idColumn'>,
  columns: readonly string[] = [],
): string {
  const kind = name === ACTIVITIES && columns.includes(KIND) ? `{${KIND}}` : name
  return `${dataverseUrl}/main.aspx?pagetype=entityrecord&etn=${kind}&id={${idColumn}}`
}

/** Opens one record in Dynamics 365. */
export function recordLink(dataverseUrl: string, entity: Pick<Entity, 'name'>, id: string): string {
  return `${dataverseUrl}/main.aspx?pagetype=entityrecord&etn=${entity.name}&id=${id}`
}
