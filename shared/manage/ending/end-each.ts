import { endSession, type TellEnded } from '../../grants/sessions/end-session.ts'
import { StorageUnavailable } from '../../storage/ports.ts'
import type { EndingDeps } from './ending.ts'

type Each = {
  /** Of the grants given, in their order, how many were dealt with: all before this place. */
  readonly done: number
  readonly ended: number
  readonly fault: boolean
}

const AT_ONCE = 10

/** Ends grants in turn until `until` (epoch ms) has passed or storage is away. */
export async function endEach(
  deps: Pick<EndingDeps, 'store' | 'forgetGrant' | 'now'>,
  grantIds: readonly string[],
  until: number,
  tell: TellEnded,
): Promise<Each> {
  const { store, forgetGrant, now } = deps
  let ended = 0
  for (let at = 0; at < grantIds.length; at += AT_ONCE) {
    if (at > 0 && now() > until) return { done: at, ended, fault: false }
    const some = grantIds.slice(at, at + AT_ONCE)
    const results = await Promise.allSettled(some.map((grantId) => endSession({ store, forgetGrant, tell }, grantId)))
    ended += results.filter((result) => result.status === 'fulfilled' && result.value !== undefined).length
    if (hasFailed(results)) return { done: at, ended, fault: true }
  }
  return { done: grantIds.length, ended, fault: false }
}

/** @throws what is no fault of storage */
function hasFailed(results: readonly PromiseSettledResult<unknown>[]): boolean {
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []))
  for (const reason of reasons) if (!(reason instanceof StorageUnavailable)) throw reason
  return reasons.length > 0
}
