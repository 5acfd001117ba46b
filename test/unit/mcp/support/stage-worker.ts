import type { WireFetch } from '../../../../shared/dataverse/web-api/wire-fetch.ts'
import type { Caller } from '../../../../shared/grants/caller.ts'
import { createMcpEndpoint, type McpDeps } from '../../../../shared/mcp/endpoint/mcp-endpoint.ts'
import { BASE, sharedDeps, type Harness } from './harness.ts'

type WorkerOptions = {
  readonly limits: Partial<McpDeps['limits']>
  readonly wire: WireFetch
  readonly details: NonNullable<McpDeps['auditDetails']>
  readonly terms: McpDeps['dataverse']['terms']
  readonly now?: () => number
  readonly more?: Partial<McpDeps>
}

/** A worker over a stand-in that runs elsewhere. */
export function worker(
  url: string,
  callers: ReadonlyMap<string, Caller>,
  { limits, wire, details: auditDetails, terms, now = () => Date.now(), more }: WorkerOptions,
): Harness {
  const shared = more?.dataverse ?? sharedDeps(url, now)
  const endpoint = createMcpEndpoint({
    publicBaseUrl: BASE,
    allowedOrigins: [],
    scope: 'dynamics.read',
    authenticate: async (bearer) => callers.get(bearer.replace('token-', '')),
    forget: () => undefined,
    dataverse: { ...shared, fetch: wire, terms: terms ?? shared.terms },
    limits: { toolDeadlineMs: 10_000, resultBytes: 25_000, defaultTop: 50, maxTop: 500, ...limits },
    cursorKey: async () => new Uint8Array(32).fill(7),
    auditDetails,
    now,
    version: '1.2.3',
    branding: { name: 'Harbour & Pine' },
    ...more,
  })
  return { endpoint, events: [], forgotten: [] }
}
