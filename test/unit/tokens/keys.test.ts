import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { decodeKey, WeakKey } from '../../../shared/tokens/keys.ts'

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url')

describe('decodeKey', () => {
  test('32 random bytes, padded or with a line break too', () => {
    const bytes = randomBytes(32)
    for (const encoded of [base64url(bytes), `${base64url(bytes)}=`, `${base64url(bytes)}\n`])
      expect(Buffer.from(decodeKey('key', encoded))).toEqual(bytes)
  })

  test.each([
    ['empty', ''],
    ['31 bytes', base64url(randomBytes(31))],
    ['33 bytes', base64url(randomBytes(33))],
    ['hex', randomBytes(32).toString('hex')],
    ['all zero', base64url(new Uint8Array(32))],
    ['one byte repeated', base64url(new Uint8Array(32).fill(0xa5))],
    ['eleven different bytes', base64url(Uint8Array.from({ length: 32 }, (_, at) => 0x80 + (at % 11)))],
    ['readable text', base64url('correct horse battery staple 123')],
    ['a placeholder', 'your-sealing-key-goes-here-your-sealing-key'],
    ['a placeholder in mixed case', 'Replace_Me_With_32_Random_Bytes_In_Base64ur'],
    ['not base64url', `${'+/'.repeat(21)}+`],
  ])('%s is refused, and not quoted', (_, encoded) => {
    const decode = () => decodeKey('sealing-key', encoded)
    expect(decode).toThrow(WeakKey)
    expect(decode).toThrow(/^sealing-key [a-z0-9 ]+$/)
  })
})
