import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { authorizationResponse } from '../../../../shared/oauth/authorize/authorization-response.ts'
import { asQueryText, stateAsSent } from '../../../../shared/oauth/authorize/state.ts'
import { anyCharacter } from '../../../jest/any-character.ts'

const ISSUER = 'https://crm.contoso.com'
const REDIRECT = 'https://chatgpt.com/connector_platform_oauth_redirect'

/** What the address of a request makes of its query, as the host's library reads it. */
const received = (query: string) => new URL(`https://crm.contoso.com/oauth/authorize?${query}`).search.slice(1)
const answered = (search: string) => {
  const location = authorizationResponse({ redirectUri: REDIRECT, state: stateAsSent(search) }, ISSUER, { code: 'c' })
  return location.slice(REDIRECT.length + 1)
}
const rawStateOf = (query: string) => /(?:^|&)state=([^&]*)/.exec(query)?.[1] ?? ''
const sent = (written: string) => rawStateOf(answered(received(`client_id=x&state=${written}&scope=y`)))

/** How clients write a state, and how each of them reads it again. */
const WAYS: readonly (readonly [string, (state: string) => string, (written: string) => string])[] = [
  ['every letter escaped, + is itself', encodeURIComponent, decodeURIComponent],
  [
    'as a form, + is a blank',
    (state) => formOf(state),
    (written) => new URLSearchParams(`a=${written}`).get('a') ?? '',
  ],
  [
    'only what a query cannot hold, + as itself',
    (state) => encodeURI(state).replace(/[#&]/g, encodeURIComponent),
    decodeURIComponent,
  ],
  [
    'with small escapes',
    (state) => encodeURIComponent(state).replace(/%../g, (one) => one.toLowerCase()),
    decodeURIComponent,
  ],
]
const formOf = (state: string) => new URLSearchParams({ a: state }).toString().slice(2)
/** Written as a form it is base64 letter by letter: nobody could tell its blanks from plus signs. */
const isWordsLikeBase64 = (state: string) => state.includes(' ') && /^[A-Za-z0-9+/ ]+={0,2}$/.test(state)
const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
const odd = fc.string({
  unit: fc.constantFrom('+', '%', '=', '&', ' ', '/', '?', '#', 'ä', "'", '"', '\r\n', '2', 'B', 'b'),
  minLength: 1,
})

describe('a state', () => {
  test.each([
    'n%2BeBY%3D%3D',
    'n%2beby%3d%3d',
    'a%20b',
    'a+b',
    '%41%7E~',
    '%FF%00%0D%0A',
    "!$'()*,;:@/?",
    'vscode://x/y%3Fnonce%3D1%26windowId%3D2',
  ])('%s comes back letter by letter', (written) => {
    const own = written.replaceAll("'", '%27')
    expect([sent(written), sent(own)]).toEqual([own, own])
  })

  test.each([
    ['n+eBY==', 'n%2BeBY=='],
    ['n+eBY%3D%3D', 'n%2BeBY%3D%3D'],
    ['+/8%2Bpq5c1w%3D%3D', '%2B/8%2Bpq5c1w%3D%3D'],
    ['k1%2F+4sXb0+9ZtQ2m', 'k1%2F%2B4sXb0%2B9ZtQ2m'],
  ])('%s, which is base64 with a + as it is, is read as such by everybody', (written, expected) => {
    expect(sent(written)).toBe(expected)
    const asForm = new URLSearchParams(`a=${expected}`).get('a')
    expect([asForm, decodeURIComponent(expected)]).toEqual(Array(2).fill(decodeURIComponent(written)))
  })

  test.each(WAYS)('of any text, %s: who sent it reads it again', (_, write, read) => {
    fc.assert(
      fc.property(fc.oneof(anyText, odd), (state) => {
        fc.pre(!isWordsLikeBase64(state))
        expect(read(sent(write(state)))).toBe(state)
      }),
      { numRuns: 500 },
    )
  })

  test('of any query, well written or not, adds no field, ends no header, and is stable', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: anyCharacter }), odd), (text) => {
        const query = answered(received(`state=${text.replaceAll(/[&#]/g, '')}`))
        const parts = query.split('&')
        expect(parts.map((part) => part.split('=')[0])).toEqual(
          parts.length === 3 ? ['code', 'state', 'iss'] : ['code', 'iss'],
        )
        expect(query).toMatch(/^[\x21-\x7e]*$/)
        expect(query).not.toMatch(/[#"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})/)
        expect(asQueryText(rawStateOf(query))).toBe(rawStateOf(query))
      }),
      { numRuns: 1_000 },
    )
  })

  test.each([
    ['none', 'client_id=x', undefined],
    ['an empty one', 'state=&client_id=x', undefined],
    ['without a sign', 'state', undefined],
    ['an escaped name', 'st%61te=a%2Bb', 'a%2Bb'],
    ['a sign within', 'state=a=b=', 'a=b='],
    ['the name within another', 'xstate=a&statex=b', undefined],
    ['a name with a question mark', '?state=a', undefined],
    ['a broken escape', 'state=a%2', 'a%252'],
    ['letters outside of a query', 'state=a|b^', 'a%7Cb%5E'],
    ['half a pair', 'state=\ud800', '%EF%BF%BD'],
  ])('%s: %s', (_, search, state) => expect(stateAsSent(search)).toBe(state))
})

/** RFC 3986 section 3.4, read one character after the other. */
function escapedOneByOne(text: string): string {
  const characters = Array.from(text.toWellFormed())
  const isEscape = (at: number) => /^%[0-9A-Fa-f]{2}$/.test(characters.slice(at, at + 3).join(''))
  const isPlain = (character: string, at: number) =>
    character === '%' ? isEscape(at) : /^[A-Za-z0-9._~!$'()*+,;=:@/?-]$/.test(character)
  return characters.map((one, at) => (isPlain(one, at) ? one : encodeURIComponent(one))).join('')
}

test('what must be escaped is, in whatever runs it comes, and nothing else', () => {
  const pieces = fc.oneof(
    anyCharacter,
    fc.constantFrom('%', '%4', '%41', '%%', '%zz', '\ud800', '\udc00', '#&', 'é', ' '),
  )
  const texts = fc.array(pieces, { maxLength: 12 }).map((some) => some.join(''))
  fc.assert(
    fc.property(texts, (text) => expect(asQueryText(text)).toBe(escapedOneByOne(text))),
    { numRuns: 500 },
  )
})
