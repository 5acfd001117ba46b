import * as z from 'zod'
import { type ClientStore, type KnownClient, StorageUnavailable } from '../../storage/ports.ts'
import type { CurrentSwitches } from '../../grants/switches/current-switches.ts'
import { type Command, defineCommand } from '../command.ts'
import type { EndingDeps } from '../ending/ending.ts'
import { iso } from './members.ts'

export type ClientsDeps = Pick<EndingDeps, 'users' | 'now'> & {
  readonly clients: Pick<ClientStore, 'list'>
  readonly switches: Pick<CurrentSwitches, 'fresh'>
}

const MOST_CLIENTS = 500
/** Rows that are looked through for a client of whose id the beginning is known. */
const MOST_READ = 50_000
const MOST_HOSTS = 10
/** Counting reads everybody's rows; where there are too many, what was counted is a least number, and said to be. */
const COUNTING_MS = 5_000

const Asked = z.strictObject({ startsWith: z.string().min(1).max(2_000).optional() })

/** `{"command":"clients","startsWith"?}`: clients that somebody has signed in with; all, or whose ids begin so. */
export const createClientsCommand = (deps: ClientsDeps): Command =>
  defineCommand('clients', Asked, async (_context, { startsWith }) => {
    const [{ known, more }, counted, { isClientOff }] = await Promise.all([
      find(deps, startsWith),
      count(deps),
      deps.switches.fresh(),
    ])
    const byUse = [...known].sort((a, b) => (b.lastUsedAt ?? 0) - (a.lastUsedAt ?? 0))
    const shownOnes = byUse.map((one) => ({
      ...shown(one),
      isOff: isClientOff(one.clientId),
      signIns: counted.signIns.get(one.clientId) ?? 0,
    }))
    return {
      answer: { clients: shownOnes, more, countedAll: counted.all },
      noted: { outcome: 'ok', count: known.length },
    }
  })

async function find({ clients }: ClientsDeps, startsWith: string | undefined) {
  const most = startsWith === undefined ? MOST_CLIENTS : MOST_READ
  const read = await clients.list(most)
  const found = startsWith === undefined ? read : read.filter(({ clientId }) => clientId.startsWith(startsWith))
  return { known: found.slice(0, MOST_CLIENTS), more: read.length === most || found.length > MOST_CLIENTS }
}

/** Sign-ins whose connection runs, or has ended and not been swept away yet. */
async function count({ users, now }: ClientsDeps): Promise<{ signIns: ReadonlyMap<string, number>; all: boolean }> {
  const signIns = new Map<string, number>()
  const until = now() + COUNTING_MS
  try {
    for (let after: string | undefined; ;) {
      const { rows, next } = await users.page(after)
      for (const { clientId } of rows) signIns.set(clientId, (signIns.get(clientId) ?? 0) + 1)
      if (next === undefined) return { signIns, all: true }
      if (now() > until) return { signIns, all: false }
      after = next
    }
  } catch (error) {
    if (error instanceof StorageUnavailable) return { signIns, all: false }
    throw error
  }
}

function shown({ clientId, name, kind, redirectUris, firstUsedAt, lastUsedAt }: KnownClient) {
  const hosts = redirectUris.map((uri) => (URL.canParse(uri) ? new URL(uri).host || new URL(uri).protocol : ''))
  return {
    clientId,
    name,
    kind: kind ?? 'registered',
    hosts: [...new Set(hosts)].slice(0, MOST_HOSTS),
    ...(firstUsedAt !== undefined && { firstUsedAt: iso(firstUsedAt) }),
    ...(lastUsedAt !== undefined && { lastUsedAt: iso(lastUsedAt) }),
  }
}
