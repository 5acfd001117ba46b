import type { GrantStore } from '../../storage/ports.ts'
import { revokeGrant } from '../revoking/revoke-grant.ts'

/** 128 bits, as `newGrantId` writes them; anything else is not asked of storage. */
const GRANT_ID = /^[A-Za-z0-9_-]{22}$/

type Deps = { readonly store: GrantStore; readonly forgetGrant: (grantId: string) => void }

/** A connection that has ended by this request. */
export type EndedGrant = { readonly grantId: string; readonly clientId: string }

/**
 * Ends one connection: at once on this instance, within a minute on every other (see `open-access-token.ts`). Nothing
 * where there is none of that id, of that person if one is given, or it has ended already.
 * @throws StorageUnavailable
 */
export async function endSession(deps: Deps, grantId: string, userIndex?: string): Promise<EndedGrant | undefined> {
  if (!GRANT_ID.test(grantId)) return undefined
  const grant = await deps.store.readGrant(grantId)
  if (!grant || grant.row.state === 'revoked') return undefined
  if (userIndex !== undefined && grant.row.userIndex !== userIndex) return undefined
  await revokeGrant(deps, grantId)
  deps.forgetGrant(grantId)
  return { grantId, clientId: grant.row.clientId }
}
