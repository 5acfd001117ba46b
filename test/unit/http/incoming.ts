import type { Incoming } from '../../../shared/http/message.ts'

/** A request as an endpoint sees it, with what a test cares about in place of the defaults. */
export const incoming = (change: Partial<Incoming> = {}): Incoming => ({
  method: 'GET',
  path: '/path',
  query: new URLSearchParams(),
  search: change.query?.toString() ?? '',
  headers: new Headers(),
  cookies: new Map(),
  body: new Uint8Array(),
  clientAddress: '192.0.2.1',
  correlationId: 'c0ffee',
  audit: () => undefined,
  ...change,
})

/** A POST with a body of that type. */
export const posted = (type: string | undefined, body: string | Uint8Array<ArrayBuffer>): Incoming =>
  incoming({
    method: 'POST',
    headers: new Headers(type === undefined ? {} : { 'content-type': type }),
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  })
