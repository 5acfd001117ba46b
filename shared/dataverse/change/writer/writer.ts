import { DataverseError, DataverseTokenRefused, parseErrorBody } from '../../errors.ts'
import { Row } from '../../rows/rows.ts'
import { apiUrl } from '../../web-api/addresses.ts'
import type { DataverseOptions } from '../../web-api/client.ts'
import { parseJson } from '../../web-api/parse-json.ts'
import { pause, sendRequest, type WireAnswer } from '../../web-api/send-request.ts'
import { retryAfterSeconds, waitBeforeRetry } from '../../web-api/service-protection/throttling.ts'
import type { WebApi } from '../../web-api/web-api.ts'
import { wasSent } from './was-sent.ts'
import type { WriteMessage } from './write-message.ts'

/** What is known of a write once its answer is there, or will not come. */
export type Sent =
  /** Without a row where the answer has none. */
  | { readonly kind: 'done'; readonly status: number; readonly row?: Row }
  /** Dataverse said no, and did nothing. */
  | { readonly kind: 'refused'; readonly error: DataverseError }
  /** Nothing of it was executed, nor will be. */
  | { readonly kind: 'unsent'; readonly error: DataverseError }
  /** It may be done, or be done in a moment, or never. */
  | { readonly kind: 'lost'; readonly error: DataverseError }

/** Sends what is written; it never sends again what may have been executed. */
export type Writer = Pick<WebApi, 'requests' | 'throttled' | 'requestIds'> & {
  /** @param deadline epoch milliseconds; @throws DataverseTokenRefused on 401: nothing was executed */
  readonly send: (message: WriteMessage, deadline: number) => Promise<Sent>
}

/** With these Dataverse has rolled back, whatever the status: pages and versions differ in it. */
const ROLLED_BACK = /^0x8004(?:0224|0237|0265|0333)$|^0x8006(?:0882|0892|088d)$/i
const FIRST_OF_5XX = 500
const REQUEST_TIMEOUT = 408

/** @param wordless takes Dataverse's words from what it refuses, where they may hold what is kept from models */
export function createWriter(options: DataverseOptions, wordless: Wordless = (error) => error): Writer {
  let [requests, throttled] = [0, 0]
  const requestIds: string[] = []
  const exchange = async (message: WriteMessage, deadline: number, retries: number): Promise<Exchanged> => {
    const before = requests
    const leaving: DataverseOptions['fetch'] = (...args) => {
      requests += 1
      return options.fetch(...args)
    }
    const { method, path, body, headers } = message
    const url = apiUrl(options.url, path)
    const request = { url, headers, body, retries, ...(method === 'PATCH' && { method }) }
    try {
      const answer = await sendRequest({ ...options, fetch: leaving, deadline }, request)
      requestIds.push(...answer.requestIds)
      if (answer.status === 429) throttled += 1
      return { answer }
    } catch (error) {
      if (!(error instanceof DataverseError)) throw error
      return { sent: { kind: requests > before && wasSent(error) ? 'lost' : 'unsent', error } }
    }
  }
  return {
    requests: () => requests,
    throttled: () => throttled,
    requestIds: () => requestIds,
    send: async (message, deadline) => {
      const first = await exchange(message, deadline, 0)
      if (!first.answer) return first.sent
      // Refused before it was executed: the one answer after which it is safe to send again.
      const wait = first.answer.status === 429 ? waitFor(first.answer, deadline, options) : undefined
      if (wait === undefined) return readAnswer(first.answer, options.now(), wordless)
      await pause(wait, { deadline, now: options.now })
      const second = await exchange(message, deadline, 1)
      return second.answer ? readAnswer(second.answer, options.now(), wordless) : second.sent
    },
  }
}

type Wordless = (error: DataverseError) => DataverseError
type Exchanged =
  | { readonly answer: WireAnswer; readonly sent?: never }
  | { readonly sent: Sent; readonly answer?: never }

function waitFor(answer: WireAnswer, deadline: number, { now, random }: DataverseOptions): number | undefined {
  return waitBeforeRetry({ ...answer, retries: 0, now: now(), deadline, random })
}

function readAnswer(answer: WireAnswer, now: number, wordless: Wordless): Sent {
  const { status, body } = answer
  if (status >= 200 && status < 300) {
    const row = Row.safeParse(parseJson(body))
    return { kind: 'done', status, ...(row.success && { row: row.data }) }
  }
  if (status === 401) throw new DataverseTokenRefused()
  const told = parseErrorBody(status, body)
  const seconds = retryAfterSeconds(answer.retryAfter, now)
  const details = { kind: status === 429 ? 'throttled' : 'refused', status, ...told } as const
  const error = wordless(
    new DataverseError({ ...details, ...(seconds !== undefined && { retryAfterSeconds: Math.ceil(seconds) }) }),
  )
  if (status === 429) return { kind: 'unsent', error }
  const isClear = status >= 400 && status < FIRST_OF_5XX && status !== REQUEST_TIMEOUT
  return { kind: isClear || ROLLED_BACK.test(told.code) ? 'refused' : 'lost', error }
}
