import { LRUCache } from 'lru-cache'

/**
 * How far metadata that is kept may be trusted.
 * `unknown`: nothing is kept; `due`: it must be confirmed first; `fresh`: it may be used.
 */
export type FreshnessState = 'unknown' | 'due' | 'fresh'

export type Freshness = {
  readonly state: () => FreshnessState
  /** Dataverse's stamp of what is kept; without one nothing can be confirmed. */
  readonly stamp: () => string | undefined
  readonly opened: (stamp: string | undefined) => void
  readonly confirmed: (stamp: string) => void
  readonly forgotten: () => void
  /** A version that an answer named: one not seen before means that something was published. */
  readonly note: (version: string) => void
}

export type FreshnessLimits = {
  readonly now: () => number
  /** How long to go without asking. */
  readonly ttlMs: number
  /** How long to go at all: views are rows, so no stamp tells of a change in them. */
  readonly maxAgeMs: number
}

/** Servers of one organization may be some versions apart for a while, so more than the last one is remembered. */
const VERSIONS = 16

export function createFreshness({ now, ttlMs, maxAgeMs }: FreshnessLimits): Freshness {
  const versions = new LRUCache<string, true>({ max: VERSIONS })
  let kept: { readonly openedAt: number; checkedAt: number; stamp: string | undefined } | undefined
  return {
    state: () => {
      if (!kept || now() - kept.openedAt >= maxAgeMs) return 'unknown'
      if (now() - kept.checkedAt < ttlMs) return 'fresh'
      return kept.stamp === undefined ? 'unknown' : 'due'
    },
    stamp: () => kept?.stamp,
    opened: (stamp) => {
      kept = { openedAt: now(), checkedAt: now(), stamp }
    },
    confirmed: (stamp) => {
      if (kept) kept = { ...kept, checkedAt: now(), stamp }
    },
    forgotten: () => {
      kept = undefined
    },
    note: (version) => {
      const isFirst = versions.size === 0
      if (versions.get(version)) return
      versions.set(version, true)
      if (kept && !isFirst) kept.checkedAt = -Infinity
    },
  }
}
