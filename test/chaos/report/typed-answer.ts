import { z } from 'zod'
import { parseChallenge } from '../../sandbox/chatgpt/discovery.ts'
import type { Exchange } from './exchange.ts'

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

const isJson = ({ contentType }: Exchange) => /^application\/(?:[\w.-]+\+)?json\b/.test(contentType)
const isHtml = ({ contentType }: Exchange) => contentType.startsWith('text/html')

function judgePage(exchange: Exchange): string | undefined {
  if (exchange.status < 400) return undefined
  if (isJson(exchange)) return judgeJsonError(exchange)
  if (!isHtml(exchange)) return 'an error that is neither a page nor JSON'
  return CORRELATION_ID.test(exchange.body) ? undefined : 'a page without a correlation id'
}

function judgeJsonError({ status, path, body, challenge }: Exchange): string | undefined {
  const value = parse(body)
  const isTyped = oauthErrorSchema.safeParse(value).success || rpcErrorSchema.safeParse(value).success
  if (!isTyped) return 'JSON without an error'
  if (status === 401 && path === '/mcp' && !parseChallenge(challenge ?? null)) return '401 without a challenge'
  return undefined
}

function judgeSuccess(exchange: Exchange): string | undefined {
  const { path, status, body, contentType } = exchange
  if (EMPTY_IS_FINE.has(status) || path === '/oauth/revoke') return undefined
  if (contentType.startsWith('text/event-stream')) return undefined
  return isJson(exchange) && parse(body) !== undefined ? undefined : `${contentType || 'nothing'} in place of JSON`
}

/**
 * Why an answer is not one that a client can act on; undefined for one that is. `server_error` is the app's own word
 * for a fault that nobody foresaw: no dependency's misbehaviour may come to that.
 */
export function untyped(exchange: Exchange): string | undefined {
  const { status, body, path, ms } = exchange
  if (status === 0) return 'the connection was closed without an answer'
  if (ms > DEADLINE_MS) return `an answer after ${Math.round(ms / 1000)} s`
  if (status >= 400 && body === '') return `an empty ${status}`
  if (status === 500) return `an error that nobody foresaw: ${body.slice(0, 120)}`
  if (PAGES.has(path)) return judgePage(exchange)
  if (status >= 400) return isJson(exchange) ? judgeJsonError(exchange) : `${exchange.contentType} in place of JSON`
  return judgeSuccess(exchange)
}
