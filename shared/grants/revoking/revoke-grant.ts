import { StorageUnavailable } from '../../storage/ports.ts'
import type { GrantDeps, VersionedGrant } from '../types.ts'

const MOST_TRIES = 8

/** Ends a grant with all it issued: one update of its row. A grant that is gone or ended already is left as it is. */
export async function revokeGrant(deps: Pick<GrantDeps, 'store'>, grantId: string): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const grant = await deps.store.readGrant(grantId)
    if (!grant || grant.row.state === 'revoked' || (await revokeIfSame(deps, grantId, grant))) return
  }
  throw new StorageUnavailable('the grant is contended')
}

/** Ends the grant only if it is still the one that was read; `false` when it has moved on. */
export async function revokeIfSame(
  deps: Pick<GrantDeps, 'store'>,
  grantId: string,
  { row, etag }: VersionedGrant,
): Promise<boolean> {
  return deps.store.commit(grantId, etag, { grant: { ...row, state: 'revoked' } })
}
