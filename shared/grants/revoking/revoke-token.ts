import { StorageUnavailable } from '../../storage/ports.ts'
import type { Token } from '../../tokens/token.ts'
import { revokeGrant } from './revoke-grant.ts'
import type { GrantDeps } from '../types.ts'

const MOST_TRIES = 8
export type Revoked = 'grant' | 'access' | 'nothing'

/**
 * Revokes a token of the client: a refresh token ends its grant, an access token only itself. A token of another
 * client, or an unknown one, changes nothing and the caller cannot tell.
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2.1
 */
export async function revokeToken(deps: GrantDeps, token: Token, clientId: string): Promise<Revoked> {
  const grant = await deps.store.readGrant(token.grantId)
  if (grant?.row.clientId !== clientId || token.kind === 'code') return 'nothing'
  if (token.kind === 'access') return (await dropAccess(deps, token)) ? 'access' : 'nothing'
  if (!(await deps.store.readRow(token.grantId, 'refresh', token.hash))) return 'nothing'
  await revokeGrant(deps, token.grantId)
  return 'grant'
}

async function dropAccess(deps: GrantDeps, token: Token): Promise<boolean> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const [grant, row] = await Promise.all([
      deps.store.readGrant(token.grantId),
      deps.store.readRow(token.grantId, 'access', token.hash),
    ])
    // Gone at the second look: the commit before was done although storage's answer to it was lost.
    if (!grant || !row) return tries > 0
    const access = grant.row.access.filter((one) => one.hash !== token.hash)
    const change = { grant: { ...grant.row, access }, dropAccess: [token.hash] }
    if (await deps.store.commit(token.grantId, grant.etag, change)) return true
  }
  throw new StorageUnavailable('the grant is contended')
}
