import { endSession, type TellEnded } from '../../grants/sessions/end-session.ts'
import { inTurns } from '../../grants/sessions/in-turns.ts'
import { userIndexOf } from '../../grants/sessions/user-index.ts'
import type { GrantDeps } from '../../grants/types.ts'
import type { Incoming } from '../../http/message.ts'
import type { Visitor } from './visitor.ts'

export type EndDeps = {
  readonly grantDeps: Pick<GrantDeps, 'store' | 'users' | 'keys'>
  readonly forgetGrant: (grantId: string) => void
}

type Asked = Pick<Incoming, 'audit'>

/** Ends one connection of this person; another's is none of theirs, whoever tells its id. @throws StorageUnavailable */
export async function endConnection(
  deps: EndDeps,
  { audit }: Asked,
  visitor: Visitor,
  grantId: string,
): Promise<boolean> {
  const { store, keys } = deps.grantDeps
  const userIndex = userIndexOf(visitor, await keys.index())
  const tell: TellEnded = (ended, outcome) =>
    audit({ name: 'grant.ended', step: 'me', userId: visitor.userId, outcome, ...ended })
  return (await endSession({ store, forgetGrant: deps.forgetGrant, tell }, grantId, userIndex)) !== undefined
}

/**
 * Ends all of them, those too that the page did not show and those whose code is still on its way.
 * @returns how many have ended by it
 * @throws StorageUnavailable when some may be left
 */
export async function endConnections(deps: EndDeps, asked: Asked, visitor: Visitor): Promise<number> {
  const { users, keys } = deps.grantDeps
  const grantIds = await users.list(userIndexOf(visitor, await keys.index()))
  const ended = await inTurns(grantIds, (grantId) => endConnection(deps, asked, visitor, grantId))
  return ended.filter(Boolean).length
}
