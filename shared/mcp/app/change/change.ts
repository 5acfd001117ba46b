import * as z from 'zod/mini'
import { visible } from '../../../dataverse/records/visible-text.ts'
import { CHANGE_META } from './change-meta.ts'

const Text = z.pipe(z.string(), z.transform(visible))
const Value = z.union([Text, z.number(), z.boolean(), z.null()])
export type Value = z.output<typeof Value>

const Line = z.object({
  label: Text,
  from: z.optional(Value),
  to: Value,
  /** Of the row that a lookup is set to. */
  id: z.optional(Text),
  entity: z.optional(Text),
})
export type Line = z.output<typeof Line>

const Arguments = z.object({ entity: Text, name: z.optional(Text), changes: z.array(Line) })
const Call = z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) })
/** What is sent when the person applies the change: as it came, to the last character. */
export type Call = z.output<typeof Call>

const Preview = z.object({
  ready: z.boolean(),
  summary: z._default(Text, ''),
  changes: z._default(z.array(Line), []),
  problems: z.catch(z.array(z.object({ text: Text })), []),
  duplicates: z.catch(z.array(z.object({ name: Text, entity: Text, about: z.optional(Text) })), []),
  notes: z.catch(z.array(Text), []),
  call: z.optional(z.unknown()),
})

/** A previewed change as a person reads it. */
export type Change = Omit<z.output<typeof Preview>, 'call'> & {
  /** Of the record; a new one has none. */
  readonly name?: string | undefined
  /** Logical name of the table, where it is known. */
  readonly entity?: string | undefined
  /** The tool that makes it, where it is known. */
  readonly tool?: string | undefined
  /** Present where a click here is what makes the change. */
  readonly call?: Call
}

const Result = z.object({
  isError: z.optional(z.boolean()),
  structuredContent: z.optional(z.unknown()),
  content: z.catch(z.array(z.object({ text: z.optional(Text) })), []),
  _meta: z.catch(z.record(z.string(), z.unknown()), {}),
})

/** The change in a result of preview_change, or else the text that came with it; empty where none did. */
export function readChange(params: unknown): { change: Change } | { text: string } {
  const result = Result.safeParse(params).data
  const preview = result?.isError === true ? undefined : Preview.safeParse(result?.structuredContent).data
  if (preview !== undefined) return { change: changeOf(preview, result?._meta[CHANGE_META]) }
  return { text: result?.content.map((part) => part.text ?? '').join('\n') ?? '' }
}

/** Where there is a call, what is shown is read from it: that is what is sent, and its texts are whole. */
function changeOf({ call: told, ...preview }: z.output<typeof Preview>, given: unknown): Change {
  const call = preview.ready ? Call.safeParse(given).data : undefined
  const ofClick = Arguments.safeParse(call?.arguments).data
  const named = Call.safeParse(told).data
  const args = ofClick ?? Arguments.safeParse(named?.arguments).data
  const { tool } = (ofClick ? call : named) ?? {}
  const { name, entity } = args ?? {}
  const shown = { ...preview, changes: args?.changes ?? preview.changes, name, entity, tool }
  return call === undefined || ofClick === undefined ? shown : { ...shown, call }
}
