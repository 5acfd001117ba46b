import type { Entity } from '../metadata/model.ts'

/** One template for all rows of an entity: the row's id column goes where its name stands in braces. */
export function recordLinkTemplate(dataverseUrl: string, entity: Pick<Entity, 'name' | 'idColumn'>): string {
  return `${dataverseUrl}/main.aspx?pagetype=entityrecord&etn=${entity.name}&id={${entity.idColumn}}`
}

/** Opens one record in Dynamics 365. */
export function recordLink(dataverseUrl: string, entity: Pick<Entity, 'name'>, id: string): string {
  return `${dataverseUrl}/main.aspx?pagetype=entityrecord&etn=${entity.name}&id=${id}`
}
