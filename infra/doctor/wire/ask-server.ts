import type { Code } from '../advice/advice.ts'
import { failureCode } from './failure-code.ts'

export type Ask = {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'OPTIONS'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Without a length, as some clients send every body. @see https://www.rfc-editor.org/rfc/rfc9112#section-7.1 */
  readonly chunked?: boolean
}

export type Answer = {
  readonly status: number
  readonly headers: Headers
  /** At most a mebibyte of it. */
  readonly text: string
}

/** No answer came; `code` says why. */
export type Silence = { readonly silent: Code; readonly detail: string }

/** Sends one request and follows no redirect. Never rejects. */
export type AskServer = (ask: Ask) => Promise<Answer | Silence>

export const isSilence = (reply: Answer | Silence): reply is Silence => 'silent' in reply

const MOST_BYTES = 1_048_576
/** ChatGPT's own, since protection services decide by it. */
const USER_AGENT = 'openai-mcp/1.0.0 (chatgpt-dynamics-mcp doctor)'

export type AskOptions = {
  readonly fetch: typeof fetch
  /** For one answer, its body included. */
  readonly timeoutMs: number
  /** Ends everything, so that a server which answers slowly each time cannot hold us for ever. */
  readonly signal?: AbortSignal
}

/** The doctor's only way to a server: bounded in time and in bytes. */
export function createAskServer({ fetch, timeoutMs, signal }: AskOptions): AskServer {
  return async ({ method = 'GET', url, headers = {}, body, chunked = false }) => {
    const own = AbortSignal.timeout(timeoutMs)
    try {
      const response = await fetch(url, {
        method,
        headers: { 'user-agent': USER_AGENT, ...headers },
        redirect: 'manual',
        signal: signal ? AbortSignal.any([own, signal]) : own,
        ...(body === undefined ? {} : chunked ? inChunks(body) : { body }),
      })
      return { status: response.status, headers: response.headers, text: await boundedText(response) }
    } catch (error) {
      return failureCode(error, timeoutMs)
    }
  }
}

const inChunks = (body: string) => ({ body: new Blob([body]).stream(), duplex: 'half' as const })

/** What came before the bound or the time-out: an event stream that never ends is an answer, too. */
async function boundedText({ body }: Response): Promise<string> {
  if (!body) return ''
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const chunk = next.value as Uint8Array
      chunks.push(chunk.subarray(0, MOST_BYTES - size))
      size += chunk.byteLength
      if (size >= MOST_BYTES) break
    }
  } catch {
    return decode(chunks)
  }
  reader.cancel().catch(() => undefined)
  return decode(chunks)
}

const decode = (chunks: readonly Uint8Array[]): string => new TextDecoder().decode(Buffer.concat(chunks))
