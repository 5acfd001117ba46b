import { createServer } from 'node:http'
import { BUILT_IN_TERMS } from '../../../../shared/dataverse/query/terms/built-in.ts'
import { createMetadataCache } from '../../../../shared/dataverse/metadata/cache/cache.ts'
import { createNamedRowsCache } from '../../../../shared/dataverse/records/named-rows.ts'
import { createSearchAvailability } from '../../../../shared/dataverse/search/search-availability.ts'
import type { Turns } from '../../../../shared/dataverse/web-api/service-protection/turns.ts'
import type { Caller } from '../../../../shared/grants/caller.ts'
import type { Endpoint, Incoming, Outgoing } from '../../../../shared/http/message.ts'
import { createMcpEndpoint, type McpDeps } from '../../../../shared/mcp/endpoint/mcp-endpoint.ts'
import type { AuditEvent } from '../../../../shared/telemetry/events.ts'
import { askHere } from '../../../sandbox/dataverse/http/in-process.ts'
import { turnsOf } from '../../dataverse/support/turns.ts'
import { listen, stop } from './upstream.ts'

export const BASE = 'https://mcp.example'
export const CORRELATION_ID = '0b6a52c4-4a53-4a1b-9d5e-3f0e8a6c7d21'
export const PAGE_ORIGIN = 'https://chatgpt.com'

export function caller(name: string): Caller {
  return {
    userId: `oid-${name}`,
    tenantId: 'tenant',
    userIndex: `index-${name}`,
    username: `${name}@harbourpine.example`,
    systemUserId: systemUserIdOf(name),
    businessUnitId: '7c1d2e01-00b1-4a6b-8c2d-10a3c1a86f01',
    organizationId: '7c1d2e01-00f1-4a6b-8c2d-10a3c1a86f01',
    roles: ['Salesperson'],
    dataverseToken: `dataverse-token-of-${name}`,
    expiresAt: Number.MAX_SAFE_INTEGER,
    clientId: 'client',
    grantId: `grant-${name}`,
    scope: 'dynamics.read',
    resource: `${BASE}/mcp`,
  }
}

/** Each name is a person of its own. */
function systemUserIdOf(name: string): string {
  const digits = Buffer.from(name).toString('hex').slice(0, 12).padEnd(12, '0')
  return `7c1d2e01-0001-4a6b-8c2d-${digits}`
}

export type Harness = { readonly endpoint: Endpoint; readonly events: AuditEvent[]; readonly forgotten: string[] }

/** An endpoint over an upstream; the bearer `token-<name>` is that person's. */
export function createHarness(
  upstreamUrl: string,
  limits: Partial<McpDeps['limits']> = {},
  turns: Turns = turnsOf(),
  more: Partial<McpDeps> = {},
): Harness {
  const forgotten: string[] = []
  const now = (): number => Date.now()
  const endpoint = createMcpEndpoint({
    publicBaseUrl: BASE,
    allowedOrigins: [PAGE_ORIGIN],
    scope: 'dynamics.read',
    authenticate: async (bearer) => (bearer.startsWith('token-') ? caller(bearer.slice(6)) : undefined),
    forget: (bearer) => forgotten.push(bearer),
    dataverse: { ...sharedDeps(upstreamUrl, now), turns },
    limits: { toolDeadlineMs: 5_000, resultBytes: 25_000, defaultTop: 50, maxTop: 500, ...limits },
    cursorKey: async () => new Uint8Array(32).fill(7),
    now,
    version: '1.2.3',
    branding: { name: 'Harbour & Pine' },
    ...more,
  })
  return { endpoint, events: [], forgotten }
}

/** What a worker shares between calls, with nothing in it yet. */
export function sharedDeps(url: string, now: () => number): McpDeps['dataverse'] {
  return {
    url,
    fetch: askHere,
    cache: createMetadataCache({ now }),
    turns: turnsOf(),
    random: Math.random,
    namedRows: createNamedRowsCache({ now }),
    searchAvailability: createSearchAvailability({ now }),
    terms: () => Promise.resolve(BUILT_IN_TERMS),
  }
}

export type Message = {
  readonly method?: string
  readonly query?: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

export function incoming(message: Message, events: AuditEvent[]): Incoming {
  const { method = 'POST', query = '', headers = {}, body = '' } = message
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return {
    method,
    path: '/mcp',
    query: new URLSearchParams(query),
    search: query,
    headers: new Headers({ 'content-type': 'application/json', authorization: 'Bearer token-priya', ...headers }),
    cookies: new Map(),
    body: new TextEncoder().encode(text),
    clientAddress: '127.0.0.1',
    correlationId: CORRELATION_ID,
    audit: (event) => events.push(event),
  }
}

export async function send(harness: Harness, message: Message): Promise<Outgoing> {
  return await harness.endpoint(incoming(message, harness.events))
}

export type ToolAnswer = {
  readonly isError?: boolean
  readonly content: { readonly text: string }[]
  readonly _meta?: Readonly<Record<string, unknown>>
  readonly structuredContent?: Readonly<Record<string, unknown>> & {
    readonly columns?: readonly { readonly name: string; readonly kind?: string; readonly currency?: string }[]
    readonly rows?: readonly (readonly unknown[])[]
    readonly values?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
    readonly cursor?: string
    readonly total?: number
    readonly notes?: readonly string[]
    readonly interpreted?: readonly string[]
    readonly error?: { readonly code: string; readonly text: string; readonly nextStep: string }
  }
}

/** Calls a tool as a client of 2025-03-26 without an `Accept` header does, and reads the one event of the answer. */
export async function callTool(harness: Harness, name: string, args: unknown, who = 'priya'): Promise<ToolAnswer> {
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }
  const answer = readResult(
    await send(harness, { body, headers: { authorization: `Bearer token-${who}` } }),
  ) as ToolAnswer
  // Whatever a test asks: no message of ours ends in two marks.
  const { text = '', nextStep = '' } = answer.structuredContent?.error ?? {}
  const doubled = [text, nextStep].find((said) => /[.?!:;,][.?!]$/.test(said))
  if (doubled !== undefined) throw new Error(`ends in two marks: ${doubled}`)
  return answer
}

export function readResult(answer: Outgoing): unknown {
  const text = answer.body ?? ''
  // A call that takes long has comments before its event, which keep the connection open.
  const json = /^data: (.*)$/m.exec(text)?.[1] ?? text
  return (JSON.parse(json) as { result: unknown }).result
}

/** The endpoint behind a real port, for real clients. */
export async function serve(harness: Harness): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((message, response) => {
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk))
    message.on('end', () => {
      const headers = Object.fromEntries(Object.entries(message.headers).map(([key, value]) => [key, String(value)]))
      const request = {
        ...incoming({ method: message.method ?? 'GET' }, harness.events),
        headers: new Headers(headers),
      }
      void harness.endpoint({ ...request, body: new Uint8Array(Buffer.concat(chunks)) }).then((answer) => {
        response.writeHead(answer.status, answer.headers)
        response.end(answer.body)
      })
    })
  })
  const url = await listen(server)
  return { url: `${url}/mcp`, stop: () => stop(server) }
}
