import { createHash } from 'node:crypto'

const NAMESPACE = Buffer.from('11fb06fb712d4ddd98c7e71bbd588830', 'hex')

/**
 * What Azure Resource Manager's `guid()` gives for these texts, so that script and template choose the same ids.
 * @see https://www.rfc-editor.org/rfc/rfc9562#section-5.5 (UUIDv5)
 */
export const armGuid = (...parts: readonly string[]): string => {
  const hash = createHash('sha1').update(NAMESPACE).update(parts.join('-')).digest().subarray(0, 16)
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6)
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = hash.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
