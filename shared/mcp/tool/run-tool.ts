import type { CallToolResult } from '@modelcontextprotocol/server'
import { createDataverseClient } from '../../dataverse/web-api/client.ts'
import { createCursors } from '../../dataverse/rows/cursor.ts'
import { DataverseTokenRefused } from '../../dataverse/errors.ts'
import type { MetadataCache } from '../../dataverse/metadata/cache/cache.ts'
import { createMetadata } from '../../dataverse/metadata/metadata.ts'
import type { NamedRowsCache } from '../../dataverse/records/named-rows.ts'
import type { SearchAvailability } from '../../dataverse/search/search-availability.ts'
import type { Turns } from '../../dataverse/web-api/turns.ts'
import type { WebApi } from '../../dataverse/web-api/web-api.ts'
import type { Caller } from '../../grants/caller.ts'
import type { Audit, EventFields } from '../../telemetry/events.ts'
import { errorResult, explainError } from './tool-error.ts'
import type { Tool, ToolContext, ToolLimits, ToolOutcome } from './tool.ts'
import { traceToolCall } from '../../telemetry/tracing.ts'

/** What all calls of a worker share to reach Dataverse. */
export type DataverseDeps = {
  readonly url: string
  readonly fetch: typeof fetch
  readonly cache: MetadataCache
  readonly turns: Turns
  readonly namedRows: NamedRowsCache
  readonly searchAvailability: SearchAvailability
  /** From 0 up to 1. */
  readonly random: () => number
}

export type ToolDeps = {
  readonly dataverse: DataverseDeps
  readonly limits: ToolLimits
  /** Signs cursors; 32 bytes that all instances share. */
  readonly cursorKey: () => Promise<Uint8Array>
  readonly now: () => number
}

/** One request of one person, from its bearer to its answer. */
export type RequestContext = {
  readonly caller: Caller
  readonly audit: Audit
  readonly correlationId: string
  /** Called when Dataverse no longer takes the caller's token. */
  readonly tokenRefused: () => void
}

/** Runs a tool for one caller within its deadline; never throws, and writes exactly one audit event. */
export function runTool(
  tool: Tool,
  args: unknown,
  deps: ToolDeps,
  requestContext: RequestContext,
): Promise<CallToolResult> {
  return traceToolCall(tool.name, () => answerCall(tool, args, deps, requestContext))
}

async function answerCall(
  tool: Tool,
  args: unknown,
  deps: ToolDeps,
  requestContext: RequestContext,
): Promise<CallToolResult> {
  const started = deps.now()
  const subject: { entity?: string; report?: string } = {}
  const context = createContext(deps, requestContext, started, subject)
  const audit = (fields: EventFields): void => {
    const { userId, clientId, grantId } = requestContext.caller
    const ids = { userId, clientId, grantId, correlationId: requestContext.correlationId }
    const effort = { dataverseRequests: context.dataverse.requests(), durationMs: Math.round(deps.now() - started) }
    requestContext.audit({ name: 'tool.called', tool: tool.name, ...ids, ...subject, ...effort, ...fields })
  }
  try {
    const outcome = await tool.call(args, context)
    audit({ outcome: 'ok', ...(outcome.rows !== undefined && { rows: outcome.rows }) })
    return toResult(outcome)
  } catch (error) {
    if (error instanceof DataverseTokenRefused) requestContext.tokenRefused()
    const explained = await explainError(error, context.metadata, requestContext.correlationId)
    audit({ outcome: 'error', code: explained.code, ...reasonOf(explained.code, error) })
    return errorResult(explained, tool.exactOutput)
  }
}

function createContext(
  deps: ToolDeps,
  requestContext: RequestContext,
  started: number,
  subject: { entity?: string; report?: string },
): ToolContext {
  const client = clientFor(deps, requestContext, started)
  return {
    caller: requestContext.caller,
    dataverse: client,
    metadata: createMetadata(client, { cache: deps.dataverse.cache, who: requestContext.caller, now: deps.now }),
    cursors: createCursors(deps.cursorKey, requestContext.caller),
    namedRows: deps.dataverse.namedRows.rowsFor(client, requestContext.caller),
    searchAvailability: deps.dataverse.searchAvailability,
    dataverseUrl: deps.dataverse.url,
    limits: deps.limits,
    now: deps.now,
    deadline: started + deps.limits.toolDeadlineMs,
    about: (named) => Object.assign(subject, named),
  }
}

function clientFor(deps: ToolDeps, { caller, correlationId }: RequestContext, started: number): WebApi {
  const { url, fetch, random, cache, turns } = deps.dataverse
  return createDataverseClient({
    url,
    fetch,
    random,
    correlationId,
    token: caller.dataverseToken,
    takeTurn: (signal) => turns.take(caller.systemUserId, signal),
    onMetadataVersion: cache.freshness.note,
    signal: AbortSignal.timeout(deps.limits.toolDeadlineMs),
    deadline: started + deps.limits.toolDeadlineMs,
    now: deps.now,
  })
}

function toResult({ structured, text }: ToolOutcome): CallToolResult {
  return { structuredContent: structured, content: [{ type: 'text', text }] }
}

/** The kind of a mistake of our own, for the log; its message may hold anything, so it stays out. */
function reasonOf(code: string, error: unknown): { reason?: string } {
  return code === 'server_error' && error instanceof Error ? { reason: error.name } : {}
}
