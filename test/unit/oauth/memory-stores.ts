import type { ClientRow, ClientStore, LimitStore } from '../../../shared/storage/ports.ts'

/** The two small tables that registration needs, in memory. */
export function memoryStores() {
  const rows = new Map<string, ClientRow>()
  const counts = new Map<string, number>()
  let reads = 0
  const clients: ClientStore = {
    create: (clientId, row) => Promise.resolve(void rows.set(clientId, row)),
    read: (clientId) => {
      reads += 1
      return Promise.resolve(rows.get(clientId))
    },
    extend: () => Promise.resolve(),
  }
  const limits: LimitStore = {
    take: (name, day, most) => {
      const count = counts.get(name + day) ?? 0
      counts.set(name + day, count + 1)
      return Promise.resolve(count < most)
    },
  }
  return { clients, limits, rows, reads: () => reads }
}
