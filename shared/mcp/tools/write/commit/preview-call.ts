import * as z from 'zod'
import { QueryError } from '../../../../dataverse/errors.ts'
import type { WriteTool } from '../../../../dataverse/change/model.ts'
import type { RefusalCode } from '../../../../dataverse/refusal-codes.ts'

const text = z.string().optional().catch(undefined)
const Value = z.union([z.string(), z.number(), z.boolean(), z.null()])
const Asked = z.object({ column: z.string(), to: Value.optional(), id: text, entity: text })
const Passed = z
  .object({ entity: text, id: text, changes: z.array(Asked).catch([]).default([]) })
  .catch({ changes: [] })

const Members = z.record(z.string(), z.unknown()).catch({})

/** Of a call that is printed whole. */
const MOST_CHARACTERS = 3_000

/** The call that leads on: of a tool that writes what was passed to it is what is to be previewed. */
export function previewCall(tool: WriteTool, passed: unknown, more: { readonly acceptDuplicates?: true } = {}): string {
  const { entity, id, changes } = Passed.parse(passed)
  const asked = changes.map(({ column, to = null, id: row, entity: of }) => ({ column, to: row ?? to, entity: of }))
  const operation = tool === 'create_record' || tool === 'update_record' ? undefined : tool
  const given = asked.length > 0 ? asked : besideChanges(passed)
  // An operation knows its table.
  const table = entity ?? (operation === undefined ? '…' : undefined)
  const call = JSON.stringify({ operation, entity: table, id, changes: given.length > 0 ? given : [EXAMPLE], ...more })
  if (call.length > MOST_CHARACTERS)
    return `Call preview_change with the same entity, id and changes, of each its column, to and entity${more.acceptDuplicates ? ', and "acceptDuplicates":true' : ''}; then send its call exactly as given.`
  return `Call preview_change ${call}; then send its call exactly as given.`
}

const NO_CHANGE: ReadonlySet<string> = new Set(['entity', 'id', 'name', 'changes', 'change', 'operation'])

/** What was passed as an argument of its own, or by its name in `changes`. */
function besideChanges(passed: unknown): readonly { readonly column: string; readonly to: unknown }[] {
  const { changes, ...beside } = Members.parse(passed)
  return Object.entries({ ...Members.parse(changes), ...beside }).flatMap(([column, to]) => {
    const isChange = !NO_CHANGE.has(column) && Value.safeParse(to).success
    return isChange ? [{ column, to }] : []
  })
}

const EXAMPLE = { column: '…', to: '…' }

/** What nothing was sent for. */
export function previewError(code: RefusalCode, sentence: string, tool: WriteTool, passed: unknown): QueryError {
  return new QueryError(code, sentence, previewCall(tool, passed))
}
