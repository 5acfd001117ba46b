import type * as z from 'zod'
import { apiUrl, batchUrl, LONGEST_URL, pathBelowApi, searchUrl } from './addresses.ts'
import { readBatch, writeBatch, type PartAnswer } from './batch-body.ts'
import { DataverseError, DataverseTokenRefused, parseErrorBody } from '../errors.ts'
import { sendRequest, pause, type SendOptions, type WireAnswer, type WireRequest } from './send-request.ts'
import { parseJson } from './parse-json.ts'
import { retryAfterSeconds, waitBeforeRetry } from './service-protection/throttling.ts'
import type { Read, ReadOptions, ReadResult, WebApi } from './web-api.ts'

export type DataverseOptions = SendOptions & {
  /** The environment's origin, e.g. `https://contoso.crm4.dynamics.com`. */
  readonly url: string
  /** From 0 up to 1. */
  readonly random: () => number
  /** Told the version of the organization's metadata that an answer names. */
  readonly onMetadataVersion?: (version: string) => void
}

type Wire = {
  readonly options: DataverseOptions
  readonly send: (request: WireRequest) => Promise<WireAnswer>
  /** Told of each answer, and of the parts of each batch. */
  readonly note: (answers: readonly Pick<PartAnswer, 'status'>[]) => void
}
type Pending = { readonly read: Read<unknown>; readonly index: number; readonly url: URL }

const VERSION = '@Microsoft.Dynamics.CRM.globalmetadataversion'

/**
 * A client of the Web API for one tool call of one person; it only reads.
 * A GET too long for a URL goes as a batch of one. 429 and 503 are waited out as long as the deadline allows.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors
 */
export function createDataverseClient(options: DataverseOptions): WebApi {
  let requests = 0
  let throttled = 0
  const requestIds: string[] = []
  const note: Wire['note'] = (answers) => {
    if (answers.some(isThrottled)) throttled += 1
  }
  const send = async (request: WireRequest): Promise<WireAnswer> => {
    requests += 1
    const answer = await sendRequest(options, request)
    requestIds.push(...answer.requestIds)
    note([answer])
    return answer
  }
  const wire: Wire = { options, send, note }
  // The results stand where the reads stood, so the tuple's types hold.
  const batch: WebApi['batch'] = async (reads) => (await readAll(wire, reads)) as never
  return {
    get: async (path, schema, how = {}) => {
      const url = apiUrl(options.url, path)
      if (url.href.length > LONGEST_URL) {
        const [result] = await batch([{ path, schema, ...how }])
        if (!result.ok) throw result.error
        return result.value
      }
      const { mostBytes } = how
      const request = { url, headers: readHeaders(how), ...(mostBytes !== undefined && { mostBytes }) }
      return readBody(options, await patiently(wire, request), schema)
    },
    batch,
    search: async (body, schema) => {
      const headers = { accept: 'application/json', 'content-type': 'application/json' }
      const request = { url: searchUrl(options.url), headers, body: JSON.stringify(body) }
      return readBody(options, await patiently(wire, request), schema)
    },
    pathOf: (link) => pathBelowApi(options.url, link),
    requests: () => requests,
    throttled: () => throttled,
    requestIds: () => requestIds,
  }
}

function readHeaders({ pageSize, annotations = ['*'] }: ReadOptions): Record<string, string> {
  const page = pageSize === undefined ? [] : [`odata.maxpagesize=${pageSize}`]
  return {
    accept: 'application/json',
    'odata-maxversion': '4.0',
    'odata-version': '4.0',
    'if-none-match': 'null',
    prefer: [`odata.include-annotations="${annotations.join(',')}"`, ...page].join(','),
  }
}

/** The answer after as many repetitions as throttling asks for and the deadline allows. @throws for all but 2xx */
async function patiently(wire: Wire, request: Omit<WireRequest, 'retries'>): Promise<WireAnswer> {
  for (let retries = 0; ; retries += 1) {
    const answer = await sendOnceMore(wire, { ...request, retries })
    if (isSuccess(answer)) return answer
    const wait = waitFor(wire.options, answer, retries)
    if (wait === undefined) throw failure(answer, wire.options.now())
    await pause(wait, wire.options)
  }
}

/** A kept connection may be closed from the other side just as it is used again; all requests only read. */
async function sendOnceMore(wire: Wire, request: WireRequest): Promise<WireAnswer> {
  try {
    return await wire.send(request)
  } catch (error) {
    if (!(error instanceof DataverseError) || error.kind !== 'unreachable' || request.retries > 0) throw error
    return await wire.send({ ...request, retries: 1 })
  }
}

/** Only what was throttled is asked for again. */
async function readAll(wire: Wire, reads: readonly Read<unknown>[]): Promise<ReadResult<unknown>[]> {
  const { options } = wire
  const results: ReadResult<unknown>[] = []
  let pending: Pending[] = reads.map((read, index) => ({ read, index, url: apiUrl(options.url, read.path) }))
  for (let retries = 0; pending.length > 0; retries += 1) {
    const answers = await exchangeBatch(wire, pending)
    const again: { readonly one: Pending; readonly wait: number }[] = []
    pending.forEach((one, at) => {
      const answer = answers[at]
      if (!answer) throw new TypeError('a read without its answer')
      const wait = one.read.isOptional ? undefined : waitFor(options, answer, retries)
      if (wait === undefined) results[one.index] = resultOf(options, answer, one.read)
      else again.push({ one, wait })
    })
    pending = again.map(({ one }) => one)
    if (again.length > 0) await pause(Math.max(...again.map(({ wait }) => wait)), options)
  }
  return results
}

async function exchangeBatch(wire: Wire, pending: readonly Pending[]): Promise<PartAnswer[]> {
  const { url, random } = wire.options
  const boundary = `batch_${random().toString(36).slice(2)}`
  const asked = pending.map((one) => ({ url: one.url, headers: readHeaders(one.read) }))
  const answer = await patiently(wire, {
    url: batchUrl(url),
    headers: {
      ...readHeaders({}),
      'content-type': `multipart/mixed; boundary="${boundary}"`,
      prefer: 'odata.continue-on-error',
    },
    body: writeBatch(boundary, asked),
  })
  const parts = readBatch(answer.contentType, answer.body, pending.length)
  wire.note(parts)
  return parts
}

/** @throws DataverseTokenRefused: a token that one read was refused for is of no use to the others */
function resultOf(options: DataverseOptions, answer: PartAnswer, read: Read<unknown>): ReadResult<unknown> {
  try {
    if (!isSuccess(answer)) throw failure(answer, options.now())
    return { ok: true, value: readBody(options, answer, read.schema) }
  } catch (error) {
    if (error instanceof DataverseError) return { ok: false, error }
    throw error
  }
}

function isSuccess({ status }: PartAnswer): boolean {
  return status >= 200 && status < 300
}

function isThrottled({ status }: Pick<PartAnswer, 'status'>): boolean {
  return status === 429 || status === 503
}

function waitFor(options: DataverseOptions, answer: PartAnswer, retries: number): number | undefined {
  const { deadline, random } = options
  return waitBeforeRetry({ ...answer, retries, now: options.now(), deadline, random })
}

function readBody<T>({ onMetadataVersion }: DataverseOptions, { status, body }: PartAnswer, schema: z.ZodType<T>): T {
  const json = parseJson(body)
  const version = typeof json === 'object' && json !== null && VERSION in json ? json[VERSION] : undefined
  if (typeof version === 'string' || typeof version === 'number') onMetadataVersion?.(String(version))
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const text = 'Dataverse answered in a form that this server does not know.'
  throw new DataverseError({ kind: 'unreadable', status, code: 'unreadable', text, cause: parsed.error })
}

function failure(answer: PartAnswer, now: number): Error {
  if (answer.status === 401) return new DataverseTokenRefused()
  const { status } = answer
  const seconds = retryAfterSeconds(answer.retryAfter, now)
  return new DataverseError({
    kind: isThrottled(answer) ? 'throttled' : 'refused',
    status,
    ...parseErrorBody(status, answer.body),
    ...(seconds !== undefined && { retryAfterSeconds: Math.ceil(seconds) }),
  })
}
