import type { Entity, Table } from '../../metadata/model.ts'
import { DataverseError } from '../../errors.ts'
import { Row } from '../../rows/rows.ts'
import { withOptions } from '../../web-api/url.ts'
import type { ChangeContext } from '../operation.ts'

const NOT_FOUND = 404
const FORBIDDEN = 403
/** Who changed a row, and when: said where it is another than was previewed. */
const CHANGED = ['modifiedby', 'modifiedon']

export type ReadRow = { readonly entity: Entity; readonly id: string; readonly select: readonly string[] }

/** A row as it is, with its tag. @throws DataverseError, DataverseTokenRefused */
export async function readRow({ entity, id, select }: ReadRow, { dataverse, metadata }: ChangeContext): Promise<Row> {
  const who = changedColumns(await metadata.table(entity))
  const columns = [...new Set([entity.idColumn, ...select, ...who])].join(',')
  const place = `${entity.entitySet}(${encodeURIComponent(id)})`
  return await dataverse.get(withOptions(place, { $select: columns }), Row)
}

function changedColumns({ byName }: Table): string[] {
  return CHANGED.flatMap((name) => {
    const column = byName.get(name)
    return column?.readable && column.hiding === undefined ? [column.property] : []
  })
}

export function tagOf(row: Row): string | undefined {
  const tag = row['@odata.etag']
  return typeof tag === 'string' ? tag : undefined
}

export const isMissing = (error: unknown): boolean => hasStatus(error, NOT_FOUND)
/** It is there, and the person may not read it. */
export const isUnreadable = (error: unknown): boolean => hasStatus(error, FORBIDDEN)

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof DataverseError && error.status === status
}
