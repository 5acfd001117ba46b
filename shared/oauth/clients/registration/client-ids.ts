import { createHmac, timingSafeEqual } from 'node:crypto'
import { canonicalBytes } from '../../../tokens/canonical.ts'
import { derivedKeyOf } from '../../../tokens/derived-key.ts'
import type { Keys } from '../../../tokens/keys.ts'
import type { Random } from '../../../tokens/token.ts'
import { layOut, RANDOM_BYTES, readLayout, type Registration } from './id-layout.ts'

const PREFIX = 'dmi2_'
export const MOST_ID_CHARACTERS = 500
const MAC_BYTES = 16
const SHAPE = /^dmi2_[A-Za-z0-9_-]{39,495}$/
const DAY_MS = 86_400_000

/**
 * Client ids that carry their own registration, so that what strangers send costs no row. They are signed under a key
 * derived from the index key: it never rotates, all instances share it, and no other deployment has it.
 */
export type ClientIds = {
  /** A new id, each time another one; `undefined` when it would be longer than 500 characters. */
  readonly issue: (registration: Registration, now: number, random: Random) => Promise<string | undefined>
  /** What an id carries; `undefined` for everything that `issue` did not give, in any character. */
  readonly open: (clientId: string) => Promise<Registration | undefined>
  /** The secret of a confidential client: of its id alone, so that no two clients share one and none is kept. */
  readonly secretOf: (clientId: string) => Promise<string>
}

/** Every method throws `KeysUnavailable` when the key store cannot be read, and has not been by a call before. */
export function createClientIds(keys: Pick<Keys, 'index'>): ClientIds {
  const idKey = derivedKeyOf(keys, 'client-id')
  const secretKey = derivedKeyOf(keys, 'client-secret')
  return {
    issue: async (registration, now, random) => {
      const bytes = layOut(registration, Math.floor(now / DAY_MS), random(RANDOM_BYTES))
      const signed = Buffer.concat([bytes, mac(await idKey(), bytes)])
      const clientId = PREFIX + signed.toString('base64url')
      return clientId.length > MOST_ID_CHARACTERS ? undefined : clientId
    },
    open: async (clientId) => {
      const signed = bytesOf(clientId)
      if (!signed) return undefined
      const bytes = signed.subarray(0, -MAC_BYTES)
      const genuine = timingSafeEqual(mac(await idKey(), bytes), signed.subarray(-MAC_BYTES))
      return genuine ? readLayout(bytes) : undefined
    },
    secretOf: async (clientId) =>
      createHmac('sha256', await secretKey())
        .update(clientId)
        .digest('base64url'),
  }
}

const bytesOf = (clientId: string): Buffer | undefined =>
  SHAPE.test(clientId) ? canonicalBytes(clientId.slice(PREFIX.length)) : undefined

const mac = (key: Uint8Array, bytes: Uint8Array): Buffer =>
  createHmac('sha256', key).update(PREFIX).update(bytes).digest().subarray(0, MAC_BYTES)
