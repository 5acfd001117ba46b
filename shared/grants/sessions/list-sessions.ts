import type { GrantStore, UserStore } from '../../storage/ports.ts'

/** A running connection of a person. Times are epoch milliseconds. */
export type Session = {
  readonly grantId: string
  readonly clientId: string
  /** Where the connection's code was sent. */
  readonly redirectUri: string
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

const AT_ONCE = 10

/**
 * A person's running connections, newest first. Costs one query and two reads for each connection: for `/me` and
 * `/manage` alone.
 * @throws StorageUnavailable
 */
export async function listSessions(deps: Deps, userIndex: string): Promise<readonly Session[]> {
  const grantIds = await deps.users.list(userIndex)
  const found: Session[] = []
  for (let at = 0; at < grantIds.length; at += AT_ONCE) {
    const some = await Promise.all(grantIds.slice(at, at + AT_ONCE).map((grantId) => readSession(deps, grantId)))
    found.push(...some.filter((session) => session !== undefined))
  }
  return found.sort((a, b) => b.createdAt - a.createdAt)
}

/** One that was never redeemed is no connection, and one that has ended is none any more. */
async function readSession({ store, now }: Deps, grantId: string): Promise<Session | undefined> {
  const [grant, changed] = await Promise.all([store.readGrant(grantId), store.lastChange(grantId)])
  if (grant?.row.state !== 'active' || grant.row.expiresAt <= now()) return undefined
  const { clientId, redirectUri, createdAt, expiresAt } = grant.row
  return { grantId, clientId, redirectUri, createdAt, expiresAt, lastUsedAt: changed ?? createdAt }
}
