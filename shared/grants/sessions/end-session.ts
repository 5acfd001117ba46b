import type { GrantStore } from '../../storage/ports.ts'
import { revokeGrant } from '../revoking/revoke-grant.ts'

/** 128 bits, as `newGrantId` writes them; anything else is not asked of storage. */
const GRANT_ID = /^[A-Za-z0-9_-]{22}$/

type Deps = { readonly store: GrantStore; readonly forgetGrant: (grantId: string) => void }

/**
 * Ends one connection: at once on this instance, within a minute on every other (see `open-access-token.ts`). `false`
 * where there is none of that id, of that person if one is given, or it has ended already.
 * @throws StorageUnavailable
 */
export async function endSession(deps: Deps, grantId: string, userIndex?: string): Promise<boolean> {
  if (!GRANT_ID.test(grantId)) return false
  const grant = await deps.store.readGrant(grantId)
  if (!grant || grant.row.state === 'revoked') return false
  if (userIndex !== undefined && grant.row.userIndex !== userIndex) return false
  await revokeGrant(deps, grantId)
  deps.forgetGrant(grantId)
  return true
}
