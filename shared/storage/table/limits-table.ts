import type { TableClient } from '@azure/data-tables'
import * as z from 'zod'
import { type LimitStore, StorageUnavailable, type Usage, type UsageRow } from '../ports.ts'
import { attempt, etag, readEntity, REFUSED, time, write } from './table.ts'

const ROW = 'usage'
/** Of Edm.Int32. */
const MOST = 2 ** 31 - 1
const MOST_TRIES = 5
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const UsageColumns = z.object({
  etag,
  minute: time,
  calls: z.int(),
  // Rows have these since there is writing, and where somebody wrote.
  hour: time.optional(),
  writes: z.int().default(0),
  day: time,
  rows: z.int(),
})
const Written = z.object({ etag })

/** Table `limits`: partition = HMAC of tenant and person, or `deployment`; one row, of the minute, hour and day that run. */
export function createLimitsTable(table: TableClient): LimitStore {
  return {
    add: async (name, merge, expiresAt, known) => {
      let stands = known ?? (await read(table, name))
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const usage = merge(stands)
        const entity = entityOf(name, usage, expiresAt)
        const written = await write(table, () => put(table, entity, stands), [404, 409, 412])
        if (written !== REFUSED) return { ...usage, etag: Written.parse(written).etag }
        stands = await read(table, name)
      }
      throw new StorageUnavailable('a row of limits was changed by others again and again')
    },
    remove: async (name) => ((await attempt(() => table.deleteEntity(name, ROW), [404])) === REFUSED ? 0 : 1),
  }
}

type Entity = ReturnType<typeof entityOf>

function entityOf(name: string, { minute, calls, hour, writes, day, rows }: Usage, expiresAt: number) {
  return {
    partitionKey: name,
    rowKey: ROW,
    minute: new Date(minute * MINUTE_MS),
    calls: Math.min(MOST, calls),
    ...(writes > 0 && { hour: new Date(hour * HOUR_MS), writes: Math.min(MOST, writes) }),
    day: new Date(day * DAY_MS),
    rows: Math.min(MOST, rows),
    expiresAt: new Date(expiresAt),
  }
}

function put(table: TableClient, entity: Entity, stands: UsageRow | undefined): Promise<unknown> {
  return stands ? table.updateEntity(entity, 'Replace', { etag: stands.etag }) : table.createEntity(entity)
}

async function read(table: TableClient, name: string): Promise<UsageRow | undefined> {
  const found = await readEntity(table, UsageColumns, name, ROW)
  if (!found) return undefined
  const { minute, hour = 0, day } = found
  return { ...found, minute: minute / MINUTE_MS, hour: hour / HOUR_MS, day: day / DAY_MS }
}
