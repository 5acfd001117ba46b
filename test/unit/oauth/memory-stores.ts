import { randomBytes } from 'node:crypto'
import { switchesOf } from '../../../shared/grants/switches/current-switches.ts'
import { createClients, type StaticClient } from '../../../shared/oauth/clients/client.ts'
import { createClientIds } from '../../../shared/oauth/clients/registration/client-ids.ts'
import type { ClientRow, SwitchedOff } from '../../../shared/storage/ports.ts'

/** What clients are read from, in memory: rows of 0.1.0, switches, and the index key of one deployment. */
export function memoryStores() {
  const rows = new Map<string, ClientRow>()
  const ended = new Set<string>()
  const indexKey = randomBytes(32)
  const ids = createClientIds({ index: () => Promise.resolve(indexKey) })
  let reads = 0
  const read = <T>(value: T): Promise<T> => {
    reads += 1
    return Promise.resolve(value)
  }
  const clientRow = (clientId: string): string => clientId
  const list = (): readonly SwitchedOff[] => [...ended].map((row) => ({ kind: 'client', row }))
  const switches = { fresh: async () => switchesOf(await read(list()), clientRow) }
  const clientsOf = (staticClient?: StaticClient) =>
    createClients({
      store: { read: (clientId) => read(rows.get(clientId)) },
      ids,
      switches,
      staticClient,
      documents: { find: () => Promise.reject(new Error('fetched')) },
    })
  return { rows, ids, switches, clientsOf, end: (clientId: string) => void ended.add(clientId), reads: () => reads }
}
