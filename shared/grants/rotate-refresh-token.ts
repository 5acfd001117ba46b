import { type GrantChange, type RefreshRow, StorageUnavailable } from '../storage/ports.ts'
import type { Token } from '../tokens/token.ts'
import { type Issued, issuePair, withAccess } from './issue-pair.ts'
import { requireClient } from './require-client.ts'
import { revokeGrant, revokeIfSame } from './revoke-grant.ts'
import { openWith, sealUnder } from './sealing.ts'
import {
  type Authorization,
  type GrantDeps,
  GrantRefused,
  type Sealable,
  type TokenPair,
  type VersionedGrant,
} from './types.ts'

const MOST_TRIES = 12

/** Entra's answer to a renewal: a new authorization, or its own refusal. Anything else is thrown and ends nothing. */
export type Renewal = Authorization | { readonly refused: string }
export type Renew = (material: Sealable['refresh']) => Promise<Renewal>

type Loaded = { readonly grant: VersionedGrant; readonly row: RefreshRow }

/**
 * Replaces a refresh token by a new pair: Entra is asked first, then everything is written in one transaction. The
 * replaced token answers with the same pair until its grace ends; later use revokes the grant.
 * @throws GrantRefused, StorageUnavailable, KeysUnavailable, whatever `renew` throws
 * @see https://datatracker.ietf.org/doc/html/rfc9700#section-4.14.2
 */
export async function rotateRefreshToken(
  deps: GrantDeps,
  token: Token,
  clientId: string,
  renew: Renew,
): Promise<TokenPair> {
  const first = await load(deps, token, clientId)
  if (first.row.state !== 'live') return successorOf(deps, token, first)
  const renewal = await renew(await openWith(deps, token, 'refresh', first.row.sealed))
  if ('refused' in renewal) return endByEntra(deps, token, clientId, first, renewal.refused)
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const loaded = tries === 0 ? first : await load(deps, token, clientId)
    if (loaded.row.state !== 'live') return successorOf(deps, token, loaded)
    const issued = await issuePair(deps, token.grantId, loaded.grant.row, renewal)
    const change = await rotation(deps, token, loaded, issued, tries > 0)
    if (await deps.store.commit(token.grantId, loaded.grant.etag, change)) return issued.pair
  }
  throw new StorageUnavailable('the grant is contended')
}

/** An unknown secret with a known grant id is no reuse: else a token's prefix could log its owner out. */
async function load(deps: GrantDeps, token: Token, clientId: string): Promise<Loaded> {
  const { grantId } = token
  // The lock first, then what it protects: read at once, a use in between could be missed and the lock still hold.
  const grant = await deps.store.readGrant(grantId)
  const row = grant && (await deps.store.readRow(grantId, 'refresh', token.hash))
  if (!grant || !row) throw new GrantRefused('unknown', grantId)
  if (grant.row.clientId !== clientId) throw new GrantRefused('other-client', grantId)
  if (grant.row.state === 'revoked') throw new GrantRefused('revoked', grantId)
  if (Math.min(row.expiresAt, grant.row.expiresAt) <= deps.now()) throw new GrantRefused('expired', grantId)
  await requireClient(deps, grantId, clientId)
  return { grant, row }
}

async function rotation(
  deps: GrantDeps,
  token: Token,
  { grant, row }: Loaded,
  issued: Issued,
  conflicted: boolean,
): Promise<GrantChange> {
  const { pair } = issued
  const successor = { access: pair.access, refresh: pair.refresh, accessExpiresAt: pair.accessExpiresAt }
  const sealed = await sealUnder(deps, token, 'successor', successor)
  const change = withAccess(grant.row, issued, deps.now())
  return {
    ...change,
    // The sweep may have been faster, and one row that is missing would fail the whole transaction.
    dropAccess: conflicted ? await existing(deps, token.grantId, change.dropAccess) : change.dropAccess,
    refresh: [
      { hash: issued.refresh.hash, row: { ...issued.refreshRow, predecessor: token.hash } },
      { hash: token.hash, row: { state: 'rotated', expiresAt: grant.row.expiresAt, sealed } },
      ...(await startGrace(deps, token.grantId, row.predecessor)),
    ],
  }
}

/** This token is used: from now on the grace of the one before it runs. */
async function startGrace(deps: GrantDeps, grantId: string, hash: string | undefined) {
  const before = hash === undefined ? undefined : await deps.store.readRow(grantId, 'refresh', hash)
  if (hash === undefined || before?.state !== 'rotated' || before.graceUntil !== undefined) return []
  return [{ hash, row: { ...before, graceUntil: deps.now() + deps.lifetimes.refreshGrace * 1000 } }]
}

async function existing(deps: GrantDeps, grantId: string, hashes: readonly string[]): Promise<string[]> {
  const rows = await Promise.all(hashes.map((hash) => deps.store.readRow(grantId, 'access', hash)))
  return hashes.filter((_, at) => rows[at] !== undefined)
}

async function successorOf(deps: GrantDeps, token: Token, { grant, row }: Loaded): Promise<TokenPair> {
  const inGrace = row.state === 'rotated' && (row.graceUntil === undefined || deps.now() <= row.graceUntil)
  if (!inGrace) {
    await revokeGrant(deps, token.grantId)
    throw new GrantRefused('refresh-reused', token.grantId)
  }
  const pair = await openWith(deps, token, 'successor', row.sealed)
  return { ...pair, scope: grant.row.scope, grantId: token.grantId }
}

/** Another instance may have rotated meanwhile with an answer that Entra gave before it changed its mind: that stands. */
async function endByEntra(
  deps: GrantDeps,
  token: Token,
  clientId: string,
  read: Loaded,
  code: string,
): Promise<TokenPair> {
  if (!(await revokeIfSame(deps, token.grantId, read.grant))) {
    const loaded = await load(deps, token, clientId)
    if (loaded.row.state !== 'live') return successorOf(deps, token, loaded)
    await revokeGrant(deps, token.grantId)
  }
  throw new GrantRefused('entra-refused', token.grantId, { cause: code })
}
