import { createFindings, seenBy } from '../../../../dataverse/column-security/findings.ts'
import type { Entity, EntityIndex, Table } from '../../../../dataverse/metadata/model.ts'
import { rolledUpRows } from '../../../../dataverse/records/belonging/activity-ways.ts'
import type { HeadPlace } from '../../../../dataverse/records/timeline/head-lists.ts'
import { ACTIVITIES, NOTES, wantedKinds, type WantedKinds } from '../../../../dataverse/records/timeline/kinds.ts'
import type { ToolContext } from '../../../tool/tool.ts'
import type { AskedTimeline } from '../asked/asked.ts'
import { auditOf, type Audit } from '../changes/histories.ts'

/** What is known before anything of a timeline is read. */
export type Stage = {
  readonly table: Table
  readonly index: EntityIndex
  readonly kinds: WantedKinds
  readonly place: HeadPlace
  /** Absent where changes are not wanted. */
  readonly audit?: Audit
  /** What of the columns that tell when is kept from the person or from models. */
  readonly kept: () => readonly string[]
}

export async function stageOf({ entity, id, kinds: words }: AskedTimeline, context: ToolContext): Promise<Stage> {
  const { metadata } = context
  const [table, index] = await Promise.all([metadata.table(entity), metadata.entities()])
  const kinds = wantedKinds(words)
  const related = rolledUpRows(table, id, index).map(({ through }) => through)
  const heads = [ACTIVITIES, NOTES].flatMap((name) => index.byName.get(name) ?? [])
  const [columns, audit] = await Promise.all([
    usableColumns(kinds.changes ? [...heads, ...related] : heads, context),
    kinds.changes ? auditOf(table, related, context) : undefined,
  ])
  const place = { table, id, index, isUsable: columns.isUsable }
  return { table, index, kinds, place, kept: columns.sentences, ...(audit && { audit }) }
}

/** What of these tables may be asked and shown: what an administrator masks can be neither. */
async function usableColumns(entities: readonly Entity[], { metadata }: ToolContext) {
  const tables = await metadata.tables(entities)
  const sight = await metadata.sight(tables)
  const findings = createFindings()
  const isUsable = (name: string, column: string): boolean => {
    const table = tables.find(({ entity }) => entity.name === name)
    const known = table?.byName.get(column) ?? table?.hidden?.get(column)
    if (!known) return false
    const seen = seenBy(sight, known)
    findings.add(`${column} of ${name}`, seen)
    return seen === 'shown' || seen === 'unsure'
  }
  return { isUsable, sentences: findings.sentences }
}
