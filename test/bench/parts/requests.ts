import { setTimeout as pause } from 'node:timers/promises'
import { startStorageProxy, type StorageProxy } from '../../e2e/support/storage-proxy.ts'
import type { Lifetime } from '../../sandbox/demo/lifetime.ts'
import type { Sandbox } from '../../sandbox/start-sandbox.ts'
import { openSession, type Session } from '../stage/session.ts'
import { HOT, HOT_CALLS } from './hot.ts'

/** How many requests one call causes. */
export type Requests = {
  readonly reads: number
  readonly writes: number
  readonly entra: number
  readonly dataverse: number
}

/** What a call began and did not wait for is over. */
const SETTLED_MS = 300

type Counted = { readonly sandbox: Sandbox; readonly storage: StorageProxy; readonly session: Session }

async function count({ sandbox, storage }: Counted, call: () => Promise<unknown>): Promise<Requests> {
  await pause(SETTLED_MS)
  storage.reset()
  sandbox.entra.reset()
  sandbox.dataverse.reset()
  await call()
  await pause(SETTLED_MS)
  const entra = Object.values(sandbox.entra.counters()).reduce((sum, one) => sum + one, 0)
  return { reads: storage.reads(), writes: storage.writes(), entra, dataverse: sandbox.dataverse.counters().total }
}

/** Storage, Entra and Dataverse, in requests, of each kind of call. */
export async function countRequests({ own }: Lifetime, sandbox: Sandbox): Promise<Record<string, Requests>> {
  const storage = await own(startStorageProxy(sandbox.azurite))
  const instance = await sandbox.startInstance({ TABLES_CONNECTION_STRING: storage.connectionString })
  const session = await openSession(sandbox.mcpUrl, instance.url)
  const counted = { sandbox, storage, session }
  await session.refresh()
  await session.listTools()
  const rows: Record<string, Requests> = {
    refresh: await count(counted, session.refresh),
    'first call with a new token': await count(counted, session.listTools),
  }
  for (const name of HOT_CALLS) {
    const { method, params } = HOT[name]
    await session.call(method, params)
    rows[`hot ${name}`] = await count(counted, () => session.call(method, params))
  }
  return rows
}
