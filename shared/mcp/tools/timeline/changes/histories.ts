import type { DataverseError } from '../../../../dataverse/errors.ts'
import { KEPT_CODE } from '../../../../dataverse/hiding/refusals.ts'
import type { Auditing, Entity, Sight, Table } from '../../../../dataverse/metadata/model.ts'
import {
  foundHistory,
  type Audited,
  type Change,
  type History,
} from '../../../../dataverse/records/timeline/history.ts'
import type { ReadResult } from '../../../../dataverse/web-api/web-api.ts'
import type { ToolContext } from '../../../tool/tool.ts'
import { changedColumns, type Changed } from './changed-columns.ts'

/** What there is to know of the tables whose changes are told. */
export type Audit = {
  readonly auditing: Auditing
  /** In the order of {@link Auditing.tables}: that of the record first. */
  readonly tables: readonly Table[]
  readonly sight: Sight
}

export type TellableChange = Change & { readonly columns: readonly Changed[] }

export type ReadHistories = {
  readonly changes: readonly TellableChange[]
  /** Records whose history came. */
  readonly read: readonly Audited[]
  /** Why the record's own did not. */
  readonly refused?: DataverseError
  /** Records that belong to it whose history did not come. */
  readonly missing: number
  readonly undated: number
  /** Records of which there are older changes than were looked through. */
  readonly cut: readonly Audited[]
}

export async function auditOf(table: Table, related: readonly Entity[], { metadata }: ToolContext): Promise<Audit> {
  const entities = [table.entity, ...related]
  const [auditing, tables] = await Promise.all([metadata.auditing(entities), metadata.tables(entities)])
  return { auditing, tables, sight: await metadata.sight(tables) }
}

type Answered = { readonly of: Audited; readonly answer: ReadResult<History> | undefined }

/** @param own the record itself */
export function foundHistories(own: Answered, related: readonly Answered[], audit: Audit, zone: string): ReadHistories {
  const answered = [own, ...related].flatMap(({ of, answer }) =>
    answer?.ok ? [{ of, found: foundHistory(of, answer.value) }] : [],
  )
  const refused = own.answer?.ok === false ? own.answer.error : undefined
  const told = answered.flatMap(({ found }) => found.changes.flatMap((one) => tellable(one, audit, zone)))
  const changes = told.filter(({ at }) => !Number.isNaN(at))
  return {
    changes,
    read: answered.map(({ of }) => of),
    ...(refused && { refused }),
    missing: related.filter(({ answer }) => answer?.ok !== true).length,
    undated: told.length - changes.length,
    cut: answered.flatMap(({ of, found }) => (found.isCut ? [of] : [])),
  }
}

/** That something was changed which nobody may see here is no news: it would tell that it was. */
function tellable(change: Change, { tables, sight }: Audit, zone: string): TellableChange[] {
  const table = tables.find(({ entity }) => entity.name === change.of.entity.name)
  if (!table) return []
  const columns = change.isCreate ? [] : changedColumns(change, { table, sight, zone })
  return change.isCreate || columns.length > 0 ? [{ ...change, columns }] : []
}

export function isKept(error: DataverseError): boolean {
  return error.code === KEPT_CODE
}
