import type { AccessRow, GrantChange, GrantRow, RefreshRow } from '../storage/ports.ts'
import { newToken, type Token } from '../tokens/token.ts'
import { sealUnder } from './sealing.ts'
import type { Authorization, GrantDeps, TokenPair } from './types.ts'

const BEFORE_DATAVERSE_EXPIRY_MS = 2 * 60_000
/** A client that refreshes in a loop cannot make a partition grow: its oldest access tokens end. */
const MOST_LIVE_ACCESS_TOKENS = 20

export type Issued = {
  readonly pair: TokenPair
  readonly access: Token
  readonly refresh: Token
  readonly accessRow: AccessRow
  readonly refreshRow: RefreshRow
}

/** A new access and refresh token of a grant, and the rows that hold what they open. Nothing is written. */
export async function issuePair(
  deps: GrantDeps,
  grantId: string,
  grant: GrantRow,
  { person, session, dataverse }: Authorization,
): Promise<Issued> {
  const now = deps.now()
  const access = newToken('access', grantId, deps.random)
  const refresh = newToken('refresh', grantId, deps.random)
  const accessExpiresAt = Math.min(
    now + deps.lifetimes.access * 1000,
    Math.max(dataverse.expiresAt - BEFORE_DATAVERSE_EXPIRY_MS, now),
    grant.expiresAt,
  )
  const idleUntil = Math.min(now + deps.lifetimes.refreshIdle * 1000, grant.expiresAt)
  return {
    pair: {
      access: access.value,
      refresh: refresh.value,
      accessExpiresAt,
      scope: grant.scope,
      grantId,
      userId: person.userId,
    },
    access,
    refresh,
    accessRow: {
      expiresAt: accessExpiresAt,
      sealed: await sealUnder(deps, access, 'access', { person, dataverse, refresh: refresh.hash, issuedAt: now }),
    },
    refreshRow: {
      expiresAt: idleUntil,
      state: 'live',
      sealed: await sealUnder(deps, refresh, 'refresh', { person, session }),
    },
  }
}

/** The change that puts an issued access token into its grant and clears away those that have expired. */
export function withAccess(
  grant: GrantRow,
  issued: Issued,
  now: number,
): Pick<GrantChange, 'grant' | 'putAccess' | 'isNoted'> & { readonly dropAccess: readonly string[] } {
  const alive = grant.access.filter((one) => one.expiresAt > now).slice(-(MOST_LIVE_ACCESS_TOKENS - 1))
  const dropAccess = grant.access.filter((one) => !alive.includes(one)).map((one) => one.hash)
  const access = [...alive, { hash: issued.access.hash, expiresAt: issued.accessRow.expiresAt }]
  return {
    grant: { ...grant, state: 'active', access },
    putAccess: { hash: issued.access.hash, row: issued.accessRow },
    dropAccess,
    isNoted: isNoted(grant, now),
  }
}

/** Clocks of two instances differ, and what is written takes a moment. */
const MINUTE_MS = 60_000

/**
 * While a code or an access token lives, the sweep looks at the grant after it whatever comes. One that has ended this
 * very hour says nothing: the sweep may have been there since, and would not come again.
 */
const isNoted = ({ state, access }: GrantRow, now: number): boolean =>
  state === 'pending' || access.some(({ expiresAt }) => expiresAt > now + MINUTE_MS)
