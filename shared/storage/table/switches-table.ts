import type { TableClient } from '@azure/data-tables'
import type { SwitchStore } from '../ports.ts'
import { clientKey } from './client-key.ts'
import { attempt, REFUSED, write } from './table.ts'

const CLIENTS = 'client'

/** Table `switches`: partition = what is switched off, row = which one. That a row is there says all. */
export function createSwitchesTable(table: TableClient): SwitchStore {
  return {
    isClientEnded: async (clientId) =>
      (await attempt(() => table.getEntity(CLIENTS, clientKey(clientId)), [404])) !== REFUSED,
    endClient: async (clientId, at) => {
      const entity = { partitionKey: CLIENTS, rowKey: clientKey(clientId), clientId, endedAt: new Date(at) }
      await write(table, () => table.createEntity(entity), [409])
    },
  }
}
