import type { InputRequiredResult, ToolAnnotations } from '@modelcontextprotocol/server'
import * as z from 'zod'
import type { Cursors } from '../../dataverse/rows/cursor.ts'
import type { Metadata } from '../../dataverse/metadata/model.ts'
import type { NamedRows } from '../../dataverse/query/resolve/values/asked.ts'
import type { RecordsRead } from '../../dataverse/records/records-read.ts'
import type { SearchAvailability } from '../../dataverse/search/search-availability.ts'
import type { WebApi } from '../../dataverse/web-api/web-api.ts'
import type { Caller } from '../../grants/caller.ts'
import type { FetchAsked } from '../../reports/definition.ts'
import type { AnsweredAnalysis } from '../../reports/analysis/behind/rows-behind.ts'
import type { Subject } from '../audit/call-details.ts'
import type { SwitchedTool } from '../switches/off.ts'
import type { Writes } from '../writes/writes.ts'
import type { PictureKind } from '../tools/show/pictures.ts'
import { knownArguments, type ReadAs } from './arguments/known-arguments.ts'
import { plainArguments } from './arguments/plain-arguments.ts'

export type ToolLimits = {
  /** Milliseconds that one tool call may take. */
  readonly toolDeadlineMs: number
  /** Bytes of a tool's whole result; rows are left out to keep it. */
  readonly resultBytes: number
  readonly defaultTop: number
  readonly maxTop: number
}

/** What one call of one tool works with; made for that call and gone with it. */
export type ToolContext = {
  readonly caller: Caller
  readonly dataverse: WebApi
  readonly metadata: Metadata
  readonly cursors: Cursors
  readonly namedRows: NamedRows
  readonly searchAvailability: SearchAvailability
  readonly dataverseUrl: string
  readonly limits: ToolLimits
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Epoch milliseconds: when the call must be answered. */
  readonly deadline: number
  /** What a report is to be drawn as; absent where it draws itself. */
  readonly picture?: PictureKind | undefined
  /** Absent where nothing may be written. */
  readonly writes?: Writes
  /** Names what the call is about, for the audit event. */
  readonly about: (subject: Subject) => void
  /** Of a tool that this one runs. @throws SwitchedOff where an administrator has switched it off for the caller */
  readonly checkOn: (tool: SwitchedTool) => void
}

export type ToolOutcome<T = Record<string, unknown>> = {
  /** Matches the tool's output schema. */
  readonly structured: T
  /** What a person would read: short, no copy of the JSON. */
  readonly text: string
  readonly rows?: number
  /** Ids of the records whose values it holds, for the audit event. */
  readonly records: readonly RecordsRead[]
  /** Keys of its rows, where they are aliases, that hold Memo columns. */
  readonly memos?: readonly string[]
  /** What was analyzed, for a tool that draws it. */
  readonly answered?: AnsweredAnalysis
  /** The rows behind each of its rows, for a tool that draws it. */
  readonly behind?: () => readonly (FetchAsked | null)[]
  /** For the client and the view that it draws alone: a host keeps it from its model. */
  readonly meta?: Readonly<Record<string, unknown>>
}

/** In place of a result a question to the person: the client asks them, and calls again with what they said. */
export type ToolQuestion = { readonly ask: InputRequiredResult }

type ToolFace = {
  readonly name: string
  readonly title: string
  readonly description: string
  /** Shown by ChatGPT while the tool runs and after; 64 characters at most. A tool that writes is asked about by name. */
  readonly status?: { readonly invoking: string; readonly invoked: string } | undefined
  /** The output is a contract of ChatGPT's: nothing may stand in it but what the contract names, not even an error. */
  readonly exactOutput?: true
  readonly readAs?: ReadAs
  /** The next step for a value that the input schema refuses, where another call is what was meant. */
  readonly instead?: ((name: string, args: unknown) => string | undefined) | undefined
  /** Its rows are of metadata: they use up no budget of rows. */
  readonly ofMetadata?: true
  /** The tools of which the client draws a result when this one is called; where all are off, it is. */
  readonly pictureOf?: readonly string[]
  /** Its arguments are described at the tool that it draws alone. */
  readonly describedThere?: true
  /** Its calls may come from a view that shows a result, which the host makes as the same person. */
  readonly calledByViews?: true
  /** It changes records, or prepares that: it is there only where writing is switched on, and wants the scope for it. */
  readonly ofWrites?: true
  /** Its result is drawn by the view of changes, which calls the tools that write. */
  readonly drawsChange?: true
  /** Of tools that only read they are always the same. */
  readonly annotations?: ToolAnnotations
}

export type Tool = ToolFace & {
  readonly input: z.ZodObject
  readonly output: z.ZodObject
  /** @throws QueryError for arguments that the input schema refuses */
  readonly call: (args: unknown, context: ToolContext) => Promise<ToolOutcome | ToolQuestion>
  /** The same tool under another name, which its refusals then say. */
  readonly as: (face: ToolFace & { readonly output: () => z.ZodObject }) => Tool
}

/** A result is never changed once it is told. */
type Told<T> = T extends readonly (infer Item)[]
  ? readonly Told<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Told<T[Key]> }
    : T

/** Its schemas are made when they are asked for: a call needs those of one tool. */
type ToolDefinition<I extends z.ZodObject, O extends z.ZodObject> = ToolFace & {
  readonly input: () => I
  readonly output: () => O
  readonly run: (args: z.output<I>, context: ToolContext) => Promise<ToolOutcome<Told<z.output<O>>> | ToolQuestion>
}

/** A tool whose arguments are checked against its own input schema before it runs. */
export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(definition: ToolDefinition<I, O>): Tool {
  const { run, input: makeInput, output: makeOutput, ...face } = definition
  const [input, output] = [once(makeInput), once(makeOutput)]
  const tool: Tool = {
    ...face,
    get input() {
      return input()
    },
    get output() {
      return output()
    },
    as: (other) => defineTool<I, z.ZodObject>({ ...definition, ...other }),
    call: async (args, context) => {
      const known = knownArguments(tool, args)
      const plain = plainArguments(input(), known.args)
      const parsed = input().safeParse(plain)
      if (!parsed.success) {
        const { invalidArguments } = await import('./arguments/invalid-arguments.ts')
        throw invalidArguments(tool, plain, parsed.error)
      }
      const outcome = await run(parsed.data, withRoomFor(known.readings, context))
      return 'ask' in outcome ? outcome : withReadings(outcome, known.readings, output())
    },
  }
  return tool
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => (made ??= { value: make() }).value
}

/** The sentences stand in the structured result and in the text. */
function withRoomFor(readings: readonly string[], context: ToolContext): ToolContext {
  const { limits } = context
  const resultBytes = limits.resultBytes - 2 * Buffer.byteLength(JSON.stringify(readings))
  return readings.length === 0 ? context : { ...context, limits: { ...limits, resultBytes } }
}

/** Says how arguments were read where the tool says how it read their values, or among its notes. */
function withReadings(outcome: ToolOutcome, readings: readonly string[], { shape }: z.ZodObject): ToolOutcome {
  if (readings.length === 0) return outcome
  const member = Object.hasOwn(shape, 'interpreted') ? 'interpreted' : 'notes'
  const said = z.array(z.string()).catch([]).parse(outcome.structured[member])
  const sentences = [...readings, ...said]
  const text = [outcome.text, ...readings].join('\n\n')
  return { ...outcome, structured: { ...outcome.structured, [member]: sentences }, text }
}
