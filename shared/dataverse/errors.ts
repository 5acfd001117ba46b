import * as z from 'zod'
import type { RefusalCode } from './refusal-codes.ts'
import { parseJson } from './web-api/parse-json.ts'

/** `refused`: Dataverse said no; `throttled`: service protection; the rest never got a usable answer. */
export type DataverseFailure = 'refused' | 'throttled' | 'timeout' | 'unreachable' | 'unreadable'

export type DataverseErrorDetails = {
  readonly kind: DataverseFailure
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** Dataverse's own code, e.g. `0x80040220`, or the kind where there is none. */
  readonly code: string
  /** Dataverse's sentence without its trace. */
  readonly text: string
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

/** What Dataverse answered instead of data. */
export class DataverseError extends Error {
  readonly kind: DataverseFailure
  readonly status: number
  readonly code: string
  readonly text: string
  readonly retryAfterSeconds: number | undefined

  constructor(details: DataverseErrorDetails) {
    super(`Dataverse ${details.kind} (${details.code})`, { cause: details.cause })
    this.name = 'DataverseError'
    this.kind = details.kind
    this.status = details.status
    this.code = details.code
    this.text = details.text
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}

const TOO_LARGE = 'answer_too_large'
/** @see https://learn.microsoft.com/power-apps/developer/data-platform/aggregate-data#limitations */
const TOO_MANY_TO_AGGREGATE = '0x8004e023'

/** Whether Dataverse refused an aggregate for being over more rows than it adds up. */
export function isTooManyToAggregate(error: unknown): boolean {
  return error instanceof DataverseError && error.code.toLowerCase() === TOO_MANY_TO_AGGREGATE
}

/** Whether an answer was larger than is read of one. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof DataverseError && error.code === TOO_LARGE
}

/** Dataverse no longer takes the person's token: the endpoint answers HTTP 401 `invalid_token`. */
export class DataverseTokenRefused extends Error {
  constructor() {
    super('Dataverse refused the token')
    this.name = 'DataverseTokenRefused'
  }
}

/** A query that is refused before it is sent; `nextStep` tells the model how to correct it. */
export class QueryError extends Error {
  readonly code: RefusalCode
  readonly nextStep: string

  constructor(code: RefusalCode, message: string, nextStep: string) {
    super(message)
    this.name = 'QueryError'
    this.code = code
    this.nextStep = nextStep
  }
}

const LONGEST_TEXT = 600
/** Dataverse appends the server's stack trace to some messages, besides the annotation of that name. */
const TRACE = /TraceText|-->|\n[^\S\n]+at /
const ErrorBody = z.object({ error: z.object({ code: z.string().default(''), message: z.string().default('') }) })

/**
 * Reads an error answer; whatever its body is, the result is usable.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors
 */
export function parseErrorBody(status: number, body: string): { code: string; text: string } {
  const parsed = ErrorBody.safeParse(parseJson(body))
  const { code, message } = parsed.success ? parsed.data.error : { code: '', message: '' }
  const text = (message.split(TRACE, 1)[0] ?? '').trim().slice(0, LONGEST_TEXT)
  return { code: code || `HTTP ${status}`, text: text || `Dataverse answered with status ${status}.` }
}
