import type { ChangeArguments, Scalar, WriteRequest, WriteTool } from '../../../../dataverse/change/model.ts'
import type { Operation } from '../../../../dataverse/change/operation.ts'
import type { Done } from '../../../../dataverse/change/writer/outcome.ts'
import type { Row } from '../../../../dataverse/rows/rows.ts'
import { recordLink } from '../../../../dataverse/rows/record-link.ts'
import { plainLine } from '../../../tool/plain-text.ts'
import type { ToolOutcome } from '../../../tool/tool.ts'
import type { Writes } from '../../../writes/writes.ts'
import { alsoSet, tellingOf, toldChanges, undoOf, type Telling } from './told-changes.ts'

export type ToldChangeOf = {
  readonly operation: Operation
  readonly args: ChangeArguments
  readonly request: WriteRequest
}

/** Texts of a row may be long, and the answer is to say that it was done. */
const LONGEST_TEXT = 200

/** What was made of a change: as Dataverse has it, not as it was asked for. */
export async function changeAnswer(
  { operation, args, request }: ToldChangeOf,
  { id, already, before, row }: Done,
  { change: context }: Writes,
): Promise<ToolOutcome> {
  const telling = await tellingOf(request, context)
  const { entity } = telling.table
  const told = toldChanges(args, row, telling)
  const made = (await operation.made?.(args, context)) ?? []
  // A record that the person may no longer read is not changed back by them.
  const undo = operation.tool === 'update_record' && row ? undoOf(args, before, telling) : undefined
  const also =
    row && (before || request.kind === 'create') ? alsoSet(args, { row, before, select: request.select }, telling) : []
  const name = nameOf(row, telling) ?? args.name
  const link = recordLink(context.dataverseUrl, entity, id)
  const structured = {
    done: true,
    already,
    record: { entity: entity.name, id, ...(name !== undefined && { name }), link },
    changes: told.changes.map((one) => ({ ...one, to: shortened(one.to) })),
    ...(also.length > 0 && { alsoSet: also }),
    ...(made.length > 0 && {
      made: made.map((one) => ({ ...one, link: recordLink(context.dataverseUrl, { name: one.entity }, one.id) })),
    }),
    ...(undo && { undo: { entity: entity.name, id, changes: undo } }),
    notes: [...told.notes, ...notesOf(operation.tool, already, row)],
  }
  return { structured, text: textOf(structured), records: [{ entity: entity.name, ids: [id] }] }
}

/** Of a change of which nothing more is known than that it was made. */
export function bareAnswer({ args, request }: ToldChangeOf, { id, already }: Done, { change }: Writes): ToolOutcome {
  const { name } = request.entity
  const link = recordLink(change.dataverseUrl, { name }, id)
  const changes = args.changes.map(({ column, label, to }) => ({ column, label, to: shortened(to) }))
  const structured = { done: true, already, record: { entity: name, id, link }, changes, notes: [UNREAD] }
  return { structured, text: textOf(structured), records: [{ entity: name, ids: [id] }] }
}

const UNREAD = 'The record could not be read back: values are those that were asked for.'

function nameOf(row: Row | undefined, { table: { entity, byName }, sight }: Telling): string | undefined {
  const column = byName.get(entity.nameColumn ?? '')
  const name = column && column.hiding === undefined && sight(column) !== 'hidden' ? row?.[column.property] : undefined
  return typeof name === 'string' ? plainLine(name, LONGEST_TEXT) : undefined
}

function shortened(value: Scalar): Scalar {
  if (typeof value !== 'string' || value.length <= LONGEST_TEXT) return value
  return `${value.slice(0, LONGEST_TEXT).toWellFormed()}… (${value.length} characters)`
}

function notesOf(tool: WriteTool, already: boolean, row: Row | undefined): readonly string[] {
  return [
    ...(already ? ['An earlier call had made this change; nothing was written now.'] : []),
    ...(row ? [] : [UNREAD]),
    ...(tool === 'create_record' ? ['To take it back the person deactivates the record in Dynamics 365.'] : []),
  ]
}

type Told = {
  readonly already: boolean
  readonly record: { readonly entity: string; readonly id: string; readonly name?: string; readonly link: string }
  readonly changes: readonly { readonly label: string; readonly from?: Scalar; readonly to: Scalar }[]
  readonly alsoSet?: readonly { readonly label: string; readonly to: Scalar }[]
  readonly made?: readonly { readonly entity: string; readonly id: string; readonly name?: string }[]
  readonly notes: readonly string[]
  readonly undo?: unknown
}

const MOST_ALSO_SET = 10

/** Many clients show their model the text alone. */
function textOf({ already, record, changes, alsoSet: also = [], made = [], notes, undo }: Told): string {
  const { entity, id, name, link } = record
  const what = name === undefined ? entity : `${entity} "${name}"`
  return [
    `${already ? 'Already done' : 'Done'}: ${what}, id ${id}.`,
    ...changes.map(({ label, from, to }) => `- ${label}: ${from === undefined ? '' : `${said(from)} → `}${said(to)}`),
    ...also.slice(0, MOST_ALSO_SET).map(({ label, to }) => `- Also set: ${label}: ${said(to)}`),
    ...made.map((one) => `- Made: ${one.name === undefined ? '' : `${said(one.name)}, `}${one.entity}/${one.id}`),
    ...notes,
    link,
    ...(undo === undefined ? [] : [`To take it back: preview_change ${JSON.stringify(undo)}`]),
  ].join('\n')
}

const said = (value: Scalar): string =>
  typeof value === 'string' && value !== ''
    ? plainLine(value, LONGEST_TEXT)
    : value === null
      ? '(empty)'
      : JSON.stringify(value)
