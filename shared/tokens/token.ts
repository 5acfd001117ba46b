import { hash, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** `dmc_` authorization code, `dma_` access token, `dmr_` refresh token. */
export type TokenKind = 'code' | 'access' | 'refresh'

const PREFIX: Readonly<Record<TokenKind, string>> = { code: 'dmc_', access: 'dma_', refresh: 'dmr_' }
const BODY = /^([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{43}$/
const CHECKSUM_LENGTH = 6

export type Token = {
  readonly kind: TokenKind
  readonly grantId: string
  /** The whole string, as the client holds it. */
  readonly value: string
  /** Base64url SHA-256 of `value`: the only form that is stored or logged. */
  readonly hash: string
}

/** `size` random bytes; `node:crypto`'s `randomBytes` outside tests. */
export type Random = (size: number) => Buffer

export const newGrantId = (random: Random): string => random(16).toString('base64url')

/** An opaque token: prefix, grant id (22 characters), secret of 256 bits, CRC32 of all that. */
export function newToken(kind: TokenKind, grantId: string, random: Random): Token {
  const unsigned = `${PREFIX[kind]}${grantId}.${random(32).toString('base64url')}`
  const value = unsigned + checksum(unsigned)
  return { kind, grantId, value, hash: sha256(value) }
}

/**
 * Reads a token of one kind; a mistyped or truncated string, or a token of another kind, is `undefined` without any
 * storage being asked. The checksum is no proof of origin: only a stored hash is.
 */
export function parseToken(kind: TokenKind, value: string): Token | undefined {
  const prefix = PREFIX[kind]
  const unsigned = value.slice(0, -CHECKSUM_LENGTH)
  if (!unsigned.startsWith(prefix) || value.slice(-CHECKSUM_LENGTH) !== checksum(unsigned)) return undefined
  const grantId = BODY.exec(unsigned.slice(prefix.length))?.[1]
  return grantId === undefined ? undefined : { kind, grantId, value, hash: sha256(value) }
}

export const sha256 = (value: string): string => hash('sha256', value, 'base64url')

/** Compares two strings in a time that tells nothing about where they differ. */
export function constantTimeEqual(left: string, right: string): boolean {
  return timingSafeEqual(hash('sha256', left, 'buffer'), hash('sha256', right, 'buffer'))
}

function checksum(text: string): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(text))
  return bytes.toString('base64url')
}
