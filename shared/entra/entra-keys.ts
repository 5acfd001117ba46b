import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { within } from '../telemetry/deadline.ts'

export type EntraKeys = JWTVerifyGetKey

/** The keys cannot be had now; says nothing of the token that asked for one. */
export class KeysUnreadable extends Error {
  override readonly name = 'KeysUnreadable'
  /** Seconds until they are read again. */
  readonly retryAfter: number
  constructor(retryAfterMs: number, options?: ErrorOptions) {
    super("Entra's keys cannot be had", options)
    this.retryAfter = Math.ceil(retryAfterMs / 1_000)
  }
}

const KEPT_MS = 600_000
/** Between two reads for a key id that the keys at hand do not have, whether the first one went well or not. */
const UNKNOWN_KEY_PAUSE_MS = 30_000
/** After a read that failed, while there are no keys at hand: everybody waits for them. */
const FAILURE_PAUSE_MS = 5_000
const TIMEOUT_MS = 5_000

type Known = { readonly find: EntraKeys; readonly readAt: number }

/**
 * The tenant's signing keys: read at their first use, and kept for ten minutes. Whoever sends tokens chooses their key
 * ids, so made-up ids must not choose our load: for an id that the keys at hand do not have they are read anew no more
 * than once in thirty seconds, and with none at hand no more than once in five seconds, also while every read fails.
 * Requests that come meanwhile share the one read. One per worker, for every kind of token. `now` is epoch milliseconds.
 * @throws KeysUnreadable (the function) while nothing can be decided, JWKSNoMatchingKey for an id that Entra does not know
 */
export function createEntraKeys(jwksUri: string, fetch: typeof globalThis.fetch, now: () => number): EntraKeys {
  const read = createReader(jwksUri, fetch, now)
  let current: Known | undefined
  return async (header, token) => {
    if (current === undefined || !isWithin(current.readAt, KEPT_MS, now())) current = await read(FAILURE_PAUSE_MS)
    const asked = current
    try {
      return await asked.find(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || isWithin(asked.readAt, UNKNOWN_KEY_PAUSE_MS, now()))
        throw error
    }
    current = await read(UNKNOWN_KEY_PAUSE_MS)
    return current.find(header, token)
  }
}

/** A clock that was set back does not lengthen a pause. */
const isWithin = (since: number, duration: number, now: number): boolean => now >= since && now - since < duration

/** Reads the keys, unless they were read just now, are being read, or could not be read less than `pause` ms ago. */
function createReader(jwksUri: string, fetch: typeof globalThis.fetch, now: () => number) {
  let last: Known | undefined
  let failedAt: number | undefined
  let reading: Promise<Known> | undefined
  const readAnew = async (pause: number): Promise<Known> => {
    try {
      const find = await within(TIMEOUT_MS, (signal) => fetchKeys(jwksUri, fetch, signal))
      last = { find, readAt: now() }
      failedAt = undefined
      return last
    } catch (cause) {
      failedAt = now()
      throw new KeysUnreadable(pause, { cause })
    } finally {
      reading = undefined
    }
  }
  return async (pause: number): Promise<Known> => {
    if (reading !== undefined) return reading
    const at = now()
    if (last !== undefined && isWithin(last.readAt, UNKNOWN_KEY_PAUSE_MS, at)) return last
    if (failedAt !== undefined && isWithin(failedAt, pause, at)) throw new KeysUnreadable(failedAt + pause - at)
    reading = readAnew(pause)
    return reading
  }
}

async function fetchKeys(jwksUri: string, fetch: typeof globalThis.fetch, signal: AbortSignal): Promise<EntraKeys> {
  const headers = { accept: 'application/json, application/jwk-set+json' }
  const answer = await fetch(jwksUri, { headers, redirect: 'manual', signal })
  if (answer.status !== 200) {
    await answer.body?.cancel()
    throw new Error(`status ${answer.status}`)
  }
  // Throws for what is no key set.
  return createLocalJWKSet((await answer.json()) as JSONWebKeySet)
}
