import { performance } from 'node:perf_hooks'
import { postMcp } from '../../sandbox/chatgpt/mcp.ts'
import type { Signed, Stage } from './stage.ts'

/** `undeclared` is whatever no page of ours tells of. */
export type Kind = 'answered' | 'limit_reached' | '429' | 'undeclared'
export type Asked = {
  readonly kind: Kind
  readonly ms: number
  /** As the refusal says it. */
  readonly waitSeconds: number
  readonly what?: string
}

const WIRE = { userAgent: 'openai-mcp/1.0.0' }
const QUESTION = { name: 'query_crm', arguments: { entity: 'account', select: ['name', 'ownerid'], top: 25 } }
const WAIT = 'Wait '
const MOST_SHOWN = 300

/** One call of a tool, judged by its status and its words. */
export async function ask({ mcpUrl }: Stage, { accessToken }: Signed): Promise<Asked> {
  const started = performance.now()
  try {
    const call = { id: 1, method: 'tools/call', params: QUESTION, accessToken }
    const { status, headers, text } = await postMcp(WIRE, mcpUrl, call)
    return { ms: performance.now() - started, ...judged(status, headers, text) }
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    return { kind: 'undeclared', ms: performance.now() - started, waitSeconds: 1, what }
  }
}

function judged(status: number, headers: Headers, text: string): Omit<Asked, 'ms'> {
  const waitSeconds = secondsIn(text)
  if (status === 200 && text.includes('"isError":true') && text.includes('limit_reached') && waitSeconds > 0)
    return { kind: 'limit_reached', waitSeconds }
  if (status === 200 && !text.includes('"isError":true')) return { kind: 'answered', waitSeconds: 0 }
  const isDeclared = status === 429 && headers.get('retry-after') === String(waitSeconds) && waitSeconds > 0
  if (isDeclared) return { kind: '429', waitSeconds }
  return { kind: 'undeclared', waitSeconds: 1, what: `HTTP ${status} ${text.slice(0, MOST_SHOWN)}` }
}

function secondsIn(text: string): number {
  const at = text.indexOf(WAIT)
  const seconds = at < 0 ? Number.NaN : Number.parseInt(text.slice(at + WAIT.length), 10)
  return Number.isNaN(seconds) ? 0 : seconds
}
