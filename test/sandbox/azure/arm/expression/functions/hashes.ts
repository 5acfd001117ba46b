import { createHash } from 'node:crypto'

const rotate = (value: number, bits: number): number => ((value << bits) | (value >>> (32 - bits))) >>> 0
const times = (left: number, right: number): number => Math.imul(left, right) >>> 0
const plus = (left: number, right: number): number => (left + right) >>> 0

const C1 = 0x239b961b
const C2 = 0xab0e9789
const mixFirst = (block: number): number => times(rotate(times(block, C1), 15), C2)
const mixSecond = (block: number): number => times(rotate(times(block, C2), 17), C1)
const finish = (value: number): number => {
  const first = times(value ^ (value >>> 16), 0x85ebca6b)
  const second = times(first ^ (first >>> 13), 0xc2b2ae35)
  return (second ^ (second >>> 16)) >>> 0
}

/** Up to four bytes as a little-endian number. */
const little = (bytes: Buffer): number => (bytes.length === 0 ? 0 : bytes.readUIntLE(0, Math.min(bytes.length, 4)))

/** A 64-bit member of the MurmurHash3 family on 32-bit arithmetic, seed 0. */
const murmur64 = (bytes: Buffer): bigint => {
  let first = 0
  let second = 0
  const whole = bytes.length - (bytes.length % 8)
  for (let at = 0; at < whole; at += 8) {
    first = plus(times(plus(rotate(first ^ mixFirst(bytes.readUInt32LE(at)), 19), second), 5), 0x561ccd1b)
    second = plus(times(plus(rotate(second ^ mixSecond(bytes.readUInt32LE(at + 4)), 13), first), 5), 0x0bcaa747)
  }
  const tail = bytes.subarray(whole)
  if (tail.length > 0) first ^= mixFirst(little(tail))
  if (tail.length > 4) second ^= mixSecond(little(tail.subarray(4)))
  first = plus(first ^ bytes.length, second ^ bytes.length)
  second = plus(second ^ bytes.length, first)
  first = finish(first)
  second = finish(second)
  first = plus(first, second)
  return (BigInt(plus(second, first)) << 32n) | BigInt(first)
}

const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567'

/** `uniqueString`: thirteen base-32 digits of a hash. Held to Bicep's own by a test: the algorithm is not documented. */
export const uniqueString = (parts: readonly string[]): string => {
  let rest = murmur64(Buffer.from(parts.join('-'), 'utf8'))
  let text = ''
  for (let digit = 0; digit < 13; digit += 1) {
    text += DIGITS[Number(rest >> 59n)] ?? ''
    rest = (rest << 5n) & 0xffff_ffff_ffff_ffffn
  }
  return text
}

const NAMESPACE = Buffer.from('11fb06fb712d4ddd98c7e71bbd588830', 'hex')

/** `guid`: a name-based UUID, version 5 of RFC 9562 §5.5, in Resource Manager's own name space. Held to Bicep's by a test. */
export const guid = (parts: readonly string[]): string => {
  const hash = createHash('sha1').update(NAMESPACE).update(parts.join('-'), 'utf8').digest().subarray(0, 16)
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
