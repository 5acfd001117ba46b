/** A revision of MCP, and what a client of its time does that those of another time do not. */
export type Revision = {
  readonly date: '2025-03-26' | '2025-06-18' | '2025-11-25' | '2026-07-28'
  /** Names the resource (RFC 8707) at both endpoints. */
  readonly sendsResource: boolean
  /** Goes from the challenge to the protected resource metadata (RFC 9728); before, it looked at the origin alone. */
  readonly readsResourceMetadata: boolean
  /** Speaks without `initialize`, each request with its own `_meta`. */
  readonly stateless: boolean
}

const later = { sendsResource: true, readsResourceMetadata: true }

export const REVISIONS: readonly Revision[] = [
  { date: '2025-03-26', sendsResource: false, readsResourceMetadata: false, stateless: false },
  { date: '2025-06-18', ...later, stateless: false },
  { date: '2025-11-25', ...later, stateless: false },
  { date: '2026-07-28', ...later, stateless: true },
]
