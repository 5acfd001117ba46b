import type { Entity } from '../../../metadata/model.ts'
import { findOption } from '../../../query/resolve/values/find-option.ts'
import type { AskedChange, Problem } from '../../model.ts'
import { CLOSING_ROWS, CLOSINGS } from '../../operations/closing/closings.ts'
import type { PlannedValue } from '../plan-values.ts'

/** Of a value that closes a record: the call that does it, as a column that is set would leave out what belongs to it. */
export function otherToolProblems(entity: Entity, id: string, values: readonly PlannedValue[]): readonly Problem[] {
  return values.flatMap(({ column, change, written }): Problem[] => {
    const option = findOption(column, String(change.to))
    const state = { statecode: option?.value, statuscode: option?.state }[column.name]
    const found = Object.entries(CLOSINGS).find(([, one]) => one.entity === entity.name && one.state === state)
    if (!found) return []
    const [result, { tool }] = found
    const reason = column.name === 'statuscode' ? [{ column: 'status', to: change.to }] : []
    const changes = [{ column: 'result', to: result }, ...reason]
    const call = JSON.stringify({ operation: tool, entity: entity.name, id, changes })
    const text = `${change.label} ${change.to} is no value to set: it comes of ${tool}.`
    return [{ code: 'use_other_tool', column: written, text, nextStep: `Call preview_change with ${call}` }]
  })
}

/** Of a row that stands for the closing of another: the operation that closes it. */
export function closingRowProblems({ name }: Entity, asked: readonly AskedChange[]): readonly Problem[] {
  const closing = CLOSING_ROWS.get(name)
  if (!closing) return []
  const { tool, lookup } = closing
  const id = asked.find(({ column }) => column.trim().toLowerCase() === lookup)?.to
  const call = JSON.stringify({ operation: tool, id: typeof id === 'string' ? id : undefined })
  const text = `A row of ${name} closes nothing by itself: ${tool} makes it.`
  return [
    { code: 'use_other_tool', text, nextStep: `Call preview_change with ${call}, which asks for what is missing.` },
  ]
}
