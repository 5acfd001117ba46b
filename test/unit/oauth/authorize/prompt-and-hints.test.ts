import { describe, expect, test } from '@jest/globals'
import { parseHints } from '../../../../shared/oauth/authorize/hints.ts'
import { parsePrompt } from '../../../../shared/oauth/authorize/prompt.ts'

const parameters = (fields: Record<string, string>) => new Map(Object.entries(fields))
const prompt = (value: string) => parsePrompt(parameters({ prompt: value }))

describe('how the client wants the person to sign in', () => {
  test('nothing is asked', () => expect(parsePrompt(new Map())).toBeUndefined())
  test.each([
    ['login', 'login'],
    ['select_account', 'select_account'],
    ['consent', undefined],
    ['consent select_account', 'select_account'],
    ['select_account login', 'login'],
    ['login login', 'login'],
    [' login ', 'login'],
  ])('%j: %s', (value, expected) => expect(prompt(value)).toBe(expected))

  test.each([
    ['none', 'consent_required'],
    ['none login', 'invalid_request'],
    ['login none', 'invalid_request'],
    ['create', 'invalid_request'],
    ['LOGIN', 'invalid_request'],
    ['login\u00A0consent', 'invalid_request'],
    ['login&claims={}', 'invalid_request'],
    ['login,consent', 'invalid_request'],
    ['__proto__', 'invalid_request'],
  ])('%j is refused by name', (value, code) => {
    expect(() => prompt(value)).toThrow(expect.objectContaining({ name: 'OAuthError', code, status: 400 }))
  })
})

describe('what the client knows of the person', () => {
  test.each([
    ...['priya.nair@harbourpine.example', "A_b!#^~'+-.1@x.co", 'b_c.com#EXT#@tenant.onmicrosoft.com'],
    `${'a'.repeat(64)}@${'b'.repeat(63)}.example`,
  ])('an address: %s', (address) => {
    expect(parseHints(parameters({ login_hint: address }))).toEqual({ hints: { loginHint: address }, leftOut: [] })
  })
  test.each(['harbourpine.example', 'a.b.c.d', 'xn--bcher-kva.example', `${'b'.repeat(63)}.example`])(
    'a domain: %s',
    (domain) => {
      expect(parseHints(parameters({ domain_hint: domain }))).toEqual({ hints: { domainHint: domain }, leftOut: [] })
    },
  )

  const ODD = [
    ...['priya', '@harbourpine.example', 'priya@', 'priya@localhost', 'a@b@c.example', 'a b@c.example'],
    ...[
      'a@c.example\n',
      'a@c.example\r\nx: y',
      'a@c.example&prompt=none',
      'a@c.example#x',
      'a@c.example?x=1',
      '<a>@c.example',
    ],
    ...[
      'ä@c.example',
      'a\u202E@c.example',
      'a@c..example',
      'a@-c.example',
      'a@c.example.',
      `${'a'.repeat(65)}@c.example`,
    ],
    ...[
      `a@${'b'.repeat(64)}.example`,
      `a@${'b.'.repeat(130)}example`,
      'O.CiQwMDAw_',
      'https://c.example',
      '..',
      '%40c.example',
    ],
    ...['a'.repeat(50_000), 'a@'.repeat(25_000), `a@${'b.'.repeat(25_000)}`, '.'.repeat(50_000), '@'.repeat(50_000)],
  ]
  test.each(ODD)('is left out, and said to be, where it is not plain: %#', (odd) => {
    const { hints, leftOut } = parseHints(parameters({ login_hint: odd, domain_hint: odd }))
    expect(hints).toEqual({})
    expect(leftOut).toEqual(['login_hint', 'domain_hint'])
  })
})
