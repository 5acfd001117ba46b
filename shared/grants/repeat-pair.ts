import { type RefreshRow, StorageUnavailable } from '../storage/ports.ts'
import type { Token } from '../tokens/token.ts'
import { revokeGrant, revokeIfSame } from './revoking/revoke-grant.ts'
import { openWith } from './sealing.ts'
import { type GrantDeps, GrantRefused, type TokenPair, type VersionedGrant } from './types.ts'

const MOST_TRIES = 12
const WEEK_MS = 7 * 86_400_000
/** Once is a lost answer, twice is bad luck; three different tokens that come back within a week are somebody else's. */
const MOST_ROUNDS = 3

/** Who found the token live came before it was replaced, whatever the clocks of two instances say. */
export const FOUND_LIVE = -Infinity

export type Loaded = { readonly grant: VersionedGrant; readonly row: RefreshRow }

/**
 * A refresh token as it was presented; `arrivedAt` in epoch milliseconds, before anything was read, or `FOUND_LIVE`.
 */
export type Presented = { readonly token: Token; readonly arrivedAt: number }

/**
 * Answers a replaced refresh token with the same pair, until the grace after that pair's receipt is over; later use
 * revokes the grant. A repeat after receipt is counted, and the third token within a week that is repeated so revokes.
 * What counts is when the request arrived: one that was under way when the pair was received is no repeat.
 * @throws GrantRefused, StorageUnavailable (also when a repeat cannot be counted), KeysUnavailable
 * @see https://datatracker.ietf.org/doc/html/rfc9700#section-4.14.2
 */
export async function repeatPair(
  deps: GrantDeps,
  presented: Presented,
  first: Loaded,
  reload: () => Promise<Loaded>,
): Promise<TokenPair> {
  const { token, arrivedAt } = presented
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const loaded = tries === 0 ? first : await reload()
    const receipt = await receiptOf(deps, token, loaded.row)
    if (arrivedAt > receipt.graceUntil) {
      await revokeGrant(deps, token.grantId)
      throw new GrantRefused('refresh-reused', token.grantId)
    }
    const delay = arrivedAt - receipt.receivedAt
    if (delay > 0 && !(await count(deps, presented, loaded.grant, delay))) continue
    const pair = await openWith(deps, token, 'successor', loaded.row.sealed)
    const repeated = delay > 0 ? { repeatedAfterMs: delay } : {}
    return { ...pair, scope: loaded.grant.row.scope, grantId: token.grantId, ...repeated }
  }
  throw new StorageUnavailable('the grant is contended')
}

/** When the successor pair was received, and until when this token answers; `Infinity` while nobody has shown it. */
async function receiptOf(
  deps: GrantDeps,
  { grantId }: Token,
  row: RefreshRow,
): Promise<{ readonly receivedAt: number; readonly graceUntil: number }> {
  if (row.state === 'spent') return { receivedAt: -Infinity, graceUntil: -Infinity }
  const grace = deps.lifetimes.refreshGrace * 1000
  const graceUntil = row.graceUntil ?? Infinity
  // A row of 0.1.0 names no successor; it learns of its use alone.
  if (row.successor === undefined) return { receivedAt: graceUntil - grace, graceUntil }
  const successor = await deps.store.readRow(grantId, 'refresh', row.successor)
  if (!successor || successor.expiresAt <= deps.now()) throw new GrantRefused('expired', grantId)
  const receivedAt = successor.receivedAt ?? graceUntil - grace
  return { receivedAt, graceUntil: Math.min(graceUntil, receivedAt + grace) }
}

/**
 * Counts the token as a round of its grant, once; `false` when the grant has moved on meanwhile.
 * @throws GrantRefused `refresh-repeated` when that was one round too many
 */
async function count(
  deps: GrantDeps,
  { token, arrivedAt }: Presented,
  grant: VersionedGrant,
  delay: number,
): Promise<boolean> {
  const rounds = (grant.row.repeats ?? []).filter(({ at }) => at > arrivedAt - WEEK_MS)
  if (rounds.some(({ hash }) => hash === token.hash)) return true
  if (rounds.length + 1 < MOST_ROUNDS) {
    const repeats = [...rounds, { hash: token.hash, at: arrivedAt }]
    return deps.store.commit(token.grantId, grant.etag, { grant: { ...grant.row, repeats } })
  }
  if (!(await revokeIfSame(deps, token.grantId, grant))) return false
  throw new GrantRefused('refresh-repeated', token.grantId, { repeatedAfterMs: delay })
}
