import type { Audit } from '../telemetry/events.ts'

/**
 * A request as every endpoint sees it, the same in the host's buffered and stream modes.
 * `query` keeps duplicates; `body` is complete; nothing in here is derived from the `Host` header.
 */
export type Incoming = {
  readonly method: string
  /** The path alone, percent-encoded as sent, e.g. `/oauth/token`. */
  readonly path: string
  readonly query: URLSearchParams
  /** The same as it was sent, escapes and all, without the question mark. */
  readonly search: string
  readonly headers: Headers
  readonly cookies: ReadonlyMap<string, string>
  readonly body: Uint8Array<ArrayBuffer>
  /** `body` is empty because it came in chunks, and the host dropped them (buffered mode). */
  readonly bodyDropped?: boolean
  /** The address that the outermost trusted hop saw, for counting failures and for the audit. */
  readonly clientAddress: string
  /** The invocation id; shown to the person beside an error and found in the log. */
  readonly correlationId: string
  readonly audit: Audit
}

/** What is known of a request before its body is. */
export type Head = Pick<Incoming, 'path' | 'clientAddress' | 'correlationId' | 'audit'>

export type Cookie = {
  readonly name: string
  readonly value: string
  /** Seconds; 0 deletes the cookie. */
  readonly maxAge: number
}

/** Cookies are always `Secure; HttpOnly; SameSite=Lax; Path=/` (see `cookies.ts`). */
export type Outgoing = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly Cookie[]
  readonly body?: string
  /** Takes back what was done for this answer, where it may not be given: nobody would ever hear of it. */
  readonly undo?: () => Promise<void>
}

export type Endpoint = (request: Incoming) => Promise<Outgoing>
