import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyCharacter } from '../../jest/any-character.ts'
import { constantTimeEqual, newGrantId, newToken, parseToken, sha256 } from '../../../shared/tokens/token.ts'

const KINDS = ['code', 'access', 'refresh'] as const
const GRANT = newGrantId(randomBytes)
const TOKEN = newToken('access', GRANT, randomBytes)

describe('a token', () => {
  test.each([
    ['code', 'dmc_'],
    ['access', 'dma_'],
    ['refresh', 'dmr_'],
  ] as const)('%s: %s<grant id>.<secret><checksum>', (kind, prefix) => {
    const { value, hash } = newToken(kind, GRANT, randomBytes)
    expect(value).toMatch(new RegExp(`^${prefix}${GRANT}\\.[A-Za-z0-9_-]{49}$`))
    expect(hash).toBe(sha256(value))
    expect(parseToken(kind, value)).toEqual({ kind, grantId: GRANT, value, hash })
  })

  test('holds 256 random bits of its own', () => {
    const values = new Set(Array.from({ length: 100 }, () => newToken('code', GRANT, randomBytes).value))
    expect(values.size).toBe(100)
  })

  test.each(KINDS.flatMap((made) => KINDS.filter((read) => read !== made).map((read) => [made, read] as const)))(
    '%s is never taken for %s',
    (made, read) => expect(parseToken(read, newToken(made, GRANT, randomBytes).value)).toBeUndefined(),
  )
})

describe('what is no token', () => {
  const { value } = TOKEN
  test.each([
    ['empty', ''],
    ['the prefix', 'dma_'],
    ['a character short', value.slice(0, -1)],
    ['a character long', `${value}A`],
    ['a blank before', ` ${value}`],
    ['a line break after', `${value}\n`],
    ['upper case', value.toUpperCase()],
    ['two swapped', value.slice(0, 10) + (value[11] ?? '') + (value[10] ?? '') + value.slice(12)],
    ['another prefix', value.replace('dma_', 'dmx_')],
    ['another grant', value.replace(GRANT, newGrantId(randomBytes))],
    ['no dot', value.replace('.', '_')],
    ['a JWT', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.'],
    ['Unicode', `dma_${'é'.repeat(60)}`],
  ])('%s', (_, text) => {
    if (text !== value) expect(parseToken('access', text)).toBeUndefined()
  })

  test('one character changed, anywhere', () => {
    fc.assert(
      fc.property(
        fc.nat(value.length - 1),
        fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_', '.'),
        (at, character) => {
          const changed = value.slice(0, at) + character + value.slice(at + 1)
          expect(parseToken('access', changed) === undefined).toBe(changed !== value)
        },
      ),
    )
  })

  test('any text at all: undefined, never an error', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.string({ unit: anyCharacter }), (kind, text) => {
        expect(parseToken(kind, text)).toBeUndefined()
      }),
    )
  })
})

describe('constantTimeEqual', () => {
  test.each([
    ['a', 'a', true],
    ['', '', true],
    ['a', 'b', false],
    ['a', 'aa', false],
    ['', 'a', false],
    ['é', 'e\u0301', false],
  ])('%j and %j: %s', (left, right, equal) => expect(constantTimeEqual(left, right)).toBe(equal))
})
