import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { seal, type SealContext, unseal } from '../../../shared/tokens/seal.ts'

const VALUE = { dataverse: 'token', person: { roles: ['a'] } }
const CONTEXT: SealContext = {
  sealingKey: new Uint8Array(randomBytes(32)),
  secret: 'dma_secret',
  purpose: 'access',
  place: 'grant|access:hash',
}
const SEALED = seal(VALUE, CONTEXT, randomBytes)

test('opens under what it was sealed under', () => {
  expect(unseal(SEALED, CONTEXT)).toEqual(VALUE)
})

test('the same value is never sealed the same way twice', () => {
  expect(Buffer.from(seal(VALUE, CONTEXT, randomBytes))).not.toEqual(Buffer.from(SEALED))
})

test('shows nothing of the value', () => {
  expect(Buffer.from(SEALED).toString('latin1')).not.toMatch(/dataverse|token|person/)
})

describe('stays shut under another', () => {
  test.each([
    ['sealing key', { sealingKey: new Uint8Array(randomBytes(32)) }],
    ['secret', { secret: 'dma_secreT' }],
    ['purpose', { purpose: 'refresh' }],
    ['row', { place: 'grant|access:other' }],
    ['partition', { place: 'other|access:hash' }],
  ] as const)('%s', (_, change) => expect(unseal(SEALED, { ...CONTEXT, ...change })).toBeUndefined())
})

describe('when tampered with', () => {
  test('any bit flipped', () => {
    for (let bit = 0; bit < SEALED.length * 8; bit++) {
      const bytes = Uint8Array.from(SEALED)
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      if (unseal(bytes, CONTEXT) !== undefined) throw new Error(`bit ${bit} was not noticed`)
    }
    expect(SEALED.length).toBeGreaterThan(40)
  })

  test('cut anywhere', () => {
    for (let length = 0; length < SEALED.length; length++)
      expect(unseal(SEALED.subarray(0, length), CONTEXT)).toBeUndefined()
  })

  test('anything else in its place', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(unseal(bytes, CONTEXT)).toBeUndefined()
      }),
    )
  })
})

test('any JSON value comes back', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(unseal(seal(value, CONTEXT, randomBytes), CONTEXT)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
    { numRuns: 50 },
  )
})
