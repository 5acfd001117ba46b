import type { TableClient } from '@azure/data-tables'
import type { UserStore } from '../ports.ts'
import { write } from './table.ts'

/** Table `users`: partition = HMAC of tenant and person, row = grant id. */
export function createUsersTable(table: TableClient): UserStore {
  return {
    add: async (userIndex, grantId, { clientId, createdAt, expiresAt }) => {
      const entity = {
        partitionKey: userIndex,
        rowKey: grantId,
        clientId,
        createdAt: new Date(createdAt),
        expiresAt: new Date(expiresAt),
      }
      await write(table, () => table.createEntity(entity), [409])
    },
  }
}
