import { decodeKey, KeysUnavailable, type Keys, type SealingKey, WeakKey } from './keys.ts'

const DAY_MS = 86_400_000
/** A replaced key opens what it sealed for this long; refresh tokens idle out in the same time. */
export const READABLE_AFTER_REPLACEMENT_MS = 30 * DAY_MS
const REREAD_MS = 10 * 60_000
/** Neither rows whose key is gone nor a vault that is away may turn every request into calls to the vault. */
const PAUSE_MS = 30_000

export type SecretVersion = { readonly id: string; readonly createdAt: number; readonly enabled: boolean }

/** The two calls of Key Vault that are needed, so that this file knows no Azure package. */
export type SecretStore = {
  readonly versions: (name: string) => Promise<readonly SecretVersion[]>
  readonly value: (name: string, version?: string) => Promise<string>
}

type Ring = {
  readonly readAt: number
  readonly keys: readonly (SealingKey & { readonly readableUntil: number })[]
  /** Ids that this reading of the vault is known not to hold. */
  readonly absent: Set<string>
}

/** Keys from a vault: the newest version seals, older ones stay readable for 30 days after their replacement. */
export function createVaultKeys(
  store: SecretStore,
  names: { sealing: string; index: string },
  now: () => number,
): Keys {
  let ring: Ring | undefined
  let reading: Promise<Ring> | undefined
  let failedAt = -Infinity
  let indexKey: Promise<Uint8Array> | undefined

  const reread = (): Promise<Ring> =>
    (reading ??= readRing(store, names.sealing, now, ring)
      .then((read) => (ring = read))
      .catch((error: unknown) => {
        if (!(error instanceof WeakKey)) failedAt = now()
        throw error
      })
      .finally(() => (reading = undefined)))

  const recent = async (maxAge: number): Promise<Ring> => {
    if (ring && (now() - ring.readAt < maxAge || now() - failedAt < PAUSE_MS)) return ring
    try {
      return await reread()
    } catch (error) {
      if (ring && !(error instanceof WeakKey)) return ring
      throw unavailable(error)
    }
  }

  const find = ({ keys }: Ring, id: string) => keys.find((key) => key.id === id)
  const readable = (key: Ring['keys'][number]) => (now() < key.readableUntil ? key : undefined)

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
      const known = find(first, id)
      if (known) return readable(known)
      if (first.readAt >= asked) first.absent.add(id)
      if (now() - Math.max(first.readAt, failedAt) < PAUSE_MS) {
        if (first.absent.has(id)) return undefined
        throw new KeysUnavailable('the vault was read too recently to look for a new key')
      }
      const fresh = await reread().catch((error: unknown) => Promise.reject(unavailable(error)))
      const found = find(fresh, id)
      if (!found) fresh.absent.add(id)
      return found && readable(found)
    },
    index: () =>
      (indexKey ??= store
        .value(names.index)
        .then((value) => decodeKey(names.index, value))
        .catch((error: unknown) => {
          indexKey = undefined
          throw unavailable(error)
        })),
  }
}

function unavailable(error: unknown): Error {
  if (error instanceof WeakKey || error instanceof KeysUnavailable) return error
  return new KeysUnavailable('the key vault did not answer', { cause: error })
}

async function readRing(store: SecretStore, name: string, now: () => number, before: Ring | undefined): Promise<Ring> {
  const readAt = now()
  const versions = (await store.versions(name))
    .filter((version) => version.enabled)
    .sort((left, right) => right.createdAt - left.createdAt)
    .map((version, at, all) => {
      const replacedAt = all[at - 1]?.createdAt
      return {
        ...version,
        readableUntil: replacedAt === undefined ? Infinity : replacedAt + READABLE_AFTER_REPLACEMENT_MS,
      }
    })
    .filter((version) => readAt < version.readableUntil)
  const keys = await Promise.all(
    versions.map(async ({ id, readableUntil }) => ({
      id,
      readableUntil,
      key: before?.keys.find((known) => known.id === id)?.key ?? decodeKey(name, await store.value(name, id)),
    })),
  )
  return { readAt, keys, absent: new Set() }
}
