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
  return behindOf({ ...rowsBehind({ ...answered, keys }), columns })
}

type Behind = Omit<RowsBehind, 'rows'> & {
  readonly rows: readonly (RowsBehind['rows'][number] | FetchAsked)[]
  /** Those to list, with what they are called. */
  readonly columns: ReadonlyMap<string, string>
}

/** What does not fit is left out, and the view says so: the rows of a period before first. */
export function behindOf({ rows, before, ofBefore = [], where, columns }: Behind): Members {
  const said = { ...where, ...Object.fromEntries(ofBefore.map((name) => [name, null])) }
  const rest = { ...(columns.size > 0 && { columns: Object.fromEntries(columns) }) }
  const plain = { tool: 'query_crm', rows, ...(Object.keys(said).length > 0 && { where: said }), ...rest }
  const whole = before === undefined ? plain : { tool: 'query_crm', rows, before, ofBefore, where, ...rest }
  const fitting = [whole, plain].find((one) => Buffer.byteLength(JSON.stringify(one)) <= MOST_BYTES)
  return { [ANSWER_META.behind]: fitting ?? { tool: 'query_crm', rows: [], left: true } }
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
