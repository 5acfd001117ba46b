import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Cookie, CookieJar } from 'tough-cookie'
import { expireCookie, hostCookie, parseCookies } from '../../../shared/http/headers/cookies.ts'

describe('the Cookie header', () => {
  test.each([
    ['none', null, {}],
    ['empty', '', {}],
    ['one', 'a=b', { a: 'b' }],
    ['several', 'a=b; c=d;e=f', { a: 'b', c: 'd', e: 'f' }],
    ['a comma, which is part of a value', 'a=b,c=d', { a: 'b,c=d' }],
    ['blanks and tabs around', ' \ta = b\t; c=\td ', { a: 'b', c: 'd' }],
    ['blanks of other kinds, which are part of a name', '\u00a0a=b\u00a0', { '\u00a0a': 'b\u00a0' }],
    ['a name of blanks', ' \t=b', {}],
    ['a value with =', 'a=b=c==', { a: 'b=c==' }],
    ['the first of two with one name', 'a=first; a=second', { a: 'first' }],
    ['names are taken as they are', 'A=1; a=2', { A: '1', a: '2' }],
    ['no name', '=b; c=d', { c: 'd' }],
    ['no value', 'a=; b', { a: '' }],
    ['a name that every object has', 'constructor=x', { constructor: 'x' }],
  ])('%s', (_, header, expected) => expect([...parseCookies(header)]).toEqual(Object.entries(expected)))

  test('whatever it holds, it is read without an error', () => {
    fc.assert(fc.property(fc.string(), (header) => expect(parseCookies(header)).toBeInstanceOf(Map)))
  })
})

/** What JavaScript calls blank, what other parsers split at, and what our own names are made of. */
const PIECES = [
  ...Array.from(', ;="\t\v\f\\\u0085\u00a0\u1680\u2028\ufeffax1-'),
  '__Host-signin-',
  '__host-',
  '__Secure-',
]
const text = (without: string) =>
  fc
    .array(fc.constantFrom(...PIECES.filter((piece) => !without.includes(piece))), { maxLength: 12 })
    .map((pieces) => pieces.join('').replaceAll(/^[ \t]+|(?<![ \t])[ \t]+$/g, ''))

describe('what a browser sends is read as it was set', () => {
  test('by a browser that keeps to RFC 6265bis', () => {
    const pair = fc.tuple(text(';=').filter(Boolean), text(';'))
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 6 }), (pairs) => {
        const header = pairs.map(([name, value]) => `${name}=${value}`).join('; ')
        expect(parseCookies(header)).toEqual(new Map(pairs.toReversed()))
      }),
      { numRuns: 2_000 },
    )
  })

  test('by tough-cookie, for whose jar a sibling host has set some', () => {
    const line = fc.tuple(text(';'), text(';')).map(([name, value]) => `${name}=${value}`)
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        const jar = new CookieJar(undefined, { prefixSecurity: 'strict', rejectPublicSuffixes: false })
        const set = (one: string, host: string) => jar.setCookieSync(one, `https://${host}/`, { ignoreError: true })
        set('__Host-signin-ours=kept; Secure; Path=/', 'crm.contoso.example')
        for (const one of lines) set(`${one}; Domain=contoso.example`, 'sibling.contoso.example')
        const stored = jar.getCookiesSync('https://crm.contoso.example/')
        const header = stored.map((cookie: Cookie) => cookie.cookieString()).join('; ')
        const named = stored.filter(({ key }) => key !== '').map(({ key, value }) => [key, value] as const)
        const seen = [...parseCookies(header)].filter(([name]) => name.startsWith('__Host-'))
        expect(seen).toEqual(named.filter(([name]) => name.startsWith('__Host-')))
        expect(seen).toEqual([['__Host-signin-ours', 'kept']])
      }),
      { numRuns: 500 },
    )
  })
})

test('a cookie of ours is bound to host and path by its name, and has one name per flow', () => {
  expect(hostCookie('signin', 'flow-1')).toBe('__Host-signin-flow-1')
  expect(expireCookie('a')).toEqual({ name: 'a', value: '', maxAge: 0 })
})
