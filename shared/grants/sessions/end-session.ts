import type { GrantStore } from '../../storage/ports.ts'
import { revokeGrant } from '../revoking/revoke-grant.ts'

/** 128 bits, as `newGrantId` writes them; anything else is not asked of storage. */
const GRANT_ID = /^[A-Za-z0-9_-]{22}$/

/** Hears of each connection that this request has ended; with `error`, of one that may have ended: the answer was lost. */
export type TellEnded = (ended: EndedGrant, outcome: 'ok' | 'error') => void

type Deps = {
  readonly store: GrantStore
  readonly forgetGrant: (grantId: string) => void
  readonly tell: TellEnded
}

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
  const ended = { grantId, clientId: grant.row.clientId }
  try {
    await revokeGrant(deps, grantId)
  } catch (error) {
    deps.tell(ended, 'error')
    throw error
  }
  deps.forgetGrant(grantId)
  deps.tell(ended, 'ok')
  return ended
}
