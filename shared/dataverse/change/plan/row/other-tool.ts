import type { Entity } from '../../../metadata/model.ts'
import { findOption } from '../../../query/resolve/values/find-option.ts'
import type { AskedChange, Problem } from '../../model.ts'
import { CLOSING_NAMES, CLOSING_ROWS, CLOSINGS, type ClosingName } from '../../operations/closing/closings.ts'
import type { PlannedValue } from '../plan-values.ts'

/**
 * Of a value that closes a record: the call that does it, as a column that is set would leave out what belongs to it. The
 * values beside it come first, as a closed record takes none.
 */
export function otherToolProblems(entity: Entity, id: string, values: readonly PlannedValue[]): readonly Problem[] {
  const closing = new Map(
    values.flatMap((value) => {
      const result = resultOf(entity, value)
      return result === undefined ? [] : [[value, result] as const]
    }),
  )
  const beside = values.filter((value) => !closing.has(value))
  const first = beside.length === 0 ? '' : besideFirst(entity, id, beside)
  const told = new Set<string>()
  return [...closing].flatMap(([{ change, written }, result]): Problem[] => {
    if (told.has(result)) return []
    told.add(result)
    const reason = [...closing].find(([one, of]) => of === result && one.column.name === 'statuscode')?.[0].change.to
    const changes = [
      { column: 'result', to: result },
      ...(reason === undefined ? [] : [{ column: 'status', to: reason }]),
    ]
    const { tool } = CLOSINGS[result]
    const call = JSON.stringify({ operation: tool, entity: entity.name, id, changes })
    const text = `${change.label} ${change.to} is no value to set: it comes of ${tool}.`
    return [{ code: 'use_other_tool', column: written, text, nextStep: `${first}Call preview_change with ${call}` }]
  })
}

/** What a value closes a record as. */
function resultOf({ name }: Entity, { column, change }: PlannedValue): ClosingName | undefined {
  const option = findOption(column, String(change.to))
  const state = { statecode: option?.value, statuscode: option?.state }[column.name]
  return CLOSING_NAMES.find((one) => CLOSINGS[one].entity === name && CLOSINGS[one].state === state)
}

/** Longer texts are named, and not printed again. */
const MOST_CHARACTERS = 1_000

function besideFirst({ name }: Entity, id: string, beside: readonly PlannedValue[]): string {
  const changes = beside.map(({ change: { column, to, id: row, entity } }) => ({ column, to: row ?? to, entity }))
  const call = JSON.stringify({ entity: name, id, changes })
  const named = beside.map(({ written }) => written).join(', ')
  const what = call.length > MOST_CHARACTERS ? `the same entity and id, and of changes ${named} alone` : call
  return `First change the rest, as a closed record takes no change: call preview_change with ${what}, and send what it gives. Then: `
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
