import type { TellEnded } from '../../grants/sessions/end-session.ts'
import { StorageUnavailable } from '../../storage/ports.ts'
import { endEach } from './end-each.ts'
import { personIndex } from './end-person.ts'
import type { Ending, EndingDeps } from './ending.ts'

/** Rows of a person in another table: found and deleted by the same index. */
export type PersonRows = {
  readonly table: string
  readonly remove: (userIndex: string) => Promise<number>
}

export type Removed = Pick<Ending, 'ended' | 'complete' | 'fault'> & {
  /** Rows, by table. */
  readonly deleted: Readonly<Record<string, number>>
}

type Removing = {
  readonly until: number
  readonly tell: TellEnded
  readonly elsewhere: readonly PersonRows[]
}

/**
 * Ends a person's connections and deletes at once what the sweep would delete later. A connection leaves the person's
 * index last, so that whatever dies in between is found again.
 */
export async function removePerson(deps: EndingDeps, userId: string, removing: Removing): Promise<Removed> {
  const index = await personIndex(deps, userId)
  const deleted: Record<string, number> = { grants: 0, users: 0 }
  let ended = 0
  const so = (complete: boolean): Removed => ({ ended, complete, deleted })
  try {
    for (const grantId of await deps.users.list(index)) {
      if (deps.now() > removing.until) return so(false)
      const each = await endEach(deps, [grantId], removing.until, removing.tell)
      if (each.fault) return { ...so(false), fault: 'storage' }
      ended += each.ended
      deleted['grants'] = (deleted['grants'] ?? 0) + (await deps.store.remove(grantId))
      await deps.users.remove(index, grantId)
      deleted['users'] = (deleted['users'] ?? 0) + 1
    }
    for (const { table, remove } of removing.elsewhere) deleted[table] = await remove(index)
    return so(true)
  } catch (error) {
    if (error instanceof StorageUnavailable) return { ...so(false), fault: 'storage' }
    throw error
  }
}
