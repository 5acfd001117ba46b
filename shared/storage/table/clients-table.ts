import type { TableClient } from '@azure/data-tables'
import { z } from 'zod'
import { type ClientStore, StorageUnavailable } from '../ports.ts'
import { attempt, etag, readEntity, REFUSED, time, write } from './table.ts'

const ROW = 'registration'
const MOST_TRIES = 20
/**
 * What Azure refuses in a key. A client id that holds it is the address of a metadata document, which has no row.
 * @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
 */
const NOT_IN_KEYS = /[/\\#?\p{Cc}]/u
/** Every grant of a client moves its expiry, which lies months after the grant's: a write a day is enough. */
const WORTH_A_WRITE_MS = 86_400_000
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
  const readWithEtag = async (clientId: string) =>
    NOT_IN_KEYS.test(clientId) ? undefined : readEntity(table, Client, clientId, ROW)
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
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const found = await readWithEtag(clientId)
        if (!found || expiresAt - found.expiresAt < WORTH_A_WRITE_MS) return
        const entity = { partitionKey: clientId, rowKey: ROW, expiresAt: new Date(expiresAt) }
        const done = await attempt(() => table.updateEntity(entity, 'Merge', { etag: found.etag }), [404, 412])
        if (done !== REFUSED) return
      }
      throw new StorageUnavailable('the client is contended')
    },
  }
}
