import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { within } from '../deadline.ts'

/** Where rows go: a data collection rule of the kind `Direct`, which has an endpoint of its own. */
export type IngestionTarget = {
  /** Origin, e.g. `https://audit-xyz.westeurope-1.ingest.monitor.azure.com`. */
  readonly endpoint: string
  /** Immutable id of the rule: `dcr-…`. */
  readonly ruleId: string
  /** `Custom-…`. */
  readonly stream: string
}

export type IngestionDeps = IngestionTarget & {
  readonly fetch: typeof fetch
  /** A token of the app's identity for this scope. */
  readonly token: (scope: string) => Promise<string>
  readonly now: () => number
  /** Of a call with its token, in milliseconds; without, 10 s. */
  readonly timeoutMs?: number
}

/** `again`: the same may be taken later. `tooLarge`: a part of it may. `refused`: it never will. */
export type Sent =
  | { readonly kind: 'taken' | 'tooLarge' }
  | { readonly kind: 'again'; readonly reason: string; readonly afterMs?: number }
  | { readonly kind: 'refused'; readonly reason: string }

/** Sends a JSON array. Never rejects. */
export type SendRows = (json: string) => Promise<Sent>

const API_VERSION = '2023-01-01'
const TIMEOUT_MS = 10_000
const LONGEST_WAIT_MS = 120_000
/** Of a JSON that no later call makes right. The rule, the role and the name may still be on their way. */
const NEVER = new Set([400, 415])

/**
 * The Logs Ingestion API.
 * @see https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview#rest-api-call
 */
export function createSendRows(deps: IngestionDeps): SendRows {
  const { endpoint, ruleId, stream, timeoutMs = TIMEOUT_MS } = deps
  const url = `${endpoint}/dataCollectionRules/${ruleId}/streams/${stream}?api-version=${API_VERSION}`
  const scope = `${audienceOf(endpoint)}/.default`
  const post = async (json: string, signal: AbortSignal): Promise<Sent> => {
    const [authorization, body] = await Promise.all([deps.token(scope), compress(json)])
    signal.throwIfAborted()
    const headers = {
      authorization: `Bearer ${authorization}`,
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    }
    const response = await deps.fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
    await response.body?.cancel()
    return verdictOf(response, deps.now())
  }
  return async (json) => {
    try {
      return await within(timeoutMs, (signal) => Promise.race([post(json, signal), rejectedBy(signal)]))
    } catch (error) {
      // An error of the identity or the network; its message may name what only logs of Azure should.
      return { kind: 'again', reason: error instanceof Error ? error.name : 'unknown' }
    }
  }
}

/** An identity that never answers would hold all rows back. */
const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('no answer in time', 'TimeoutError')))
  })

const compressed = promisify(gzip)
const compress = async (json: string): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await compressed(json))

/** Each cloud has its own: `https://monitor.azure.com`, `https://monitor.azure.us`. */
function audienceOf(endpoint: string): string {
  const cloud = ['us', 'cn'].find((name) => new URL(endpoint).hostname.endsWith(`.monitor.azure.${name}`)) ?? 'com'
  return `https://monitor.azure.${cloud}`
}

function verdictOf({ ok, status, headers }: Response, now: number): Sent {
  if (ok) return { kind: 'taken' }
  if (status === 413) return { kind: 'tooLarge' }
  const reason = `status ${status}`
  if (NEVER.has(status)) return { kind: 'refused', reason }
  const afterMs = waitOf(headers.get('retry-after'), now)
  return { kind: 'again', reason, ...(afterMs !== undefined && { afterMs }) }
}

/** Seconds or a date (RFC 9110 section 10.2.3). */
function waitOf(retryAfter: string | null, now: number): number | undefined {
  if (retryAfter === null) return undefined
  const ms = Number.isFinite(Number(retryAfter)) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now
  return Number.isFinite(ms) ? Math.min(LONGEST_WAIT_MS, Math.max(0, ms)) : undefined
}
