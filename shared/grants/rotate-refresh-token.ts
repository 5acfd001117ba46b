import { type GrantChange, StorageUnavailable } from '../storage/ports.ts'
import type { Token } from '../tokens/token.ts'
import { type Issued, issuePair, withAccess } from './issue-pair.ts'
import { FOUND_LIVE, type Loaded, repeatPair } from './repeat-pair.ts'
import { revokeGrant, revokeIfSame } from './revoking/revoke-grant.ts'
import { openWith, sealUnder } from './sealing.ts'
import { requireOn } from './switches/require-on.ts'
import { type Authorization, type GrantDeps, GrantRefused, type Sealable, type TokenPair } from './types.ts'

const MOST_TRIES = 12

/** Entra's answer to a renewal: a new authorization, or its own refusal. Anything else is thrown and ends nothing. */
export type Renewal = Authorization | { readonly refused: string }
export type Renew = (material: Sealable['refresh']) => Promise<Renewal>

/** Who presents a refresh token, and the resource that it must be for. */
export type Holder = { readonly clientId: string; readonly resource: string }

/**
 * Replaces a refresh token by a new pair: Entra is asked first, then everything is written in one transaction. A token
 * that was replaced already answers with the pair that replaced it, as `repeatPair` allows.
 * @throws GrantRefused, EverythingOff, StorageUnavailable, KeysUnavailable, whatever `renew` throws
 * @see https://datatracker.ietf.org/doc/html/rfc9700#section-4.14.2
 */
export async function rotateRefreshToken(
  deps: GrantDeps,
  token: Token,
  holder: Holder,
  renew: Renew,
): Promise<TokenPair> {
  const arrivedAt = deps.now()
  const reload = () => load(deps, token, holder)
  const first = await reload()
  if (first.row.state !== 'live') return repeatPair(deps, { token, arrivedAt }, first, reload)
  const repeat = (loaded: Loaded) => repeatPair(deps, { token, arrivedAt: FOUND_LIVE }, loaded, reload)
  const renewal = await renew(await openWith(deps, token, 'refresh', first.row.sealed))
  if ('refused' in renewal) {
    if (await revokeIfSame(deps, token.grantId, first.grant)) throw refusedByEntra(token, renewal.refused)
    // Another instance may have rotated with an answer that Entra gave before it changed its mind: that stands.
    const loaded = await reload()
    if (loaded.row.state !== 'live') return repeat(loaded)
    await revokeGrant(deps, token.grantId)
    throw refusedByEntra(token, renewal.refused)
  }
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const loaded = tries === 0 ? first : await reload()
    if (loaded.row.state !== 'live') return repeat(loaded)
    const issued = await issuePair(deps, token.grantId, loaded.grant.row, renewal)
    const change = await rotation(deps, token, loaded, issued, tries > 0)
    if (await deps.store.commit(token.grantId, loaded.grant.etag, change)) return issued.pair
  }
  throw new StorageUnavailable('the grant is contended')
}

const refusedByEntra = ({ grantId }: Token, code: string): GrantRefused =>
  new GrantRefused('entra-refused', grantId, { cause: code })

/** An unknown secret with a known grant id is no reuse: else a token's prefix could log its owner out. */
async function load(deps: GrantDeps, token: Token, { clientId, resource }: Holder): Promise<Loaded> {
  const { grantId } = token
  // The lock first, then what it protects: read at once, a use in between could be missed and the lock still hold.
  const grant = await deps.store.readGrant(grantId)
  if (!grant) throw new GrantRefused('unknown', grantId)
  const row = await deps.store.readRow(grantId, 'refresh', token.hash)
  if (!row) throw new GrantRefused('unknown-secret', grantId)
  if (grant.row.clientId !== clientId) throw new GrantRefused('other-client', grantId)
  // Renewed, it would give access tokens that are honoured nowhere, for ever: the person must sign in anew.
  if (grant.row.resource !== resource) throw new GrantRefused('other-resource', grantId)
  if (grant.row.state === 'revoked') throw new GrantRefused('revoked', grantId)
  if (Math.min(row.expiresAt, grant.row.expiresAt) <= deps.now()) throw new GrantRefused('expired', grantId)
  await requireOn(deps, grantId, clientId)
  return { grant, row }
}

async function rotation(
  deps: GrantDeps,
  token: Token,
  { grant, row }: Loaded,
  issued: Issued,
  conflicted: boolean,
): Promise<GrantChange> {
  const { access, refresh, accessExpiresAt } = issued.pair
  const sealed = await sealUnder(deps, token, 'successor', { access, refresh, accessExpiresAt })
  const { expiresAt } = grant.row
  // A token that is used was received, at the latest now; a mark that comes in between says no more than that.
  const receivedAt = row.receivedAt ?? deps.now()
  const change = withAccess(grant.row, issued, deps.now())
  return {
    ...change,
    // The sweep may have been faster, and one row that is missing would fail the whole transaction.
    dropAccess: conflicted ? await existing(deps, token.grantId, change.dropAccess) : change.dropAccess,
    refresh: [
      { hash: issued.refresh.hash, row: { ...issued.refreshRow, predecessor: token.hash } },
      { hash: token.hash, row: { state: 'rotated', expiresAt, successor: issued.refresh.hash, receivedAt, sealed } },
      ...(await endGrace(deps, token.grantId, row.predecessor, receivedAt)),
    ],
  }
}

/** Lets the sweep know when the token before this one has answered for the last time. */
async function endGrace(deps: GrantDeps, grantId: string, hash: string | undefined, receivedAt: number) {
  const before = hash === undefined ? undefined : await deps.store.readRow(grantId, 'refresh', hash)
  if (hash === undefined || before?.state !== 'rotated' || before.graceUntil !== undefined) return []
  return [{ hash, row: { ...before, graceUntil: receivedAt + deps.lifetimes.refreshGrace * 1000 } }]
}

async function existing(deps: GrantDeps, grantId: string, hashes: readonly string[]): Promise<string[]> {
  const rows = await Promise.all(hashes.map((hash) => deps.store.readRow(grantId, 'access', hash)))
  return hashes.filter((_, at) => rows[at] !== undefined)
}
