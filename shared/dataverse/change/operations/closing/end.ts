import type { Option, Table } from '../../../metadata/model.ts'
import type { ChangeArguments, Plan, PlannedChange, Problem } from '../../model.ts'
import type { ChangeContext } from '../../operation.ts'
import type { Argument, Given } from '../given-arguments.ts'
import { previewAgain } from '../../plan/body.ts'
import { closedProblem, labelIn, REASON, STATE } from './closable.ts'
import { CLOSINGS, type ClosingName } from './closings.ts'
import { findReason, isProblem, reasonName, reasonsOf } from './reason.ts'
import { RESULT } from './result.ts'
import type { Target } from './target.ts'

export const STATUS: Argument = { name: 'status', column: REASON, also: ['reason', 'status reason'] }

/** Actions take no `If-Match`. */
export const WINDOW =
  'Dynamics 365 is not told which version of the record is meant: it is read again right before, and what somebody changes in the moment between is not noticed.'

export async function tableNamed(name: string, { metadata }: ChangeContext): Promise<Table> {
  return await metadata.table(await metadata.entity(name))
}

/** The status reason that the arguments of a call name. @throws QueryError `preview_again` where there is none now */
export async function reasonIn(
  { changes }: ChangeArguments,
  result: ClosingName,
  table: Table,
  context: ChangeContext,
): Promise<Option> {
  const column = table.byName.get(REASON)
  const named = changes.find((one) => one.column === STATUS.name)
  if (!column || !named) throw previewAgain()
  const reason = findReason(named, reasonsOf(column, CLOSINGS[result].state, await context.writable(table)))
  if (isProblem(reason)) throw previewAgain()
  return reason
}

export type End = { readonly changes: readonly PlannedChange[]; readonly problems: readonly Problem[] }

/** The state and the status reason that a row gets, and what is in the way of them. */
export async function endOf(
  result: ClosingName | undefined,
  { values }: Given,
  { table, writable, current }: Target,
  context: ChangeContext,
): Promise<End> {
  const column = table.byName.get(REASON)
  const row = current?.row
  if (!result || !column) return { changes: [], problems: [] }
  const asked = values.get(STATUS.name)
  const { state } = CLOSINGS[result]
  const open = reasonsOf(column, state, writable)
  const wanted = asked && findReason(asked, open)
  const known = wanted && !isProblem(wanted) ? wanted : undefined
  const closed = row && (await closedProblem(result, known, row, table, context))
  if (closed) return { changes: [], problems: [closed] }
  const reasons = row ? reasonsOf(column, state, writable, Number(row[REASON])) : open
  const found = findReason(asked, reasons)
  const from = (name: string) => row && { from: labelIn(row, name, table) }
  const first = { column: RESULT.name, label: table.byName.get(STATE)?.label ?? STATE, ...from(STATE), to: result }
  if (isProblem(found)) return { changes: [first], problems: [found] }
  const label = column.label ?? REASON
  const second = { column: STATUS.name, label, ...from(REASON), to: reasonName(reasons, found) }
  return { changes: [first, second], problems: [] }
}

/** The arguments of a call about a row. */
export function argumentsOf({ table, id, name }: Target, changes: readonly PlannedChange[]): ChangeArguments {
  const row = { ...(id !== undefined && { id }), ...(name !== undefined && { name }) }
  return { entity: table.entity.name, ...row, changes }
}

/** The tag that a row had when it was read; whether it still has it is looked up right before the write. */
export function etagOf({ current }: Target): Pick<Plan, 'etag'> {
  const etag = current?.row['@odata.etag']
  return typeof etag === 'string' ? { etag } : {}
}

/** One sentence: what, of which row, as whom. */
export async function summaryOf(what: string, { table, name }: Target, { metadata }: ChangeContext): Promise<string> {
  const { entity } = table
  const called = name === undefined ? '' : ` ${JSON.stringify(name)}`
  return `${what} the ${(entity.label ?? entity.name).toLowerCase()}${called} as ${(await metadata.person()).name}.`
}
