/** What a client did to its grant: the only reasons for which an honest one may end. */
export type GrantLedger = {
  /** When the sign-in that it came of began; milliseconds. */
  readonly startedAt: number
  /** It was revoked, or a request to do so was sent. */
  readonly revoked: boolean
}

/** What others did that ends grants: when Entra was told to end this person's sessions. */
export type Fate = { readonly sessionsEndedAt: number | undefined }

/** The rule by which a grant was refused; undefined when none explains it, and the grant was lost. */
export function explain(ledger: GrantLedger, fate: Fate): string | undefined {
  if (ledger.revoked) return 'disconnected'
  if (fate.sessionsEndedAt !== undefined && fate.sessionsEndedAt >= ledger.startedAt) return 'Entra ended the session'
  return undefined
}

/** Two clocks at most, and as much again for whatever is slow. */
const CLOCKS_APART_MS = 70_000

/** Whether an access token was refused long before the end that its answer named, `expiresIn` in seconds. */
export const endedEarly = (ageMs: number, expiresIn: number): boolean => ageMs < expiresIn * 1000 - CLOCKS_APART_MS
