import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'

export type StreamColumn = { readonly name: string; readonly type: string }
export type IngestionRule = {
  /** `dcr-…`, as its resource has it. */
  readonly immutableId: string
  /** Resource id in ARM. */
  readonly id: string
  readonly streams: Readonly<Record<string, readonly StreamColumn[]>>
}
export type LogsIngestionOptions = {
  readonly rules: () => readonly IngestionRule[]
  /** 200, 401 for no token of ours, 403 for one without the right to send to this resource. */
  readonly authorize: (authorization: string | undefined, resourceId: string) => Promise<200 | 401 | 403>
  readonly now: () => number
}
export type IngestedRow = Readonly<Record<string, unknown>>
export type IngestionFault =
  | { readonly status: number; readonly retryAfter?: string }
  /** Taken and answered, but no sooner. */
  | { readonly until: Promise<void> }
  | 'drop'
  | 'drop-after'
export type LogsIngestion = {
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void
  /** What the table holds. */
  readonly rows: () => readonly IngestedRow[]
  /** Names that came and are no column: paid for and lost. */
  readonly unmatched: () => readonly string[]
  /** Every call: when, its status, how many rows. */
  readonly calls: () => readonly { readonly at: number; readonly status: number; readonly rows: number }[]
  /** For the next calls: an answer, no answer, or rows taken and no answer. */
  readonly fail: (...faults: IngestionFault[]) => void
}

/** https://learn.microsoft.com/azure/azure-monitor/service-limits#logs-ingestion-api: compressed and uncompressed alike. */
const MOST_BYTES = 1_048_576
const LONGEST_FIELD = 65_536
const CALLS_A_MINUTE = 12_000
const API_VERSION = '2023-01-01'
const PATH = /^\/dataCollectionRules\/(dcr-[0-9a-f]{32})\/streams\/(Custom-\w+)$/
const Rows = z.array(z.record(z.string(), z.unknown()))

class Refused extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>
  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

/**
 * The Logs Ingestion API with one table behind its rules.
 * @see https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview
 */
export function createLogsIngestion(options: LogsIngestionOptions): LogsIngestion {
  const rows: IngestedRow[] = []
  const unmatched = new Set<string>()
  const calls: { at: number; status: number; rows: number }[] = []
  const faults: IngestionFault[] = []

  /** https://learn.microsoft.com/azure/azure-monitor/logs/tutorial-logs-ingestion-portal#troubleshooting has 403, 413 and 429 */
  const take = async (request: IncomingMessage, raw: Buffer): Promise<IngestedRow[]> => {
    const url = new URL(request.url ?? '/', 'http://ingestion')
    const [, ruleId, stream = ''] = PATH.exec(url.pathname) ?? []
    if (ruleId === undefined || request.method !== 'POST') throw new Refused(404, 'NotFound', 'no such resource')
    const version = url.searchParams.get('api-version')
    if (version !== API_VERSION) throw new Refused(400, 'UnsupportedApiVersion', `api-version ${version ?? '(none)'}`)
    const rule = options.rules().find(({ immutableId }) => immutableId === ruleId)
    const may = await options.authorize(request.headers.authorization, rule?.id ?? '')
    if (may === 401) throw new Refused(401, 'AuthenticationFailed', 'no valid token')
    if (!rule) throw new Refused(404, 'NotFound', `Data collection rule with immutable Id '${ruleId}' not found.`)
    if (may === 403) throw new Refused(403, 'OperationFailed', 'The authentication token lacks the role on the rule.')
    const columns = rule.streams[stream]
    if (!columns) throw new Refused(400, 'InvalidStream', `Stream ${stream} is not in the rule.`)
    const minute = calls.filter(({ at }) => at > options.now() - 60_000).length
    if (minute >= CALLS_A_MINUTE) throw new Refused(429, 'RateLimitExceeded', 'too many calls', { 'retry-after': '10' })
    return readRows(request, raw).map((row) => kept(row, columns))
  }

  const kept = (row: IngestedRow, columns: readonly StreamColumn[]): IngestedRow => {
    const known = new Map(columns.map((column) => [column.name, column.type]))
    for (const name of Object.keys(row)) if (!known.has(name)) unmatched.add(name)
    const values = Object.entries(row).filter(([name]) => known.has(name))
    return Object.fromEntries(values.map(([name, value]) => [name, converted(value, known.get(name) ?? '')]))
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const raw = await buffer(request)
    const fault = faults.shift()
    if (fault === 'drop') return void request.socket.destroy()
    try {
      if (typeof fault === 'object' && 'until' in fault) await fault.until
      else if (typeof fault === 'object') {
        const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }
        throw new Refused(fault.status, 'Injected', 'injected', headers)
      }
      const taken = await take(request, raw)
      rows.push(...taken)
      calls.push({ at: options.now(), status: 204, rows: taken.length })
      if (fault === 'drop-after') return void request.socket.destroy()
      response.writeHead(204).end()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      calls.push({ at: options.now(), status: error.status, rows: 0 })
      const body = JSON.stringify({ error: { code: error.code, message: error.message } })
      response.writeHead(error.status, {
        'content-type': 'application/json',
        'x-ms-error-code': error.code,
        ...error.headers,
      })
      response.end(body)
    }
  }

  return {
    handler: (request, response) => void serve(request, response).catch(() => request.socket.destroy()),
    rows: () => [...rows],
    unmatched: () => [...unmatched],
    calls: () => [...calls],
    fail: (...more) => void faults.push(...more),
  }
}

function readRows({ headers }: IncomingMessage, raw: Buffer): IngestedRow[] {
  if (headers['content-type']?.split(';')[0] !== 'application/json')
    throw new Refused(400, 'InvalidContentType', 'application/json is wanted')
  const body = headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw
  if (raw.byteLength > MOST_BYTES || body.byteLength > MOST_BYTES)
    throw new Refused(413, 'ContentLengthLimitExceeded', 'Maximum allowed content length: 1048576 bytes (1 MB).')
  try {
    return Rows.parse(JSON.parse(body.toString()))
  } catch {
    throw new Refused(400, 'InvalidPayload', 'The body is no JSON array of objects.')
  }
}

/** A value that is not of its column's type becomes null; a text that is too long is cut. */
function converted(value: unknown, type: string): unknown {
  if (type === 'datetime') return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : null
  if (type === 'long') return Number.isSafeInteger(value) ? value : null
  if (typeof value !== 'string') return null
  return Buffer.byteLength(value) > LONGEST_FIELD ? Buffer.from(value).subarray(0, LONGEST_FIELD).toString() : value
}
