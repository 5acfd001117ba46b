import type { WireFetch } from '../../../../shared/dataverse/web-api/wire-fetch.ts'
import { randomBytes } from 'node:crypto'
import { writePolicy } from '../../../../shared/config/writes/policy.ts'
import type { Caller } from '../../../../shared/grants/caller.ts'
import type { McpDeps } from '../../../../shared/mcp/endpoint/mcp-endpoint.ts'
import { writeTools } from '../../../../shared/mcp/tools/write/write-tools.ts'
import type { WriteDeps } from '../../../../shared/mcp/writes/write-deps.ts'
import { WRITING_SCOPE } from '../../../../shared/oauth/scope.ts'
import { askHere } from '../../../sandbox/dataverse/http/in-process.ts'
import { callTool, sharedDeps, type Harness, type ToolAnswer } from './harness.ts'
import type { Stage, Who } from './sandbox-stage.ts'

/** Opens all that tests write. */
export const POLICY = writePolicy.parse(
  JSON.stringify({
    tables: {
      account: { create: true, update: true },
      contact: { create: true, update: true },
      opportunity: { create: true, update: true },
      task: { create: true, update: true },
      hp_project: { create: true, update: true },
    },
  }),
)

export type WritingOptions = {
  readonly wire?: WireFetch
  readonly writes?: Partial<WriteDeps>
  readonly more?: Partial<McpDeps>
  /** What is other about whoever calls. */
  readonly caller?: (caller: Caller) => Caller
}

/** A worker that has asked nothing yet, on which everybody may write. Two of them have one key. */
export function writingWorker(stage: Stage, options: WritingOptions = {}): Harness {
  const { wire = askHere, writes, more, caller = (one) => one } = options
  const now = more?.now ?? ((): number => Date.now())
  return stage.workerWith({
    dataverse: more?.dataverse ?? { ...sharedDeps(stage.dataverse.url, now), fetch: wire },
    authenticate: async (bearer) => {
      const one = stage.callerOf(bearer.replace('token-', '') as Who)
      return caller({ ...one, mayWrite: true, scope: WRITING_SCOPE })
    },
    writes: {
      policy: POLICY,
      confirmation: 'host',
      scope: WRITING_SCOPE,
      tools: async () => writeTools,
      count: () => () => undefined,
      changeKey: async () => new Uint8Array(32).fill(9),
      random: randomBytes,
      checkAfterMs: [1, 1, 1],
      ...writes,
    },
    ...more,
  })
}

export type Call = {
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>> & { readonly change: string }
}

/** The call that a preview gives. @throws Error where it gives none */
export async function preview(harness: Harness, asked: unknown, who: Who = 'sales-rep'): Promise<Call> {
  const answer = await callTool(harness, 'preview_change', asked, who)
  const call = answer.structuredContent?.['call']
  if (call === undefined) throw new Error(JSON.stringify(answer))
  return call as Call
}

export const commit = (harness: Harness, call: Call, who: Who = 'sales-rep'): Promise<ToolAnswer> =>
  callTool(harness, call.tool, call.arguments, who)
