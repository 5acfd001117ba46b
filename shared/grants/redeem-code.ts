import { type CodeRow, type GrantRow, StorageUnavailable } from '../storage/ports.ts'
import type { Token } from '../tokens/token.ts'
import { issuePair, type Issued, withAccess } from './issue-pair.ts'
import { revokeGrant } from './revoking/revoke-grant.ts'
import { openWith } from './sealing.ts'
import { requireOn } from './switches/require-on.ts'
import { type GrantDeps, GrantRefused, type TokenPair, type VersionedGrant } from './types.ts'

const MOST_TRIES = 8

/** What the token request must match, before the code is consumed. Throws when it does not. */
export type CodeCheck = (facts: {
  readonly redirectUri: string
  readonly resource: string
  readonly codeChallenge: string
}) => void

/**
 * Exchanges a code for its first pair, once. A second use that passes `check` revokes the grant with all it issued;
 * whoever merely saw the code could else log its owner out.
 * @throws GrantRefused, EverythingOff, whatever `check` throws, StorageUnavailable, KeysUnavailable
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-v2-1-13#section-4.1.3
 */
export async function redeemCode(deps: GrantDeps, code: Token, clientId: string, check: CodeCheck): Promise<TokenPair> {
  let lost: Issued | undefined
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { grant, row } = await load(deps, code, clientId)
    // The commit before may have been done although storage's answer to it was lost.
    if (lost && grant.row.access.some((one) => one.hash === lost?.access.hash)) return lost.pair
    requirePossession(code, grant.row, row, check)
    await refuseUsed(deps, code, row)
    if (row.expiresAt <= deps.now()) throw new GrantRefused('expired', code.grantId)
    await requireOn(deps, code.grantId, clientId)
    const authorization = await openWith(deps, code, 'code', row.sealed)
    const issued = await issuePair(deps, code.grantId, grant.row, authorization)
    const done = await deps.store.commit(code.grantId, grant.etag, {
      ...withAccess(grant.row, issued, deps.now()),
      code: { hash: code.hash, row: usedMark(grant.row, row) },
      refresh: [{ hash: issued.refresh.hash, row: issued.refreshRow }],
    })
    if (done) return issued.pair
    lost = issued
  }
  throw new StorageUnavailable('the grant is contended')
}

async function load(deps: GrantDeps, code: Token, clientId: string): Promise<{ grant: VersionedGrant; row: CodeRow }> {
  // The lock first, then what it protects: read at once, a use in between could be missed and the lock still hold.
  const grant = await deps.store.readGrant(code.grantId)
  if (!grant) throw new GrantRefused('unknown', code.grantId)
  const row = await deps.store.readRow(code.grantId, 'code', code.hash)
  if (!row) throw new GrantRefused('unknown-secret', code.grantId)
  if (grant.row.clientId !== clientId) throw new GrantRefused('other-client', code.grantId)
  if (grant.row.state === 'revoked') throw new GrantRefused('revoked', code.grantId)
  return { grant, row }
}

async function refuseUsed(deps: GrantDeps, code: Token, row: CodeRow): Promise<void> {
  if (!row.used) return
  await revokeGrant(deps, code.grantId)
  throw new GrantRefused('code-reused', code.grantId)
}

/** A mark of 0.1.0 holds no challenge: nothing can be proven, so nothing ends. */
function requirePossession(code: Token, grant: GrantRow, { used, codeChallenge }: CodeRow, check: CodeCheck): void {
  if (codeChallenge === undefined) throw new GrantRefused(used ? 'code-used' : 'expired', code.grantId)
  check({ redirectUri: grant.redirectUri, resource: grant.resource, codeChallenge })
}

function usedMark({ expiresAt }: GrantRow, { codeChallenge }: CodeRow): CodeRow {
  return { used: true, expiresAt, ...(codeChallenge === undefined ? {} : { codeChallenge }) }
}
