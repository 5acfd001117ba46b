import { LRUCache } from 'lru-cache'
import { decodeKey, KeysUnavailable, type Keys, type SealingKey, WeakKey } from './keys.ts'

const DAY_MS = 86_400_000
const LEAST_READABLE_MS = 30 * DAY_MS
const REREAD_MS = 10 * 60_000
/** Neither ids that are unknown nor a vault that is away may turn every request into calls to the vault. */
const PAUSE_MS = 30_000
/** The same of a worker that holds no key yet, where everybody waits for the first one. */
const FIRST_PAUSE_MS = 2_000
const MOST_ABSENT = 1_000

/**
 * How long a replaced key opens what it sealed, in milliseconds: as long as what it sealed may lie unused, and 30 days
 * at least. `refreshIdle` in seconds.
 */
export const readableAfterReplacement = (refreshIdle: number): number => Math.max(LEAST_READABLE_MS, refreshIdle * 1000)

export type SecretVersion = {
  readonly id: string
  readonly createdAt: number
  readonly enabled: boolean
  /** Where whoever put it there set one. */
  readonly endsAt?: number
}

/** The two calls of Key Vault that are needed, so that this file knows no Azure package. */
export type SecretStore = {
  readonly versions: (name: string) => Promise<readonly SecretVersion[]>
  readonly value: (name: string, version?: string) => Promise<string>
}

type Ring = {
  readonly readAt: number
  readonly keys: readonly (SealingKey & { readonly readableUntil: number })[]
}

export type VaultKeysOptions = {
  readonly names: { readonly sealing: string; readonly index: string }
  readonly now: () => number
  /** Milliseconds that a replaced key stays readable. @see readableAfterReplacement */
  readonly readableFor: number
}

/**
 * Keys from a vault: the newest version seals, older ones stay readable for a time after their replacement. An id that
 * is not known is looked for at once, since another worker may have sealed with a key of seconds ago; but at most one
 * such look in 30 s, whatever the routine readings are.
 */
export function createVaultKeys(store: SecretStore, options: VaultKeysOptions): Keys {
  const { names, now } = options
  let ring: Ring | undefined
  let reading: Promise<Ring> | undefined
  let failedAt = -Infinity
  let failure: unknown
  let looking: Promise<Ring> | undefined
  let lookedAt = -Infinity
  let indexKey: Promise<Uint8Array> | undefined
  let indexFailedAt = -Infinity
  let indexFailure: unknown
  /** Ids that a reading which began after they were asked for did not find: no later one will. */
  const absent = new LRUCache<string, true>({ max: MOST_ABSENT, ttl: REREAD_MS, ttlResolution: 0, perf: { now } })

  const reread = (): Promise<Ring> =>
    (reading ??= readRing(store, options, ring)
      .then((read) => (ring = read))
      .catch((error: unknown) => {
        if (!(error instanceof WeakKey)) failedAt = now()
        failure = error
        throw error
      })
      .finally(() => (reading = undefined)))

  const recent = async (maxAge: number): Promise<Ring> => {
    if (ring && (now() - ring.readAt < maxAge || now() - failedAt < PAUSE_MS)) return ring
    if (!ring && now() - failedAt < FIRST_PAUSE_MS) throw unavailable(failure)
    try {
      return await reread()
    } catch (error) {
      if (ring && !(error instanceof WeakKey)) return ring
      throw unavailable(error)
    }
  }

  const readable = ({ keys }: Ring, id: string): SealingKey | undefined =>
    keys.find((key) => key.id === id && now() < key.readableUntil)
  const knows = ({ keys }: Ring, id: string) => keys.some((key) => key.id === id)

  /** A reading that begins now; one that is under way may have listed the versions before the newest was made. */
  const readFrom = async (asked: number): Promise<Ring> => {
    const read = await reread().catch((error: unknown) => Promise.reject(unavailable(error)))
    return read.readAt >= asked ? read : readFrom(asked)
  }
  const look = (): Promise<Ring> => {
    if (!looking && now() - Math.max(lookedAt, failedAt) < PAUSE_MS) return Promise.reject(tooSoon())
    return (looking ??= readFrom((lookedAt = now())).finally(() => (looking = undefined)))
  }

  const readIndex = (): Promise<Uint8Array> =>
    store
      .value(names.index)
      .then((value) => decodeKey(names.index, value))
      .catch((error: unknown) => {
        indexKey = undefined
        indexFailedAt = now()
        indexFailure = error
        throw unavailable(error)
      })

  return {
    current: async () => {
      const newest = (await recent(REREAD_MS)).keys[0]
      if (newest) return newest
      const message = `the vault holds no enabled version of ${names.sealing}`
      throw new KeysUnavailable(message, { code: 'NO_ENABLED_VERSION' })
    },
    byId: async (id) => {
      const asked = now()
      const first = await recent(REREAD_MS)
      if (knows(first, id)) return readable(first, id)
      if (absent.has(id)) return undefined
      const fresh = first.readAt >= asked ? first : await look()
      if (knows(fresh, id)) return readable(fresh, id)
      if (fresh.readAt < asked) throw tooSoon()
      absent.set(id, true)
      return undefined
    },
    index: () => {
      if (!indexKey && now() - indexFailedAt < FIRST_PAUSE_MS) return Promise.reject(unavailable(indexFailure))
      return (indexKey ??= readIndex())
    },
  }
}

/** No verdict, so nobody loses a grant by it. */
const tooSoon = () => new KeysUnavailable('the vault was read too recently to look for a new key')

function unavailable(error: unknown): Error {
  if (error instanceof WeakKey || error instanceof KeysUnavailable) return error
  return new KeysUnavailable('the key vault did not answer', { cause: error })
}

async function readRing(
  store: SecretStore,
  { names: { sealing: name }, now, readableFor }: VaultKeysOptions,
  before: Ring | undefined,
): Promise<Ring> {
  const readAt = now()
  const versions = (await store.versions(name))
    .filter((version) => version.enabled)
    .sort((left, right) => right.createdAt - left.createdAt)
    .map(({ id }, at, all) => ({ id, readableUntil: (all[at - 1]?.createdAt ?? Infinity) + readableFor }))
    .filter((version) => readAt < version.readableUntil)
  const values = await Promise.all(
    versions.map(async ({ id }) => before?.keys.find((known) => known.id === id)?.key ?? store.value(name, id)),
  )
  const keys = versions.flatMap((version, at) => {
    const key = usable(name, values[at] ?? '', at > 0)
    return key ? [{ id: version.id, readableUntil: version.readableUntil, key }] : []
  })
  return { readAt, keys }
}

/** A version that was replaced since it is no key has sealed nothing, and stands in nobody's way. */
function usable(name: string, value: string | Uint8Array, replaced: boolean): Uint8Array | undefined {
  if (typeof value !== 'string') return value
  try {
    return decodeKey(name, value)
  } catch (error) {
    if (replaced && error instanceof WeakKey) return undefined
    throw error
  }
}
