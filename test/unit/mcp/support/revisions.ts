import { send, type Harness } from './harness.ts'
import type { Outgoing } from '../../../../shared/http/message.ts'

/** `none` sends no version, as clients of 2025-03-26 do. */
export const REVISIONS = ['none', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'] as const
export type Revision = (typeof REVISIONS)[number]
export const MODERN: Revision = '2026-07-28'

const META = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientCapabilities': {},
}

type Members = Readonly<Record<string, unknown>>
export type Asked = { readonly method: string; readonly params?: unknown; readonly id?: unknown }
export type Answer = {
  readonly status: number
  readonly id?: unknown
  readonly result?: Members
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function nameHeader(params: Members): Readonly<Record<string, string>> {
  const named = typeof params.name === 'string' ? params.name : params.uri
  return typeof named === 'string' ? { 'mcp-name': `=?base64?${Buffer.from(named).toString('base64')}?=` } : {}
}

/** One request as clients of that revision send it, and its one response. */
export async function ask(harness: Harness, revision: Revision, asked: Asked): Promise<Answer> {
  const { method, id = 7 } = asked
  const isModern = revision === MODERN
  const given = isMembers(asked.params) ? asked.params : {}
  const version = revision === 'none' ? {} : { 'mcp-protocol-version': revision }
  const params = isModern ? { params: { ...given, _meta: META } } : 'params' in asked ? { params: asked.params } : {}
  const headers = { ...version, ...(isModern && { 'mcp-method': method, ...nameHeader(given) }) }
  return answerOf(await send(harness, { body: { jsonrpc: '2.0', id, method, ...params }, headers }))
}

export function answerOf({ status, body = '' }: Outgoing): Answer {
  const [, text = body] = /^data: (.*)$/m.exec(body) ?? []
  return { status, ...(JSON.parse(text) as Omit<Answer, 'status'>) }
}
