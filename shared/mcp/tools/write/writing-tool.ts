import * as z from 'zod'
import { type ChangeArguments, WRITE_TOOLS, type WriteTool } from '../../../dataverse/change/model.ts'
import { QueryError } from '../../../dataverse/errors.ts'
import type { Tool } from '../../tool/tool.ts'
import { previewError } from './commit/preview-call.ts'

type Face = Pick<Tool, 'title' | 'description'> & {
  readonly name: WriteTool
  /** It only adds: nothing that is there is another thing afterwards. */
  readonly addsOnly?: true
}

const Value = z.union([z.string(), z.number(), z.boolean(), z.null()])
const Change = z.strictObject({
  column: z.string(),
  label: z.string(),
  from: Value.optional(),
  to: Value,
  id: z.string().optional(),
  entity: z.string().optional(),
})
const Arguments = z.strictObject({
  entity: z.string(),
  id: z.string().optional(),
  name: z.string().optional(),
  changes: z.array(Change),
})
/** What a model is told of them is how to copy them; the token tells whether it did. */
const Copied = z.object({
  column: z.string().optional(),
  label: z.string().optional(),
  from: z.unknown().optional(),
  to: z.unknown().optional(),
  id: z.string().optional(),
  entity: z.string().optional(),
})
const Input = z.object({
  entity: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  changes: z.array(Copied).optional(),
  change: z.string(),
})
/** What came of it is told in members that explain themselves; a client must take them all. */
const Output = z.object({ done: z.boolean().optional(), already: z.boolean().optional() })
const Members = z.record(z.string(), z.unknown())

/**
 * A tool that takes the call of a preview. Its arguments are the difference that the person is shown, so that none of
 * them is read otherwise than it is written, as other tools do with names and types: the hash in the token would not hold.
 */
export function writingTool(face: Face): Tool {
  const { addsOnly, ...rest } = face
  const tool: Tool = {
    ...rest,
    input: Input,
    output: Output,
    ofWrites: true,
    annotations: { readOnlyHint: false, destructiveHint: !addsOnly, idempotentHint: true, openWorldHint: false },
    call: async (args, { writes, ...context }) => {
      if (!writes) throw off()
      const { change, ...passed } = Members.catch({}).parse(args)
      const { commitChange, createTeller, operationOf } = await import('./making.ts')
      // Whoever sends what was never previewed, again and again, is seen by it.
      const refused = (error: QueryError): QueryError => {
        createTeller(face.name, { ...context, writes }).failed(error)
        return error
      }
      if (typeof change !== 'string' || change.trim() === '') throw refused(unpreviewed(face.name, passed))
      const { success, data } = Arguments.safeParse(passed)
      if (!success) throw refused(altered(face.name, passed))
      return await commitChange(operationOf(face.name), { args: given(data), change }, { ...context, writes })
    },
    as: (other) => writingTool({ ...face, ...other, name: nameOf(other.name) }),
  }
  return tool
}

/** An optional member that is absent is one that is not there. */
function given(read: z.output<typeof Arguments>): ChangeArguments {
  return JSON.parse(JSON.stringify(read)) as ChangeArguments
}

const nameOf = (name: string): WriteTool => WRITE_TOOLS.find((one) => one === name) ?? 'update_record'

function off(): QueryError {
  return new QueryError(
    'writes_off',
    'Nothing is written through this server.',
    'Tell the person to make the change in Dynamics 365.',
  )
}

function unpreviewed(tool: WriteTool, passed: unknown): QueryError {
  const text =
    'A change is written only as it was previewed: the argument change, which preview_change gives, is missing.'
  return previewError('preview_needed', text, tool, passed)
}

function altered(tool: WriteTool, passed: unknown): QueryError {
  return previewError(
    'change_altered',
    'The arguments are others than were previewed; nothing was written.',
    tool,
    passed,
  )
}
