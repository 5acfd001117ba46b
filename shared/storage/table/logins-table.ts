import type { TableClient } from '@azure/data-tables'
import * as z from 'zod'
import type { LoginStore } from '../ports.ts'
import { attempt, etag, fromColumns, readEntity, REFUSED, sealedColumns, time, toColumns, write } from './table.ts'

const ROW = 'login'
const Login = z.object({ ...sealedColumns, etag, expiresAt: time })

/** Table `logins`: partition = SHA-256 of Entra's `state`. */
export function createLoginsTable(table: TableClient): LoginStore {
  return {
    create: async (stateHash, { expiresAt, sealed }) => {
      const entity = { partitionKey: stateHash, rowKey: ROW, expiresAt: new Date(expiresAt), ...toColumns(sealed) }
      await write(table, () => table.createEntity(entity), [409])
    },
    read: async (stateHash) => {
      const found = await readEntity(table, Login, stateHash, ROW)
      const sealed = found && fromColumns(found)
      return sealed && { expiresAt: found.expiresAt, sealed, etag: found.etag }
    },
    consume: async (stateHash, version) => {
      const done = await attempt(() => table.deleteEntity(stateHash, ROW, { etag: version }), [404, 412])
      return done !== REFUSED
    },
  }
}
