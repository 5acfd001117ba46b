import * as z from 'zod'
import type { Entity } from '../../metadata/model.ts'
import { Row } from '../../rows/rows.ts'
import type { Read } from '../../web-api/web-api.ts'
import { withOptions } from '../../web-api/url.ts'

/** Changes looked through of one record, the newest. */
export const MOST_CHANGES = 100
const FORMATTED = '@OData.Community.Display.V1.FormattedValue'

const Detail = z.object({ AuditRecord: Row.nullish(), OldValue: Row.nullish(), NewValue: Row.nullish() })
type Detail = z.output<typeof Detail>
const History = z.object({
  AuditDetailCollection: z.object({ MoreRecords: z.boolean().nullish(), AuditDetails: z.array(Detail) }),
})
export type History = z.output<typeof History>

/** One record whose history is asked for. */
export type Audited = {
  readonly entity: Entity
  readonly id: string
  /** Of a record that belongs to the one that is asked about. */
  readonly name?: string
}

/**
 * What became of a record, newest first.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/auditing/retrieve-audit-data
 */
export function historyRead({ entity, id }: Audited): Read<History> {
  const path = 'RetrieveRecordChangeHistory(Target=@target,PagingInfo=@paging)'
  const target = JSON.stringify({ '@odata.id': `${entity.entitySet}(${id})` })
  const paging = JSON.stringify({ PageNumber: 1, Count: MOST_CHANGES })
  return { path: withOptions(path, { '@target': target, '@paging': paging }), schema: History }
}

/** That something of a record was changed: both rows hold what is not empty, under the names that reads of it have. */
export type Change = {
  readonly of: Audited
  /** Epoch milliseconds; not a number where it came without: Microsoft's page has it that a release may leave that out. */
  readonly at: number
  readonly id: string
  /** What Dynamics 365 calls it: Update, Assign. */
  readonly action?: string
  readonly by?: string
  /** Of a record that was made nothing was before. */
  readonly isCreate: boolean
  readonly before: Row
  readonly after: Row
}

export type FoundHistory = {
  readonly changes: readonly Change[]
  readonly isCut: boolean
}

const CREATE = 1

export function foundHistory(of: Audited, { AuditDetailCollection: found }: History): FoundHistory {
  // One without values tells of auditing itself, or of shares: of no column.
  const details = found.AuditDetails.filter(({ OldValue, NewValue }) => OldValue ?? NewValue)
  return { changes: details.map((detail) => changeOf(of, detail)), isCut: found.MoreRecords === true }
}

function changeOf(of: Audited, { AuditRecord, OldValue, NewValue }: Detail): Change {
  const record = AuditRecord ?? {}
  const [action, by] = [record[`action${FORMATTED}`], record[`_userid_value${FORMATTED}`]]
  return {
    of,
    at: Date.parse(String(record['createdon'])),
    id: String(record['auditid']),
    ...(typeof action === 'string' && { action }),
    ...(typeof by === 'string' && { by }),
    isCreate: record['action'] === CREATE,
    before: OldValue ?? {},
    after: NewValue ?? {},
  }
}
