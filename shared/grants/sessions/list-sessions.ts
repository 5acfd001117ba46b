import type { GrantStore, UserStore } from '../../storage/ports.ts'
import { inTurns } from './in-turns.ts'

/** A running connection of a person. Times are epoch milliseconds. */
export type Session = {
  readonly grantId: string
  readonly clientId: string
  /** Where the connection's code was sent. */
  readonly redirectUri: string
  /** What was granted. */
  readonly scope: string
  readonly createdAt: number
  /** To the hour: when its row last changed, which a renewal and the first call with each access token do. */
  readonly lastUsedAt: number
  readonly expiresAt: number
}

type Deps = {
  readonly store: Pick<GrantStore, 'readGrant' | 'lastChange'>
  readonly users: Pick<UserStore, 'list'>
  readonly now: () => number
}

/** Of a person's running connections the newest ones, and how many there are in all. */
export type NewestSessions = { readonly sessions: readonly Session[]; readonly count: number }

/**
 * A person's running connections, newest first. Costs one query and two reads for each connection: for `/me` and
 * `/manage` alone.
 * @throws StorageUnavailable
 */
export async function listSessions(deps: Deps, userIndex: string): Promise<readonly Session[]> {
  return (await newestSessions(deps, userIndex, Infinity)).sessions
}

/**
 * The same with an end: only of the newest `most` is the last use looked up, which lists a partition each.
 * @throws StorageUnavailable
 */
export async function newestSessions(deps: Deps, userIndex: string, most: number): Promise<NewestSessions> {
  const grantIds = await deps.users.list(userIndex)
  const grants = await inTurns(grantIds, (grantId) => readRunning(deps, grantId))
  const running = grants.filter((grant) => grant !== undefined).sort((a, b) => b.createdAt - a.createdAt)
  const sessions = await inTurns(running.slice(0, most), async (grant) => ({
    ...grant,
    lastUsedAt: (await deps.store.lastChange(grant.grantId)) ?? grant.createdAt,
  }))
  return { sessions, count: running.length }
}

/** One that was never redeemed is no connection, and one that has ended is none any more. */
async function readRunning({ store, now }: Deps, grantId: string): Promise<Omit<Session, 'lastUsedAt'> | undefined> {
  const grant = await store.readGrant(grantId)
  if (grant?.row.state !== 'active' || grant.row.expiresAt <= now()) return undefined
  const { clientId, redirectUri, scope, createdAt, expiresAt } = grant.row
  return { grantId, clientId, redirectUri, scope, createdAt, expiresAt }
}
