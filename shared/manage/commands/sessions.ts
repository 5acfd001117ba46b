import * as z from 'zod'
import { listSessions, type Session } from '../../grants/sessions/list-sessions.ts'
import type { ClientStore } from '../../storage/ports.ts'
import { type Command, defineCommand } from '../command.ts'
import { personIndex } from '../ending/end-person.ts'
import type { EndingDeps } from '../ending/ending.ts'
import { iso, objectId } from './members.ts'

export type SessionsDeps = Omit<EndingDeps, 'forgetGrant'> & { readonly clients: Pick<ClientStore, 'describe'> }

/** Each costs two reads. A person who connects and disconnects every day has fewer until the sweep takes them. */
const MOST_READ = 500
const HOUR_MS = 3_600_000

/** `{"command":"sessions","person":…}`: a person's running connections. Who they are is not told, only what runs. */
export const createSessionsCommand = (deps: SessionsDeps): Command =>
  defineCommand('sessions', z.strictObject({ person: objectId }), async (_, { person }) => {
    const index = await personIndex(deps, person)
    const all = await deps.users.list(index)
    const users = { list: () => Promise.resolve(all.slice(0, MOST_READ)) }
    const sessions = await listSessions({ ...deps, users }, index)
    const names = await namesOf(deps, sessions)
    const unread = Math.max(0, all.length - MOST_READ)
    return {
      answer: { person, sessions: sessions.map((session) => shown(session, names)), unread },
      noted: { outcome: 'ok', kind: 'person', count: sessions.length, reason: `of person ${person}` },
    }
  })

async function namesOf({ clients }: SessionsDeps, sessions: readonly Session[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(sessions.map(({ clientId }) => clientId))]
  const found = await Promise.all(ids.map(async (id) => [id, (await clients.describe(id))?.name ?? ''] as const))
  return new Map(found)
}

function shown({ grantId, clientId, redirectUri, ...times }: Session, names: ReadonlyMap<string, string>) {
  return {
    session: grantId,
    client: names.get(clientId) ?? '',
    clientId,
    redirectHost: URL.canParse(redirectUri) ? new URL(redirectUri).host : '',
    createdAt: iso(times.createdAt),
    lastUsedAt: iso(Math.floor(times.lastUsedAt / HOUR_MS) * HOUR_MS),
    expiresAt: iso(times.expiresAt),
  }
}
