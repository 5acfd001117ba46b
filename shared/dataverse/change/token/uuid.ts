/** A UUID of random bytes: the key of a new row has to be one. @see RFC 9562 section 5.4 */
export function uuidOf(random: Uint8Array): { readonly bytes: Buffer; readonly text: string } {
  const bytes = Buffer.from(random)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
  return { bytes, text: parts.join('-') }
}
