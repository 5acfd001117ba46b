import { LRUCache } from 'lru-cache'
import type { Token } from '../tokens/token.ts'
import type { Caller } from './caller.ts'
import { requireClient } from './require-client.ts'
import { openWith } from './sealing.ts'
import { type GrantDeps, GrantRefused } from './types.ts'

const REMEMBERED_MS = 60_000
const MOST_REMEMBERED = 1_000

export type AccessTokens = {
  /**
   * The person behind a live access token, else `undefined`. Cold: two point reads; known: none.
   * @throws GrantRefused `unknown` where there is no such grant, after one read
   */
  readonly open: (token: Token) => Promise<Caller | undefined>
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
  return {
    open: async (token) => {
      const known = remembered.get(token.hash) ?? (await read(deps, token))
      if (!known || known.expiresAt <= deps.now()) return undefined
      if (!remembered.has(token.hash)) remembered.set(token.hash, known)
      return known
    },
    forget: (hash) => void remembered.delete(hash),
    forgetGrant: (grantId) => {
      for (const [hash, caller] of remembered.entries()) if (caller.grantId === grantId) remembered.delete(hash)
    },
  }
}

async function read(deps: GrantDeps, token: Token): Promise<Caller | undefined> {
  const { grantId } = token
  const grant = await deps.store.readGrant(grantId)
  // A made-up token costs no second read.
  if (!grant) throw new GrantRefused('unknown', grantId)
  const row = await deps.store.readRow(grantId, 'access', token.hash)
  if (grant.row.state !== 'active' || !row || row.expiresAt <= deps.now()) return undefined
  const opened = await Promise.all([
    openWith(deps, token, 'access', row.sealed),
    requireClient(deps, grantId, grant.row.clientId),
  ]).catch((error: unknown) => {
    if (error instanceof GrantRefused) return undefined
    throw error
  })
  if (!opened) return undefined
  const [{ person, dataverse }] = opened
  const { username, ...ids } = person
  return {
    ...ids,
    ...(username === undefined ? {} : { username }),
    dataverseToken: dataverse.value,
    expiresAt: Math.min(row.expiresAt, dataverse.expiresAt),
    ...{ clientId: grant.row.clientId, grantId, scope: grant.row.scope },
  }
}
