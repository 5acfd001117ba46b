import { LRUCache } from 'lru-cache'
import { bytesOf } from './bytes-of.ts'

/** Values by key, each loaded at most once at a time, and bounded in number or size, and in age. */
export type Memo<T> = {
  /** @param notBefore epoch milliseconds: a value whose loading began earlier is loaded anew */
  readonly get: (key: string, load: () => Promise<T>, notBefore?: number) => Promise<T>
  /** A value that is kept and young enough; nothing is loaded for it. */
  readonly peek: (key: string) => T | undefined
  readonly set: (key: string, value: T) => void
  /** Forgets the values of these keys, and what is being loaded. */
  readonly drop: (isDropped?: (key: string) => boolean) => void
}

export type MemoLimits = { readonly now: () => number; readonly ttlMs: number } & (
  | { readonly max: number }
  | { readonly maxBytes: number }
)

type Kept<T> = { readonly value: T; readonly loadedAt: number }

export function createMemo<T>(limits: MemoLimits): Memo<T> {
  const { now, ttlMs } = limits
  // One takes the memory of all that it may hold when it is made, and a worker has a dozen of which it fills few.
  let made: LRUCache<string, Kept<T>> | undefined
  const keep = (key: string, one: Kept<T>) => (made ??= createCache<T>(limits)).set(key, one)
  const flights = new Map<string, Promise<T>>()
  const start = (key: string, load: () => Promise<T>): Promise<T> => {
    const loadedAt = now()
    const flight = load()
      .then((value) => {
        // One that was dropped on its way may be older than the change that it was dropped for.
        if (flights.get(key) === flight) keep(key, { value, loadedAt })
        return value
      })
      .finally(() => {
        if (flights.get(key) === flight) flights.delete(key)
      })
    flights.set(key, flight)
    return flight
  }
  const freshSince = (notBefore: number): number => Math.max(notBefore, now() - ttlMs)
  return {
    peek: (key) => {
      const found = made?.get(key)
      return found && found.loadedAt >= freshSince(0) ? found.value : undefined
    },
    get: async (key, load, notBefore = 0) => {
      const found = made?.get(key)
      if (found && found.loadedAt >= freshSince(notBefore)) return found.value
      const running = flights.get(key)
      if (!running) return await start(key, load)
      // Another person's flight may fail for that person alone: an ended token, a deadline.
      return await running.catch(() => flights.get(key) ?? start(key, load))
    },
    set: (key, value) => {
      keep(key, { value, loadedAt: now() })
    },
    drop: (isDropped = () => true) => {
      for (const key of [...(made?.keys() ?? []), ...flights.keys()].filter(isDropped)) {
        made?.delete(key)
        flights.delete(key)
      }
    },
  }
}

function createCache<T>(limits: MemoLimits): LRUCache<string, Kept<T>> {
  if ('max' in limits) return new LRUCache({ max: limits.max })
  const { maxBytes: maxSize } = limits
  // A value larger than all the room is kept alone: loaded for each call it would cost more than its room.
  return new LRUCache({ maxSize, sizeCalculation: ({ value }) => Math.min(maxSize, Math.max(1, bytesOf(value))) })
}
