import { odata, type TableClient } from '@azure/data-tables'
import * as z from 'zod'
import type { UserStore } from '../ports.ts'
import { attempt, listRows, REFUSED, write } from './table.ts'

const Row = z
  .object({ partitionKey: z.string(), rowKey: z.string(), clientId: z.string() })
  .transform(({ partitionKey, rowKey, clientId }) => ({ userIndex: partitionKey, grantId: rowKey, clientId }))
const Page = z.array(Row)
const GrantId = z.object({ rowKey: z.string() })
const IN_PAGE = 200

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
    list: async (userIndex) => {
      const filter = odata`PartitionKey eq ${userIndex}`
      return (await listRows(table, { filter, select: ['RowKey'] }, GrantId)).map(({ rowKey }) => rowKey)
    },
    remove: async (userIndex, grantId) => {
      await attempt(() => table.deleteEntity(userIndex, grantId), [404])
    },
    page: async (after) => {
      const from = after === undefined ? {} : { continuationToken: after }
      const pages = table.listEntities({ queryOptions: { select: ['PartitionKey', 'RowKey', 'clientId'] } })
      const page = await attempt(() => pages.byPage({ maxPageSize: IN_PAGE, ...from }).next(), [404])
      if (page === REFUSED || page.done) return { rows: [] }
      const { continuationToken: next } = page.value
      return { rows: Page.parse([...page.value]), ...(next !== undefined && { next }) }
    },
  }
}
