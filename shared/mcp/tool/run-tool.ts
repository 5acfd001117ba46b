import type { CallToolResult, InputRequiredResult, ServerContext } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { createDataverseClient, type DataverseOptions } from '../../dataverse/web-api/client.ts'
import { createCursors } from '../../dataverse/rows/cursor.ts'
import { DataverseError, DataverseTokenRefused } from '../../dataverse/errors.ts'
import type { Hiders } from '../../dataverse/hiding/hiders.ts'
import type { Hiding } from '../../dataverse/hiding/hiding-api.ts'
import type { MetadataCache } from '../../dataverse/metadata/cache/cache.ts'
import { createMetadata } from '../../dataverse/metadata/metadata.ts'
import type { Metadata } from '../../dataverse/metadata/model.ts'
import type { Term } from '../../dataverse/query/terms/term.ts'
import type { NamedRowsCache } from '../../dataverse/records/named-rows.ts'
import type { SearchAvailability } from '../../dataverse/search/search-availability.ts'
import type { WireFetch } from '../../dataverse/web-api/wire-fetch.ts'
import type { Turns } from '../../dataverse/web-api/service-protection/turns.ts'
import type { Caller } from '../../grants/caller.ts'
import type { RecordsRead } from '../../dataverse/records/records-read.ts'
import type { Audit, EventFields } from '../../telemetry/events.ts'
import { effortOf, idsOf } from '../audit/call-event.ts'
import { detailsOf, type AuditDetails, type Subject } from '../audit/call-details.ts'
import { RECORD_TEXTS, RECORD_TEXTS_BYTES, watchTexts, type WatchedTexts } from './record-texts.ts'
import { LimitReached } from '../limits/limit-reached.ts'
import type { Meter } from '../limits/meter.ts'
import { checkOn, type Off, SwitchedOff } from '../switches/off.ts'
import { errorResult, explainError } from './tool-error.ts'
import { wireFor, writesFor } from './call-wire.ts'
import type { Tool, ToolContext, ToolLimits, ToolOutcome } from './tool.ts'
import { traceToolCall } from '../../telemetry/tracing.ts'
import type { WriteDeps } from '../writes/write-deps.ts'
import { visible, visibleTexts } from '../../dataverse/records/visible-text.ts'

const LONGEST_REASON = 1_000

/** What all calls of a worker share to reach Dataverse. */
export type DataverseDeps = {
  readonly url: string
  readonly fetch: WireFetch
  readonly cache: MetadataCache
  readonly turns: Turns
  readonly namedRows: NamedRowsCache
  readonly searchAvailability: SearchAvailability
  /** What an administrator keeps from models; absent where that is nothing. */
  readonly hiders?: Hiders | undefined
  /** The company's words that are in force; starts to read them where that is due. */
  readonly terms?: ((audit: Audit) => Promise<readonly Term[]>) | undefined
  /** From 0 up to 1. */
  readonly random: () => number
}

export type ToolDeps = {
  readonly dataverse: DataverseDeps
  readonly limits: ToolLimits
  /** Signs cursors; 32 bytes that all instances share. */
  readonly cursorKey: () => Promise<Uint8Array>
  readonly now: () => number
  /** Without one nothing is limited. */
  readonly meter?: Meter
  /** Absent where nothing may be written. */
  readonly writes?: WriteDeps | undefined
  /** How much of a call its event tells; `shape` where nothing is said. */
  readonly auditDetails?: AuditDetails
  /** What is off for the caller; without it nothing is. */
  readonly off?: Off
}

/** One request of one person, from its bearer to its answer. */
export type RequestContext = {
  readonly caller: Caller
  readonly audit: Audit
  readonly correlationId: string
  /** Milliseconds that the request waited for its turn: they are gone from a call's deadline. */
  readonly waitedMs?: number
  /** Called when the caller is refused whatever they ask, by a budget or a switch: they rest before they ask again. */
  readonly mustRest?: () => void
  /** Called when Dataverse no longer takes the caller's token. */
  readonly tokenRefused: () => void
  /** The very message, with what it says of its client and of a person's answer; absent where no tool can ask one. */
  readonly message?: ServerContext
}

/** A result, or a question to the person, after whose answer the client calls again. */
export type CallAnswer = CallToolResult | InputRequiredResult

/** Runs a tool for one caller within its deadline; never throws, and writes exactly one audit event; of what a limit refuses, now and then. */
export function runTool(
  tool: Tool,
  args: unknown,
  deps: ToolDeps,
  requestContext: RequestContext,
): Promise<CallAnswer> {
  return traceToolCall(tool.name, () => answerCall(tool, args, deps, requestContext))
}

async function answerCall(
  tool: Tool,
  args: unknown,
  deps: ToolDeps,
  requestContext: RequestContext,
): Promise<CallAnswer> {
  const started = deps.now() - (requestContext.waitedMs ?? 0)
  const subject: Subject = {}
  const hiding = await deps.dataverse.hiders?.load()
  const { context: reading, texts, raw, wire } = createContext({ ...deps, hiding }, requestContext, started, subject)
  const writes = tool.ofWrites && (await writesFor(deps, { requestContext, context: reading, wire }))
  const context = writes ? { ...reading, writes } : reading
  const tell = <Answer>(outcome: EventFields, result: Answer, records: readonly RecordsRead[]): Answer => {
    requestContext.audit({
      name: 'tool.called',
      tool: tool.name,
      ...idsOf(requestContext),
      ...detailsOf(subject, records, deps.auditDetails ?? 'shape'),
      ...effortOf(context.dataverse, context.writes?.writer),
      durationMs: Math.round(deps.now() - started),
      bytes: Buffer.byteLength(JSON.stringify(result)),
      ...outcome,
    })
    return result
  }
  try {
    deps.meter?.begin(requestContext.caller)
    const told = await tool.call(args, tool.exactOutput ? context : withRoomForNote(context))
    if ('ask' in told) return tell({ outcome: 'ok', confirmation: 'asked' }, told.ask, [])
    const result = tool.exactOutput ? exactResult(told) : toResult(told, texts.areIn(told.structured, told.memos))
    await tellUnmatched(deps, raw, requestContext)
    if (tool.ofMetadata !== true) deps.meter?.answered(requestContext.caller, rowsIn(told))
    return tell({ outcome: 'ok', ...(told.rows !== undefined && { rows: told.rows }) }, result, told.records)
  } catch (error) {
    if (error instanceof DataverseTokenRefused) requestContext.tokenRefused()
    const explained = await explainError(error, context.metadata, requestContext.correlationId)
    const result = errorResult(visibleTexts(explained), tool.exactOutput)
    if (error instanceof LimitReached) return tellLimit(error, tool, requestContext, result)
    if (error instanceof SwitchedOff) return tell({ outcome: 'refused', code: explained.code }, result, [])
    return tell({ outcome: 'error', code: explained.code, ...reasonOf(explained.code, error) }, result, [])
  }
}

/** A rule that hides nothing is told once for each list of tables that was read; the answer does not depend on it. */
async function tellUnmatched({ dataverse }: ToolDeps, raw: Metadata, requestContext: RequestContext): Promise<void> {
  try {
    const unmatched = (await dataverse.hiders?.compare(raw)) ?? []
    if (unmatched.length > 0) {
      const reason = `MODEL_HIDES names what is not there: ${unmatched.join(', ').slice(0, LONGEST_REASON)}`
      requestContext.audit({ name: 'hides.unmatched', count: unmatched.length, reason, ...idsOf(requestContext) })
    }
  } catch (error) {
    if (!(error instanceof DataverseError)) throw error
  }
}

/** Nothing was read, and a flood of refusals would bury the calls that were answered. */
function tellLimit(
  { setting, milestone }: LimitReached,
  { name }: Tool,
  requestContext: RequestContext,
  result: CallToolResult,
): CallToolResult {
  const told = { tool: name, kind: setting, outcome: 'refused', ...idsOf(requestContext) } as const
  requestContext.mustRest?.()
  if (milestone !== undefined) requestContext.audit({ name: 'limit.reached', count: milestone, ...told })
  return result
}

/** Those of the answer, with rows of other tables that came along. */
function rowsIn({ rows = 0, records }: ToolOutcome): number {
  return Math.max(
    rows,
    records.reduce((sum, { ids }) => sum + ids.length, 0),
  )
}

type Made = {
  readonly context: ToolContext
  readonly texts: WatchedTexts
  readonly raw: Metadata
  readonly wire: DataverseOptions
}

function createContext(
  deps: ToolDeps & { readonly hiding: Hiding | undefined },
  requestContext: RequestContext,
  started: number,
  subject: Subject,
): Made {
  const { hiding } = deps
  const { cache, terms: readTerms } = deps.dataverse
  const terms = readTerms && (() => readTerms(requestContext.audit))
  const wire = wireFor(deps, requestContext, started)
  const plain = createDataverseClient(wire)
  const api = hiding ? hiding.wordless(plain) : plain
  const raw = createMetadata(api, { cache, who: requestContext.caller, now: deps.now, terms })
  const metadata = hiding ? hiding.metadata(raw) : raw
  const texts = watchTexts(metadata)
  const client = hiding ? hiding.api(api, { metadata, raw }) : api
  const context: ToolContext = {
    caller: requestContext.caller,
    dataverse: client,
    metadata: texts.metadata,
    cursors: createCursors(deps.cursorKey, requestContext.caller),
    namedRows: deps.dataverse.namedRows.rowsFor(client, requestContext.caller),
    searchAvailability: deps.dataverse.searchAvailability,
    dataverseUrl: deps.dataverse.url,
    limits: deps.limits,
    now: deps.now,
    deadline: started + deps.limits.toolDeadlineMs,
    about: (named) => Object.assign(subject, named),
    checkOn: (tool) => checkOn(tool, deps.off),
  }
  return { context, texts, raw, wire }
}

function withRoomForNote(context: ToolContext): ToolContext {
  const { limits } = context
  return { ...context, limits: { ...limits, resultBytes: limits.resultBytes - RECORD_TEXTS_BYTES } }
}

/** A text with a hidden instruction, or one that shows the person other words than the model, ends here for all tools. */
function toResult({ structured, text, meta }: ToolOutcome, holdsTexts: boolean): CallToolResult {
  const forView = meta && { _meta: visibleTexts(meta) }
  const shown = { structuredContent: visibleTexts(structured), content: [textPart(visible(text))], ...forView }
  if (!holdsTexts) return shown
  const said = z.array(z.string()).catch([]).parse(shown.structuredContent['notes'])
  return {
    ...shown,
    structuredContent: { ...shown.structuredContent, notes: [...said, RECORD_TEXTS] },
    content: [textPart(`${visible(text)}\n\n${RECORD_TEXTS}`)],
  }
}

/** Its text is the structured result once more: written anew, as an escape within JSON would outlast the cleaning. */
function exactResult({ structured }: ToolOutcome): CallToolResult {
  const shown = visibleTexts(structured)
  return { structuredContent: shown, content: [textPart(JSON.stringify(shown))] }
}

function textPart(text: string): { type: 'text'; text: string } {
  return { type: 'text', text }
}

/** The kind of a mistake of our own, for the log; its message may hold anything, so it stays out. */
function reasonOf(code: string, error: unknown): { reason?: string } {
  return code === 'server_error' && error instanceof Error ? { reason: error.name } : {}
}
