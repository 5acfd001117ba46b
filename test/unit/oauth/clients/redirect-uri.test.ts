import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  isAllowedRedirect,
  isRegisteredRedirect,
  type RedirectRule,
} from '../../../../shared/oauth/clients/redirect-uri.ts'

const EXACT = 'https://chatgpt.com/connector_platform_oauth_redirect'
const RULE: RedirectRule = { patterns: [EXACT, 'https://chatgpt.com/connector/oauth/*'], loopback: true }
const CLOSED: RedirectRule = { ...RULE, loopback: false }

describe('codes may be sent to', () => {
  test.each([
    EXACT,
    'https://chatgpt.com/connector/oauth/abc_DEF-123',
    `https://chatgpt.com/connector/oauth/${'a'.repeat(128)}`,
  ])('%s', (uri) => expect(isAllowedRedirect(uri, CLOSED)).toBe(true))
  test.each(['http://127.0.0.1/cb', 'http://127.0.0.1:50000/cb', 'http://localhost:3000/', 'http://[::1]:8/cb?x=1'])(
    '%s, where loopback is switched on',
    (uri) => {
      expect(isAllowedRedirect(uri, RULE)).toBe(true)
      expect(isAllowedRedirect(uri, CLOSED)).toBe(false)
    },
  )
})

describe('codes are never sent to', () => {
  test.each([
    ['empty', ''],
    ['another path', 'https://chatgpt.com/other'],
    ['a longer path', `${EXACT}/more`],
    ['a trailing slash', `${EXACT}/`],
    ['a shorter path', 'https://chatgpt.com/connector_platform_oauth'],
    ['another case of the path', EXACT.replace('oauth', 'OAuth')],
    ['http', EXACT.replace('https', 'http')],
    ['upper-case scheme', EXACT.replace('https', 'HTTPS')],
    ['upper-case host', EXACT.replace('chatgpt.com', 'ChatGPT.com')],
    ['default port', EXACT.replace('.com', '.com:443')],
    ['another port', EXACT.replace('.com', '.com:8443')],
    ['trailing dot', EXACT.replace('.com', '.com.')],
    ['suffix host', EXACT.replace('chatgpt.com', 'chatgpt.com.evil.example')],
    ['prefix host', EXACT.replace('chatgpt', 'evilchatgpt')],
    ['subdomain', EXACT.replace('chatgpt', 'evil.chatgpt')],
    ['user name', EXACT.replace('chatgpt', 'evil@chatgpt')],
    ['host as user name', EXACT.replace('chatgpt.com', 'chatgpt.com@evil.example')],
    ['host as password', EXACT.replace('chatgpt.com', 'a:chatgpt.com@evil.example')],
    ['empty user name', EXACT.replace('chatgpt', '@chatgpt')],
    ['backslash host', 'https://evil.example\\@chatgpt.com/connector_platform_oauth_redirect'],
    ['backslash path', 'https://chatgpt.com\\connector_platform_oauth_redirect'],
    ['no slashes', 'https:chatgpt.com/connector_platform_oauth_redirect'],
    ['three slashes', EXACT.replace('//', '///')],
    ['fragment', `${EXACT}#`],
    ['fragment with an address', `${EXACT}#@evil.example`],
    ['query', `${EXACT}?next=https://evil.example`],
    ['empty query', `${EXACT}?`],
    ['Cyrillic letter', EXACT.replace('chatgpt', 'ch\u0430tgpt')],
    ['full-width dot', EXACT.replace('.com', '\uff0ecom')],
    ['soft hyphen', EXACT.replace('chat', 'chat\u00ad')],
    ['punycode', EXACT.replace('chatgpt', 'xn--chtgpt-2nf')],
    ['blank before', ` ${EXACT}`],
    ['line break after', `${EXACT}\n`],
    ['tab inside', EXACT.replace('chat', 'chat\t')],
    ['nul', `${EXACT}\0`],
    ['dot segment', 'https://chatgpt.com/connector/oauth/../oauth/abc'],
    ['dot segment to the exact one', 'https://chatgpt.com/x/../connector_platform_oauth_redirect'],
    ['encoded dot segment', 'https://chatgpt.com/connector/oauth/%2e%2e'],
    ['encoded slash', 'https://chatgpt.com/connector/oauth/a%2Fb'],
    ['encoded backslash', 'https://chatgpt.com/connector/oauth/a%5Cb'],
    ['no segment', 'https://chatgpt.com/connector/oauth/'],
    ['dot', 'https://chatgpt.com/connector/oauth/.'],
    ['dots', 'https://chatgpt.com/connector/oauth/..'],
    ['extra segment', 'https://chatgpt.com/connector/oauth/a/b'],
    ['segment with query', 'https://chatgpt.com/connector/oauth/a?b=c'],
    ['segment with semicolon', 'https://chatgpt.com/connector/oauth/a;b'],
    ['segment with @', 'https://chatgpt.com/connector/oauth/a@b'],
    ['the star itself', 'https://chatgpt.com/connector/oauth/*'],
    ['segment too long', `https://chatgpt.com/connector/oauth/${'a'.repeat(129)}`],
    ['loopback over https', 'https://127.0.0.1/cb'],
    ['a number for loopback', 'http://2130706433/cb'],
    ['short loopback', 'http://127.1/cb'],
    ['hexadecimal loopback', 'http://0x7f.0.0.1/cb'],
    ['another loopback address', 'http://127.0.0.2/cb'],
    ['loopback as user name', 'http://localhost@evil.example/cb'],
    ['loopback as a prefix', 'http://localhost.evil.example/cb'],
    ['mapped loopback', 'http://[::ffff:127.0.0.1]/cb'],
    ['private address', 'http://192.168.0.1/cb'],
    ['loopback with fragment', 'http://127.0.0.1/cb#a'],
    ['javascript', 'javascript:alert(1)'],
    ['data', 'data:text/html,x'],
    ['own scheme', 'com.example.app:/cb'],
    ['file', 'file:///etc/passwd'],
    ['relative', '/connector_platform_oauth_redirect'],
    ['protocol-relative', '//chatgpt.com/connector_platform_oauth_redirect'],
    ['too long', `http://127.0.0.1/${'a'.repeat(500)}`],
  ])('%s', (_, uri) => expect(isAllowedRedirect(uri, RULE)).toBe(false))

  test('anything that is not made of a pattern', () => {
    const part = fc.constantFrom(
      'https://',
      'http://',
      'chatgpt.com',
      'evil.example',
      '/',
      '/connector/oauth/',
      'abc',
      '@',
      ':',
      '..',
      '%2f',
      '\\',
      '#',
      '?',
      '*',
      '.',
      '//',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const uri = parts.join('')
        if (!isAllowedRedirect(uri, CLOSED)) return
        expect(uri).toMatch(/^https:\/\/chatgpt\.com\/connector\/oauth\/(abc)+$/)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('one path of this machine', () => {
  const doctor: RedirectRule = { ...RULE, loopback: ['/doctor/callback', '/cb'] }
  test.each([
    'http://127.0.0.1/doctor/callback',
    'http://127.0.0.1:50000/doctor/callback',
    'http://localhost:1/doctor/callback',
    'http://[::1]:65535/doctor/callback',
    'http://localhost:3000/cb',
    EXACT,
  ])('%s', (uri) => expect(isAllowedRedirect(uri, doctor)).toBe(true))

  test.each([
    ['another path', 'http://127.0.0.1:1/other'],
    ['no path', 'http://127.0.0.1:1'],
    ['a longer path', 'http://127.0.0.1:1/doctor/callback/more'],
    ['a trailing slash', 'http://127.0.0.1:1/doctor/callback/'],
    ['a shorter path', 'http://127.0.0.1:1/doctor'],
    ['another case', 'http://127.0.0.1:1/Doctor/callback'],
    ['a query', 'http://127.0.0.1:1/doctor/callback?next=https://evil.example'],
    ['an empty query', 'http://127.0.0.1:1/doctor/callback?'],
    ['a fragment', 'http://127.0.0.1:1/doctor/callback#x'],
    ['an escaped slash', 'http://127.0.0.1:1/doctor%2Fcallback'],
    ['an escaped letter', 'http://127.0.0.1:1/%64octor/callback'],
    ['a way up', 'http://127.0.0.1:1/x/../doctor/callback'],
    ['a parameter', 'http://127.0.0.1:1/doctor/callback;x'],
    ['https', 'https://127.0.0.1:1/doctor/callback'],
    ['the path in the query', 'http://127.0.0.1:1/?/doctor/callback'],
    ['the path at another host', 'http://evil.example/doctor/callback'],
    ['the path at a private host', 'http://192.168.0.1/doctor/callback'],
    ['loopback as user name', 'http://localhost@evil.example/doctor/callback'],
    ['a user name', 'http://x@localhost/doctor/callback'],
    ['a name that every list has', 'http://localhost/length'],
  ])('never %s', (_, uri) => expect(isAllowedRedirect(uri, doctor)).toBe(false))

  test('an empty list admits nothing', () => {
    expect(isAllowedRedirect('http://127.0.0.1/doctor/callback', { ...RULE, loopback: [] })).toBe(false)
  })
})

describe('a path of this machine that ends in an id', () => {
  const codex: RedirectRule = { ...RULE, loopback: ['/callback', '/callback/*'] }
  test.each(['http://127.0.0.1:1/callback', 'http://127.0.0.1:1/callback/sqXrK_ZgopW-', 'http://[::1]/callback/a'])(
    '%s',
    (uri) => expect(isAllowedRedirect(uri, codex)).toBe(true),
  )

  test.each([
    ['an empty id', 'http://127.0.0.1:1/callback/'],
    ['two segments', 'http://127.0.0.1:1/callback/a/b'],
    ['a dot', 'http://127.0.0.1:1/callback/a.b'],
    ['an escape', 'http://127.0.0.1:1/callback/a%2Fb'],
    ['a star', 'http://127.0.0.1:1/callback/*'],
    ['a longer word', 'http://127.0.0.1:1/callbacks'],
    ['a query', 'http://127.0.0.1:1/callback/a?b'],
    ['another host', 'http://evil.example/callback/a'],
  ])('never %s', (_, uri) => expect(isAllowedRedirect(uri, codex)).toBe(false))
})

describe('what a client registered', () => {
  test.each([
    ['exactly', EXACT, [EXACT], true],
    ['one of several', EXACT, ['https://a.example/', EXACT], true],
    ['none', EXACT, [], false],
    ['another address of the list', EXACT, ['https://chatgpt.com/connector/oauth/abc'], false],
    ['another port on https', 'https://chatgpt.com:8443/cb', ['https://chatgpt.com/cb'], false],
    ['another port on loopback (RFC 8252 §7.3)', 'http://127.0.0.1:51004/cb', ['http://127.0.0.1:3000/cb'], true],
    ['a port on loopback where none was', 'http://localhost:51004/cb', ['http://localhost/cb'], true],
    ['another path on loopback', 'http://127.0.0.1:1/other', ['http://127.0.0.1:1/cb'], false],
    ['another query on loopback', 'http://127.0.0.1:1/cb?a=1', ['http://127.0.0.1:1/cb'], false],
    ['another name of loopback', 'http://localhost:1/cb', ['http://127.0.0.1:1/cb'], false],
    ['https instead of http', 'https://127.0.0.1:1/cb', ['http://127.0.0.1:1/cb'], false],
    ['no address at all', 'nonsense', ['http://127.0.0.1:1/cb'], false],
  ])('%s', (_, uri, registered, is) => expect(isRegisteredRedirect(uri, registered)).toBe(is))
})
