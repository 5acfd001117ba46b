import { LRUCache } from 'lru-cache'
import type { DataverseError } from '../errors.ts'

export type Searcher = { readonly organizationId: string; readonly systemUserId: string }

/** One per worker: for whom Dataverse Search was found to be off. It holds ids alone. */
export type SearchAvailability = {
  readonly isOff: (searcher: Searcher) => boolean
  /** Remembers for a while what the refusal says: off for the organization, or for this person. */
  readonly note: (searcher: Searcher, refusal: DataverseError) => void
}

export type SearchAvailabilityOptions = {
  readonly now: () => number
  readonly ttlMs?: number
  readonly maxEntries?: number
}

const TEN_MINUTES_MS = 600_000
const SWITCHED_OFF = '0x80048d0b'
const MISSING = new Set([404, 405, 501])

/** Spares each search a request that is sure to be refused, for ten minutes. */
export function createSearchAvailability(options: SearchAvailabilityOptions): SearchAvailability {
  const { now, ttlMs = TEN_MINUTES_MS, maxEntries = 1_000 } = options
  const offUntil = new LRUCache<string, number>({ max: maxEntries })
  const isOff = (key: string): boolean => (offUntil.get(key) ?? 0) > now()
  return {
    isOff: (searcher) => isOff(searcher.organizationId) || isOff(personKey(searcher)),
    note: (searcher, refusal) => {
      const forAll = refusal.code.toLowerCase() === SWITCHED_OFF || MISSING.has(refusal.status)
      if (forAll) offUntil.set(searcher.organizationId, now() + ttlMs)
      else if (refusal.status === 403) offUntil.set(personKey(searcher), now() + ttlMs)
    },
  }
}

/** A refusal of one person must not take the search from the others. */
function personKey({ organizationId, systemUserId }: Searcher): string {
  return `${organizationId}/${systemUserId}`
}
