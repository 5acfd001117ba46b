import type { Outgoing } from './message.ts'
import type { WireError } from './wire-error.ts'

/** For every answer that holds a token, a code or a person's data. */
export const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' } as const

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = NO_STORE): Outgoing {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  }
}

/** 303, so that a browser never repeats a POST (and its body) at the next address. @see RFC 9700 §4.12 */
export function seeOther(location: string, cookies: Outgoing['cookies'] = []): Outgoing {
  return { status: 303, headers: { ...NO_STORE, location, 'referrer-policy': 'no-referrer' }, cookies }
}

/** The error object of RFC 6749 §5.2; an id that is `undefined` is left out. */
export function errorJson(error: WireError, correlationId: string | undefined): Outgoing {
  const body = { error: error.code, error_description: error.description, correlation_id: correlationId }
  return json(error.status, body, { ...NO_STORE, ...error.headers })
}
