import type { GrantRow } from '../storage/ports.ts'
import { newGrantId, newToken } from '../tokens/token.ts'
import { sealUnder } from './sealing.ts'
import type { Authorization, GrantDeps } from './types.ts'
import { userIndexOf } from './user-index.ts'

export type Approval = {
  readonly clientId: string
  readonly redirectUri: string
  readonly scope: string
  readonly resource: string
  readonly codeChallenge: string
}

/**
 * Creates a grant and its single-use code. The index row is written first: whatever dies in between, no grant is missing
 * from its person's index.
 */
export async function createGrant(
  deps: GrantDeps,
  approval: Approval,
  authorization: Authorization,
): Promise<{ code: string; grantId: string }> {
  const now = deps.now()
  const grantId = newGrantId(deps.random)
  const code = newToken('code', grantId, deps.random)
  const userIndex = userIndexOf(authorization.person, await deps.keys.index())
  const expiresAt = now + deps.lifetimes.grant * 1000
  const { clientId, redirectUri, scope, resource, codeChallenge } = approval
  await deps.users.add(userIndex, grantId, { clientId, createdAt: now, expiresAt })
  const grant: GrantRow = {
    state: 'pending',
    clientId,
    userIndex,
    redirectUri,
    scope,
    resource,
    createdAt: now,
    expiresAt,
    access: [],
  }
  const sealed = await sealUnder(deps, code, 'code', authorization)
  const row = { expiresAt: now + deps.lifetimes.code * 1000, used: false, codeChallenge, sealed }
  await deps.store.create(grantId, grant, { hash: code.hash, row })
  return { code: code.value, grantId }
}
