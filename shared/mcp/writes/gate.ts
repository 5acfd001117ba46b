import type { CallToolResult } from '@modelcontextprotocol/server'
import * as z from 'zod'
import type { Caller } from '../../grants/caller.ts'
import type { Outgoing } from '../../http/message.ts'
import { WireError } from '../../http/wire-error.ts'
import { idsOf } from '../audit/call-event.ts'
import type { Off } from '../switches/off.ts'
import type { RequestContext } from '../tool/run-tool.ts'
import { errorResult } from '../tool/tool-error.ts'
import type { Tool } from '../tool/tool.ts'
import { challengeOfHttp, challengeOfTool } from './step-up.ts'
import type { WriteDeps } from './write-deps.ts'

const META = 'io.modelcontextprotocol/'
const Call = z.object({
  method: z.literal('tools/call'),
  params: z.object({ name: z.string(), _meta: z.unknown().optional() }),
})
type Call = z.output<typeof Call>
const Modern = z.object({ [`${META}protocolVersion`]: z.string().refine((version) => version >= '2026-07-28') })
const Visibility = z.object({
  [`${META}clientCapabilities`]: z.object({ experimental: z.object({ 'openai/visibility': z.unknown() }) }),
})

/** Why a call is not made: the whole answer, or what its tool is to answer, which leaves other calls of a batch alone. */
export type Refused =
  | { readonly kind: 'request'; readonly answer: Outgoing }
  | { readonly kind: 'call'; readonly result: CallToolResult }

type GateDeps = { readonly writes: WriteDeps; readonly publicBaseUrl: string; readonly off: Off }

/**
 * Decided of a body before anything acts on it, for the preview too, so that nobody is asked about a change that they
 * may not make: whether writing is on, then the person's right, then what they agreed to. No right ends in an answer and
 * never in a challenge: the person would agree, and be challenged again without end.
 * @throws WireError 400 for two calls that write: a person agrees to one at a time
 */
export function gate(
  json: unknown,
  tools: readonly Tool[],
  { writes, publicBaseUrl, off }: GateDeps,
  requestContext: RequestContext,
): Refused | undefined {
  const calls = writingCalls(json, tools)
  const [first] = calls
  if (!first) return undefined
  if (calls.length > 1)
    throw new WireError(400, 'invalid_request', 'One request holds one call that writes at most: send each on its own')
  const { call, tool } = first
  // What is off answers for itself.
  if (off.whole || off.isToolOff(tool)) return undefined
  const reason = mayNotWrite(requestContext.caller, writes)
  if (reason === undefined) return undefined
  requestContext.mustRest?.()
  const told = { tool: tool.name, ...idsOf(requestContext), outcome: 'refused', code: reason } as const
  if (reason === 'write_not_allowed') {
    requestContext.audit({ name: 'tool.called', ...told, dataverseRequests: 0 })
    return { kind: 'call', result: errorResult(NOT_ALLOWED) }
  }
  requestContext.audit({ name: 'scope.challenged', ...told })
  const stepUp = { publicBaseUrl, scope: writes.scope }
  if (readsStatus(call)) return { kind: 'request', answer: challengeOfHttp(stepUp) }
  return { kind: 'call', result: challengeOfTool(stepUp) }
}

export type NotAllowed = 'write_not_allowed' | 'insufficient_scope'

/** Why a person may not write through this connection, as of its last renewal. */
export function mayNotWrite(
  { mayWrite, scope }: Pick<Caller, 'mayWrite' | 'scope'>,
  wanted: Pick<WriteDeps, 'scope'>,
): NotAllowed | undefined {
  if (!mayWrite) return 'write_not_allowed'
  const granted = new Set(scope.split(' '))
  return wanted.scope.split(' ').every((one) => granted.has(one)) ? undefined : 'insufficient_scope'
}

const NOT_ALLOWED = {
  code: 'write_not_allowed' satisfies NotAllowed,
  text: 'This person may not create or change records through this server.',
  nextStep:
    'Tell the person that an administrator gives that right; once it is given, they connect again. Do not try again before.',
}

function writingCalls(json: unknown, tools: readonly Tool[]) {
  const messages: readonly unknown[] = Array.isArray(json) ? json : [json]
  return messages.flatMap((message) => {
    const call = Call.safeParse(message).data
    const tool = call && tools.find(({ name, ofWrites }) => ofWrites && name === call.params.name)
    return tool ? [{ call, tool }] : []
  })
}

/** By what the request declares, never by who sends it: ChatGPT acts on a result alone, and 2025 knows no such status. */
function readsStatus({ params: { _meta } }: Call): boolean {
  return Modern.safeParse(_meta).success && !Visibility.safeParse(_meta).success
}
