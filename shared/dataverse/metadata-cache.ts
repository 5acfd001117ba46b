import { LRUCache } from 'lru-cache'
import type { EntityColumns } from './columns.ts'
import type { EntityIndex } from './entities.ts'
import type { EntityOptions } from './options.ts'

/** A value by key, loaded at most once at a time. */
export type Memo<T> = {
  /** @param notBefore epoch milliseconds: a value loaded earlier is loaded anew */
  readonly get: (key: string, load: () => Promise<T>, notBefore?: number) => Promise<T>
}

/** One per worker, shared between people: it holds metadata alone, never a row. */
export type MetadataCache = {
  readonly entities: Memo<EntityIndex>
  readonly columns: Memo<EntityColumns>
  readonly options: Memo<EntityOptions>
}

export type MetadataCacheOptions = {
  readonly now: () => number
  readonly ttlMs?: number
  /** Tables whose columns are kept. */
  readonly maxEntities?: number
}

const TEN_MINUTES_MS = 600_000

/** Metadata changes when somebody publishes a customization, so it is kept for `ttlMs` (ten minutes). */
export function createMetadataCache(options: MetadataCacheOptions): MetadataCache {
  const { now, ttlMs = TEN_MINUTES_MS, maxEntities = 200 } = options
  return {
    entities: createMemo(now, ttlMs, 1),
    columns: createMemo(now, ttlMs, maxEntities),
    options: createMemo(now, ttlMs, maxEntities),
  }
}

function createMemo<T>(now: () => number, ttlMs: number, max: number): Memo<T> {
  const kept = new LRUCache<string, { readonly value: T; readonly loadedAt: number }>({ max })
  const flights = new Map<string, Promise<T>>()
  const start = (key: string, load: () => Promise<T>): Promise<T> => {
    const flight = load()
      .then((value) => {
        kept.set(key, { value, loadedAt: now() })
        return value
      })
      .finally(() => {
        if (flights.get(key) === flight) flights.delete(key)
      })
    flights.set(key, flight)
    return flight
  }
  return {
    get: async (key, load, notBefore = 0) => {
      const found = kept.get(key)
      if (found && found.loadedAt >= Math.max(notBefore, now() - ttlMs)) return found.value
      const running = flights.get(key)
      if (!running) return await start(key, load)
      // Another person's flight may fail for that person alone: an ended token, a deadline.
      return await running.catch(() => start(key, load))
    },
  }
}
