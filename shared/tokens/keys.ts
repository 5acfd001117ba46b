/** A sealing key and the id under which rows name it. */
export type SealingKey = { readonly id: string; readonly key: Uint8Array }

/** Where keys come from: a vault (`vault-keys.ts`) or, on a developer's machine, a file (`local-keys.ts`). */
export type Keys = {
  /** @throws KeysUnavailable when the vault cannot be reached and nothing is remembered */
  readonly current: () => Promise<SealingKey>
  /**
   * The key of that id, or `undefined` when there is none or it was replaced too long ago. An id that is not known has
   * the vault asked, so it must come from what this app wrote, never from a request as it is.
   * @throws KeysUnavailable when that cannot be told yet
   */
  readonly byId: (id: string) => Promise<SealingKey | undefined>
  /** Never rotates: rows of a person are found by an HMAC under it. */
  readonly index: () => Promise<Uint8Array>
}

/** The key store could not be read: a passing fault, never a reason to refuse a token. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable'
  /** For the log: the vault answers, and what it holds is not enough. */
  readonly code?: 'NO_ENABLED_VERSION'
  constructor(message: string, options: ErrorOptions & { readonly code?: 'NO_ENABLED_VERSION' } = {}) {
    super(message, options)
    if (options.code !== undefined) this.code = options.code
  }
}

/** A key that must not be used: short, constant, or text that was never replaced. */
export class WeakKey extends Error {
  override readonly name = 'WeakKey'
}

const KEY_BYTES = 32
/** 43 characters of text are base64url too; random ones mix cases and spell no long word. */
const ONE_CASE = /^[^a-z]+$|^[^A-Z]+$/
const WORDS = /sealing|secret|change|replace|placeholder|example/i

/**
 * Decodes 256 bits of base64url.
 * @throws WeakKey for one that is short, repetitive or readable text
 */
export function decodeKey(name: string, encoded: string): Uint8Array {
  const bytes = Buffer.from(encoded.trim(), 'base64url')
  if (!/^[A-Za-z0-9_-]{43}=?$/.test(encoded.trim()) || bytes.length !== KEY_BYTES)
    throw new WeakKey(`${name} must be 32 random bytes in base64url`)
  const isText = /^[\x20-\x7e]+$/.test(bytes.toString('latin1')) || ONE_CASE.test(encoded) || WORDS.test(encoded)
  if (isText || new Set(bytes).size < 12) throw new WeakKey(`${name} is not random`)
  return new Uint8Array(bytes)
}
