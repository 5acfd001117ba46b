import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyCharacter } from '../../../jest/any-character.ts'
import { parseChallenge } from '../../../../infra/doctor/wire/challenge-header.ts'
import { foreignCause } from '../../../../infra/doctor/wire/foreign-cause.ts'
import { plain, plainLines, quoted } from '../../../../infra/doctor/wire/plain-text.ts'
import { describe as describeAnswer, jsonObject, titleOf } from '../../../../infra/doctor/visit.ts'
import { leastMs } from '../../house-rules/linear/timing.ts'

const within = async (ms: number, run: () => unknown): Promise<void> => expect(await leastMs(run, ms)).toBeLessThan(ms)

describe('text of a server', () => {
  test.each([
    ['\u001b[31mred\u001b[0m', '[31mred [0m'],
    ['a\u009b2Jb', 'a 2Jb'],
    ['line\r\nnext\ttab', 'line next tab'],
    ['abc\u202edef\u200b', 'abcdef'],
    ['a\u2028b', 'a b'],
    ['a\u2800\u3164\u115f\u1160\uffa0b', 'a b'],
    ['✓ All well. ✗', '? All well. ?'],
    ['token dma_AAAAAAAAAAAAAAAA.secret-secret_secret and more', 'token (hidden) and more'],
    ['Bearer eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln', 'Bearer (hidden)'],
    ['Bearer%20eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln', 'Bearer%20(hidden)'],
    ['token%3Ddma_AAAAAAAAAAAAAAAA.secret-secret_secret', 'token%3D(hidden)'],
  ])('%j is shown as %j', (text, shown) => expect(plain(text)).toBe(shown))

  test('in an error of our own is hidden as well, where it quotes a header that could not be sent', () => {
    const error = `TypeError: "Bearer eyJ${'a'.repeat(40)}\neyJ${'b'.repeat(40)}" is an invalid header value\n    at x`
    expect(plainLines(error)).toBe('TypeError: "Bearer (hidden)\n(hidden)" is an invalid header value\n    at x')
  })

  test('is cut, at a character and not within one', () => {
    expect(plain('é'.repeat(400))).toBe(`${'é'.repeat(300)}…`)
    expect(plain('😀'.repeat(20), 10)).toBe(`${'😀'.repeat(10)}…`)
  })

  test('cannot leave its quotation marks', () => {
    expect(quoted('x” reboot “y')).toBe("“x' reboot 'y”")
  })

  test('never holds a control character, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(plain(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
      }),
    )
  })
})

describe('a challenge', () => {
  test.each([
    [null, undefined],
    ['', undefined],
    ['Basic realm="x"', undefined],
    ['Bearerish x="y"', undefined],
    ['Bearer', {}],
    ['bearer a="b"', { a: 'b' }],
    ['Bearer A="b, c", d=e , f="g\\"h"', { a: 'b, c', d: 'e', f: 'g"h' }],
    ['Bearer a="1", a="2"', { a: '1' }],
    ['Bearer a="open', { a: 'open' }],
    ['Bearer __proto__="x"', { ['__proto__']: 'x' }],
  ])('%j → %j', (header, expected) => {
    const found = parseChallenge(header)
    expect(found === undefined ? undefined : Object.entries(found)).toEqual(expected && Object.entries(expected))
  })
})

describe('time does not grow with malice', () => {
  const long = (piece: string) => piece.repeat(Math.ceil(1_000_000 / piece.length))
  const answer = (text: string, headers: Record<string, string> = {}) => ({
    status: 403,
    headers: new Headers(headers),
    text,
  })

  test.each(['=', ',', '"', '\\', 'a=', 'a="', ' ', '\t'])('challenge of %j', async (piece) => {
    await within(200, () => parseChallenge(`Bearer ${long(piece)}`))
  })
  test.each(['<', ' ', '<title', '<title>', 'a', '\n', '&amp;', 'dma_', 'eyJ', '\u001b', 'login.', 'just a momen'])(
    'page of %j',
    async (piece) => {
      await within(400, () => {
        const text = long(piece)
        foreignCause(answer(text, { 'content-type': 'text/html' }))
        titleOf(`<title>${text}`)
        describeAnswer(answer(text))
        plain(text)
      })
    },
  )
  test.each(['https://a', 'https://.okta', '/', '?iss'])('location of %j', async (piece) => {
    await within(200, () => foreignCause({ ...answer('', { location: long(piece).slice(0, 16_000) }), status: 302 }))
  })
  test('a deep document', async () => {
    await within(1_000, () => jsonObject(answer('['.repeat(500_000), { 'content-type': 'application/json' })))
    await within(1_000, () =>
      jsonObject(answer(`{"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}`, { 'content-type': 'application/json' })),
    )
  })
})
