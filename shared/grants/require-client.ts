import { type GrantDeps, GrantRefused } from './types.ts'

/**
 * A client that an administrator ended gets nothing more of its grants, which wait for it as they are. Asked once the
 * grant and its token are known, so that a made-up token costs no read of this.
 * @throws GrantRefused `client-ended`, StorageUnavailable
 */
export async function requireClient(deps: GrantDeps, grantId: string, clientId: string): Promise<void> {
  if (await deps.switches.isClientEnded(clientId)) throw new GrantRefused('client-ended', grantId)
}
