import type { Entity } from '../../metadata/model.ts'
import type { Problem } from '../model.ts'
import type { PlannedValue } from './plan-values.ts'
import { findOption } from '../../query/resolve/values/find-option.ts'

/** States that a message of its own leads to: a column that is set would leave out what belongs to it. */
const CLOSING: ReadonlyMap<string, { readonly tool: string; readonly results: ReadonlyMap<number, string> }> = new Map([
  [
    'opportunity',
    {
      tool: 'close_opportunity',
      results: new Map([
        [1, 'won'],
        [2, 'lost'],
      ]),
    },
  ],
  ['incident', { tool: 'resolve_case', results: new Map([[1, '']]) }],
  ['lead', { tool: 'qualify_lead', results: new Map([[1, '']]) }],
])

/** Of a value that closes a record: the call that does it. */
export function otherToolProblems(entity: Entity, id: string, values: readonly PlannedValue[]): readonly Problem[] {
  const { tool, results } = CLOSING.get(entity.name) ?? {}
  return values.flatMap(({ column, change, written }): Problem[] => {
    const option = findOption(column, String(change.to))
    const state = { statecode: option?.value, statuscode: option?.state }[column.name]
    const result = state === undefined ? undefined : results?.get(state)
    if (tool === undefined || result === undefined) return []
    const changes = result === '' ? [] : [{ column: 'result', to: result }]
    const call = JSON.stringify({ operation: tool, entity: entity.name, id, changes })
    const text = `${change.label} ${change.to} is no value to set: it comes of ${tool}.`
    return [{ code: 'use_other_tool', column: written, text, nextStep: `Call preview_change with ${call}` }]
  })
}
