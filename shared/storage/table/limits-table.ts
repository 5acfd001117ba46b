import type { TableClient } from '@azure/data-tables'
import { z } from 'zod'
import { type LimitStore, StorageUnavailable } from '../ports.ts'
import { attempt, etag, readEntity, REFUSED, write } from './table.ts'

const Counter = z.object({ etag, count: z.number() })
const MOST_TRIES = 20

/** Table `limits`: partition = what is counted, row = the day. */
export function createLimitsTable(table: TableClient): LimitStore {
  return {
    take: async (name, day, most, expiresAt) => {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const found = await readEntity(table, Counter, name, day)
        if (found && found.count >= most) return false
        const entity = {
          partitionKey: name,
          rowKey: day,
          count: (found?.count ?? 0) + 1,
          expiresAt: new Date(expiresAt),
        }
        const done = found
          ? await attempt(() => table.updateEntity(entity, 'Replace', { etag: found.etag }), [404, 412])
          : await write(table, () => table.createEntity(entity), [409])
        if (done !== REFUSED) return true
      }
      throw new StorageUnavailable(`the counter ${name} is contended`)
    },
  }
}
