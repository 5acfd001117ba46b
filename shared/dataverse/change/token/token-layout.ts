import type { Proof } from './change-tokens.ts'

/** What stands in a token before its MAC. */
export type TokenFields = {
  /** Epoch seconds. */
  readonly expires: number
  readonly acceptsDuplicates: boolean
  readonly proof: Proof
  /** 16 bytes each. */
  readonly key: Uint8Array
  readonly argsHash: Uint8Array
  readonly bodyHash: Uint8Array
  /** Absent where the table keeps no versions. */
  readonly etag?: string
}

export const HASH_BYTES = 16
const VERSION = 1
/** Version 1, expiry 4, flags 1, key 16, two hashes 16 each, length of the tag 1. */
const FIXED_BYTES = 55
const MOST_TAG_BYTES = 255
const ACCEPTS_DUPLICATES = 1
const PROOFS: readonly Proof[] = ['host', 'elicitation', 'card']
const PROOF_SHIFT = 1

/** 55 bytes and the tag: with the MAC 114 characters for tags of up to 14, as `W/"1234567890"`. */
export function packToken(fields: TokenFields): Buffer {
  const head = Buffer.alloc(6)
  head.writeUInt8(VERSION, 0)
  head.writeUInt32BE(fields.expires, 1)
  const proof = PROOFS.indexOf(fields.proof) << PROOF_SHIFT
  head.writeUInt8(proof | (fields.acceptsDuplicates ? ACCEPTS_DUPLICATES : 0), 5)
  const tag = Buffer.from(fields.etag ?? '', 'latin1')
  if (tag.length > MOST_TAG_BYTES) throw new TypeError('a tag of a row that no token holds')
  return Buffer.concat([head, fields.key, fields.argsHash, fields.bodyHash, Buffer.of(tag.length), tag])
}

/** @param packed signed by us, so that it is well-formed unless its version is another; `undefined` then */
export function unpackToken(packed: Buffer): TokenFields | undefined {
  if (packed.length < FIXED_BYTES || packed.readUInt8(0) !== VERSION) return undefined
  const flags = packed.readUInt8(5)
  const proof = PROOFS[flags >> PROOF_SHIFT]
  const part = (at: number): Buffer => packed.subarray(6 + at * HASH_BYTES, 6 + (at + 1) * HASH_BYTES)
  const tag = packed.subarray(FIXED_BYTES)
  if (proof === undefined || tag.length !== packed.readUInt8(FIXED_BYTES - 1)) return undefined
  return {
    expires: packed.readUInt32BE(1),
    acceptsDuplicates: (flags & ACCEPTS_DUPLICATES) !== 0,
    proof,
    key: part(0),
    argsHash: part(1),
    bodyHash: part(2),
    ...(tag.length > 0 && { etag: tag.toString('latin1') }),
  }
}
