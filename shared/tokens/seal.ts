import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Random } from './token.ts'

const IV_BYTES = 12
const TAG_BYTES = 16

/** What a sealed value is bound to: the key, the secret whose holder may open it, its purpose and its place. */
export type SealContext = {
  /** 256 bits from Key Vault (or the local key file). */
  readonly sealingKey: Uint8Array
  /** The token (or state) whose holder alone can open this. */
  readonly secret: string
  readonly purpose: 'code' | 'access' | 'refresh' | 'successor' | 'login'
  /** Partition and row, so that a sealed value cannot be moved to another row. */
  readonly place: string
}

/**
 * AES-256-GCM under HKDF-SHA-256(ikm = secret, salt = sealing key, info = purpose). Returns iv, ciphertext and tag.
 * A stolen table is useless without the sealing key, and with it useless without a live token.
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function seal(value: unknown, context: SealContext, random: Random): Uint8Array {
  const iv = random(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyFor(context), iv)
  cipher.setAAD(Buffer.from(context.place))
  const plain = deflateRawSync(JSON.stringify(value))
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** The value, or `undefined` when key, secret, purpose or place is not the one it was sealed under. */
export function unseal(sealed: Uint8Array, context: SealContext): unknown {
  if (sealed.length < IV_BYTES + TAG_BYTES) return undefined
  const decipher = createDecipheriv('aes-256-gcm', keyFor(context), sealed.subarray(0, IV_BYTES))
  decipher.setAAD(Buffer.from(context.place))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    const plain = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()])
    return JSON.parse(inflateRawSync(plain).toString())
  } catch {
    return undefined
  }
}

function keyFor({ sealingKey, secret, purpose }: SealContext): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, sealingKey, `chatgpt-dynamics-mcp/${purpose}`, 32))
}
