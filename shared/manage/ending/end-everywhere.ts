import type { TellEnded } from '../../grants/sessions/end-session.ts'
import { StorageUnavailable, type UserRow } from '../../storage/ports.ts'
import { endEach } from './end-each.ts'
import type { Ending, EndingDeps } from './ending.ts'

type Wanted = {
  readonly isWanted: (row: UserRow) => boolean
  readonly until: number
  readonly after?: string | undefined
  readonly tell: TellEnded
}

/**
 * Ends the wanted connections of everybody, page by page. What does not fit into the time, or meets a fault of storage,
 * is left to a next request, which begins with the page that was not finished: what has ended costs it one read.
 */
export async function endEverywhere(deps: EndingDeps, { isWanted, until, after, tell }: Wanted): Promise<Ending> {
  let ended = 0
  for (let at = after; ;) {
    const from = at === undefined ? {} : { next: at }
    const page = await pageFrom(deps, at)
    if (!page) return { ended, complete: false, fault: 'storage', ...from }
    const wanted = page.rows.filter(isWanted).map(({ grantId }) => grantId)
    const each = await endEach(deps, wanted, until, tell)
    ended += each.ended
    if (each.fault) return { ended, complete: false, fault: 'storage', ...from }
    if (each.done < wanted.length) return { ended, complete: false, ...from }
    if (page.next === undefined) return { ended, complete: true }
    at = page.next
    if (deps.now() > until) return { ended, complete: false, next: at }
  }
}

async function pageFrom({ users }: EndingDeps, after: string | undefined) {
  try {
    return await users.page(after)
  } catch (error) {
    if (error instanceof StorageUnavailable) return undefined
    throw error
  }
}
