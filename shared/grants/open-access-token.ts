import { LRUCache } from 'lru-cache'
import type { Token } from '../tokens/token.ts'
import type { Caller } from './caller.ts'
import { openWith } from './sealing.ts'
import { type GrantDeps, GrantRefused, type Sealable } from './types.ts'

const REMEMBERED_MS = 60_000
const MOST_REMEMBERED = 1_000
const MOST_MARKED = 10_000

export type AccessTokens = {
  /**
   * The person behind a live access token, else `undefined`; so it is for one whose grant is for another resource than
   * `resource`. Cold: two point reads and, once per token, a write that is not waited for; known: none.
   * @throws GrantRefused `unknown` where there is no such grant, after one read
   */
  readonly open: (token: Token, resource: string) => Promise<Caller | undefined>
  readonly forget: (hash: string) => void
  readonly forgetGrant: (grantId: string) => void
}

/** Opens access tokens and remembers them for a minute at most, so that a hot tool call costs no storage. */
export function createAccessTokens(deps: GrantDeps): AccessTokens {
  const remembered = new LRUCache<string, Caller>({
    max: MOST_REMEMBERED,
    ttl: REMEMBERED_MS,
    ttlResolution: 0,
    perf: { now: deps.now },
  })
  const noteReceipt = createReceipts(deps)
  return {
    open: async (token, resource) => {
      const known = remembered.get(token.hash)
      const cold = known ? undefined : await read(deps, token)
      const caller = known ?? cold?.caller
      if (!caller || caller.expiresAt <= deps.now() || caller.resource !== resource) return undefined
      if (cold) noteReceipt(token, caller.expiresAt, cold.material)
      if (!remembered.has(token.hash)) remembered.set(token.hash, caller)
      return caller
    },
    forget: (hash) => void remembered.delete(hash),
    forgetGrant: (grantId) => {
      for (const [hash, caller] of remembered.entries()) if (caller.grantId === grantId) remembered.delete(hash)
    },
  }
}

type Opened = { readonly caller: Caller; readonly material: Sealable['access'] }

async function read(deps: GrantDeps, token: Token): Promise<Opened | undefined> {
  const { grantId } = token
  const grant = await deps.store.readGrant(grantId)
  // A made-up token costs no second read.
  if (!grant) throw new GrantRefused('unknown', grantId)
  if (grant.row.state !== 'active') return undefined
  const row = await deps.store.readRow(grantId, 'access', token.hash)
  if (!row || row.expiresAt <= deps.now()) return undefined
  const material = await openWith(deps, token, 'access', row.sealed).catch((error: unknown) => {
    if (error instanceof GrantRefused) return undefined
    throw error
  })
  if (!material) return undefined
  const { username, ...ids } = material.person
  const { clientId, userIndex, scope, resource } = grant.row
  const caller = {
    ...ids,
    ...(username === undefined ? {} : { username }),
    dataverseToken: material.dataverse.value,
    expiresAt: Math.min(row.expiresAt, material.dataverse.expiresAt),
    clientId,
    userIndex,
    grantId,
    scope,
    resource,
  }
  return { caller, material }
}

/**
 * Notes, once per access token and worker, that its pair was received: from then on the refresh token that it replaced
 * has a short grace, so that whoever follows with a stolen one is noticed. Never waited for, never throws.
 */
function createReceipts(deps: GrantDeps): (token: Token, expiresAt: number, material: Sealable['access']) => void {
  const noted = new LRUCache<string, true>({ max: MOST_MARKED, ttlResolution: 0, perf: { now: deps.now } })
  return (token, expiresAt, material) => {
    if (noted.has(token.hash)) return
    noted.set(token.hash, true, { ttl: Math.max(1, Math.ceil(expiresAt - deps.now())) })
    // Not noted now is noted by the next cold call.
    void note(deps, token.grantId, material).catch(() => noted.delete(token.hash))
  }
}

async function note(deps: GrantDeps, grantId: string, { refresh, issuedAt }: Sealable['access']): Promise<void> {
  if (refresh === undefined || issuedAt === undefined) return
  // Of two instances one may be slow; nothing is received before it is issued.
  const at = Math.max(deps.now(), issuedAt)
  // A worker that meets the token late must not move its receipt: a follower would get a new grace each time.
  if (at - issuedAt > deps.lifetimes.refreshGrace * 1000) {
    const row = await deps.store.readRow(grantId, 'refresh', refresh)
    if (!row || row.receivedAt !== undefined) return
  }
  await deps.store.markReceived(grantId, refresh, at)
}
