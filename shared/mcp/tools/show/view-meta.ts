import type { AnsweredAnalysis, RowsBehind } from '../../../reports/analysis/behind/rows-behind.ts'
import { rowsBehind } from '../../../reports/analysis/behind/rows-behind.ts'
import type { Metadata } from '../../../dataverse/metadata/model.ts'
import { usualColumns } from '../../../dataverse/metadata/usual-columns.ts'
import type { FetchAsked } from '../../../reports/definition.ts'
import { ANSWER_META } from '../../app/answers/answer-meta.ts'

/** Bytes of what a result holds for its view alone. */
const MOST_BYTES = 32_000

type Members = Readonly<Record<string, unknown>>

/**
 * What only the view reads: the rows behind each figure as calls of `query_crm`, which it asks the host to make as the
 * same person. They name what the answer shows, by the ids that stand beside its labels there.
 * @param rows how many of the answer fitted
 */
export function behindMeta(answered: AnsweredAnalysis, rows: number, columns: ReadonlyMap<string, string>): Members {
  const keys = answered.keys.slice(0, rows)
  const { rows: asked, where } = rowsBehind({ ...answered, keys })
  const others = keys.indexOf(undefined)
  return behindOf({ rows: asked, where, columns }, others < 0 ? undefined : others)
}

type Behind = Pick<RowsBehind, 'where'> & {
  readonly rows: readonly (RowsBehind['rows'][number] | FetchAsked)[]
  /** Those to list, with what they are called. */
  readonly columns: ReadonlyMap<string, string>
}

/** @param others the row of all groups that are not shown */
export function behindOf({ rows, where, columns }: Behind, others?: number): Members {
  const behind = {
    tool: 'query_crm',
    rows,
    ...(Object.keys(where).length > 0 && { where }),
    ...(columns.size > 0 && { columns: Object.fromEntries(columns) }),
    ...(others !== undefined && { others }),
  }
  const fits = Buffer.byteLength(JSON.stringify(behind)) <= MOST_BYTES
  return { [ANSWER_META.behind]: fits ? behind : { tool: 'query_crm', rows: [], left: true } }
}

/** The columns of a list that nobody chose, which are those that `query_crm` would choose, with what they are called. */
export async function listedColumns(entity: string, metadata: Metadata): Promise<Map<string, string>> {
  const table = await metadata.table(await metadata.entity(entity))
  const named = usualColumns(table).flatMap((name) => {
    const { label, hiding } = table.byName.get(name) ?? {}
    return hiding === undefined ? [[name, label ?? name] as const] : []
  })
  return new Map(named)
}

/** What columns are called, where a name is known. */
export function titlesMeta(titles: ReadonlyMap<string, string>): Members {
  return titles.size === 0 ? {} : { [ANSWER_META.titles]: Object.fromEntries(titles) }
}

/** The call that gives further entries of a timeline. */
export function askedMeta(tool: string, args: Members): Members {
  const asked = { [ANSWER_META.asked]: { tool, arguments: args } }
  return Buffer.byteLength(JSON.stringify(asked)) <= MOST_BYTES ? asked : {}
}
