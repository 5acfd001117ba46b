import type { TellEnded } from '../../grants/sessions/end-session.ts'
import { userIndexOf } from '../../grants/sessions/user-index.ts'
import { endEach } from './end-each.ts'
import type { Ending, EndingDeps } from './ending.ts'

/** The person's partition of table `users`. @throws KeysUnavailable */
export const personIndex = async (
  { keys, tenantId }: Pick<EndingDeps, 'keys' | 'tenantId'>,
  userId: string,
): Promise<string> => userIndexOf({ tenantId, userId }, await keys.index())

/**
 * Ends every connection of a person, those not yet redeemed among them.
 * @throws StorageUnavailable where not even the first of them could be found
 */
export async function endPerson(
  deps: EndingDeps,
  userId: string,
  until: number,
  tell: TellEnded,
  after = '',
): Promise<Ending> {
  const all = await deps.users.list(await personIndex(deps, userId))
  const left = [...all].filter((grantId) => grantId > after).sort()
  const { done, ended, fault } = await endEach(deps, left, until, tell)
  const last = left[done - 1] ?? after
  return {
    ended,
    complete: done === left.length,
    ...(done < left.length && last !== '' && { next: last }),
    ...(fault && { fault: 'storage' as const }),
  }
}
