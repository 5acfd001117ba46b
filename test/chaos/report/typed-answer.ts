import { z } from 'zod'
import { parseChallenge } from '../../sandbox/chatgpt/discovery.ts'
import type { RecordedCall } from './recorded-call.ts'

/** ChatGPT gives up at about a minute. */
export const DEADLINE_MS = 60_000

const oauthErrorSchema = z.looseObject({ error: z.string().min(1) })
const rpcErrorSchema = z.looseObject({ error: z.looseObject({ code: z.number(), message: z.string().min(1) }) })
const PAGES = new Set(['/oauth/authorize', '/oauth/callback', '/', '/signed-out'])
const CORRELATION_ID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i
const EMPTY_IS_FINE = new Set([202, 204])

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

const isJson = ({ contentType }: RecordedCall) => /^application\/(?:[\w.-]+\+)?json\b/.test(contentType)
const isHtml = ({ contentType }: RecordedCall) => contentType.startsWith('text/html')

function judgePage(call: RecordedCall): string | undefined {
  if (call.status < 400) return undefined
  if (isJson(call)) return judgeJsonError(call)
  if (!isHtml(call)) return 'an error that is neither a page nor JSON'
  return CORRELATION_ID.test(call.body) ? undefined : 'a page without a correlation id'
}

function judgeJsonError({ status, path, body, challenge }: RecordedCall): string | undefined {
  const value = parse(body)
  const isTyped = oauthErrorSchema.safeParse(value).success || rpcErrorSchema.safeParse(value).success
  if (!isTyped) return 'JSON without an error'
  if (status === 401 && path === '/mcp' && !parseChallenge(challenge ?? null)) return '401 without a challenge'
  return undefined
}

function judgeSuccess(call: RecordedCall): string | undefined {
  const { path, status, body, contentType } = call
  if (EMPTY_IS_FINE.has(status) || path === '/oauth/revoke') return undefined
  if (contentType.startsWith('text/event-stream')) return undefined
  return isJson(call) && parse(body) !== undefined ? undefined : `${contentType || 'nothing'} in place of JSON`
}

/**
 * Why an answer is not one that a client can act on; undefined for one that is. `server_error` is the app's own word
 * for a fault that nobody foresaw: no dependency's misbehaviour may come to that.
 */
export function untyped(call: RecordedCall): string | undefined {
  const { status, body, path, ms } = call
  if (status === 0) return 'the connection was closed without an answer'
  if (ms > DEADLINE_MS) return `an answer after ${Math.round(ms / 1000)} s`
  if (status >= 400 && body === '') return `an empty ${status}`
  if (status === 500) return `an error that nobody foresaw: ${body.slice(0, 120)}`
  if (PAGES.has(path)) return judgePage(call)
  if (status >= 400) return isJson(call) ? judgeJsonError(call) : `${call.contentType} in place of JSON`
  return judgeSuccess(call)
}
