import { newestSessions, type Session } from '../../grants/sessions/list-sessions.ts'
import { userIndexOf } from '../../grants/sessions/user-index.ts'
import type { GrantDeps } from '../../grants/types.ts'
import type { ClientStore } from '../../storage/ports.ts'
import { cleanClientName } from '../clients/client-name.ts'
import type { ClientIds } from '../clients/registration/client-ids.ts'
import type { Visitor } from './visitor.ts'

/** A connection as its person sees it. */
export type Connection = Session & { readonly clientName: string }

export type Connections = {
  readonly shown: readonly Connection[]
  /** How many there are in all. */
  readonly count: number
}

export type ConnectionsDeps = {
  readonly grantDeps: Pick<GrantDeps, 'store' | 'users' | 'keys' | 'now'>
  readonly clients: Pick<ClientStore, 'describe'>
  readonly ids: Pick<ClientIds, 'open'>
}

const MOST_SHOWN = 50

/** The newest 50 of a person. @throws StorageUnavailable, KeysUnavailable */
export async function connectionsOf(deps: ConnectionsDeps, visitor: Visitor): Promise<Connections> {
  const { grantDeps } = deps
  const userIndex = userIndexOf(visitor, await grantDeps.keys.index())
  const { sessions, count } = await newestSessions(grantDeps, userIndex, MOST_SHOWN)
  const clientIds = [...new Set(sessions.map(({ clientId }) => clientId))]
  const names = new Map(
    await Promise.all(clientIds.map(async (clientId) => [clientId, await nameOf(deps, clientId)] as const)),
  )
  return { count, shown: sessions.map((one) => ({ ...one, clientName: names.get(one.clientId) ?? one.clientId })) }
}

/**
 * As the client called itself when a person last signed in with it; never fetched anew, or a client would hear when its
 * people look at this page. Cleaned again: rows of 0.1.0 hold names of gentler rules.
 */
async function nameOf({ clients, ids }: ConnectionsDeps, clientId: string): Promise<string> {
  const name = (await clients.describe(clientId))?.name ?? (await ids.open(clientId))?.name
  return cleanClientName(name)
}
