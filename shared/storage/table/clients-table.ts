import type { TableClient } from '@azure/data-tables'
import { z } from 'zod'
import type { ClientStore } from '../ports.ts'
import { attempt, etag, readEntity, REFUSED, time, write } from './table.ts'

const ROW = 'registration'
const Client = z.object({
  etag,
  name: z.string(),
  redirectUris: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
  authMethod: z.enum(['none', 'client_secret_post', 'client_secret_basic']),
  secretHash: z.string().optional(),
  scope: z.string(),
  createdAt: time,
  expiresAt: time,
})

/** Table `clients`: partition = client id. */
export function createClientsTable(table: TableClient): ClientStore {
  const readWithEtag = (clientId: string) => readEntity(table, Client, clientId, ROW)
  return {
    create: async (clientId, row) => {
      const entity = {
        ...row,
        partitionKey: clientId,
        rowKey: ROW,
        redirectUris: JSON.stringify(row.redirectUris),
        createdAt: new Date(row.createdAt),
        expiresAt: new Date(row.expiresAt),
      }
      await write(table, () => table.createEntity(entity), [409])
    },
    read: async (clientId) => {
      const found = await readWithEtag(clientId)
      if (!found) return undefined
      const { etag: version, secretHash, ...row } = found
      return secretHash === undefined ? row : { ...row, secretHash }
    },
    extend: async (clientId, expiresAt) => {
      for (let tries = 0; tries < 5; tries++) {
        const found = await readWithEtag(clientId)
        if (!found || found.expiresAt >= expiresAt) return
        const entity = { partitionKey: clientId, rowKey: ROW, expiresAt: new Date(expiresAt) }
        const done = await attempt(() => table.updateEntity(entity, 'Merge', { etag: found.etag }), [404, 412])
        if (done !== REFUSED) return
      }
    },
  }
}
