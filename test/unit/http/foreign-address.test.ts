import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addressesForLog, addressForPage } from '../../../shared/http/foreign-address.ts'
import { KNOWN_CLIENTS } from '../../../shared/config/clients/known-clients.ts'

describe('a refused address on a page', () => {
  test.each([
    ...Object.values(KNOWN_CLIENTS).flatMap(({ redirectUris, loopbackPaths }) => [
      ...redirectUris.map((uri) => uri.replace('*', 'kDmjx77UnKOM')),
      ...loopbackPaths.map((path) => `http://127.0.0.1:33418${path.replace('*', 'sqXrK_ZgopWE')}`),
    ]),
    'https://global.consent.azure-apim.net/redirect/crm-5f2c8f9d3a1b4c6e',
    'https://global.consent.azure-apim.net/redirect/Ab-1_cDe23-4f_5',
    'http://[::1]:8080/cb',
    'com.example.app:/oauth2redirect',
  ])('%s is shown whole', (address) => expect(addressForPage(address)).toBe(address))

  test.each([
    ['a sentence in escapes', 'https://a.example/Your%20account%20is%20locked', 'https://a.example/Your…'],
    ['a sentence in the query', 'https://a.example/cb?call=0800+123456', 'https://a.example/cb…'],
    ['a sentence in the fragment', 'https://a.example/cb#call-us', 'https://a.example/cb…'],
    ['a sentence in plus signs', 'https://a.example/call+us+now', 'https://a.example/call…'],
    [
      'a sentence in dashes',
      'https://a.example/your-account-is-locked-call-us-now-please-do',
      'https://a.example/your-account-is-locked-call-us-now…',
    ],
    ['markup', 'https://a.example/<b>x</b>', 'https://a.example/…'],
    ['a script', 'javascript:alert(1)', 'javascript:alert…'],
    ['a word without end', `https://a.example/${'a'.repeat(500)}`, `https://a.example/${'a'.repeat(82)}…`],
    ['a direction', 'https://a.example/\u202egpj.exe', 'https://a.example/…'],
  ])('%s is cut', (_, address, shown) => expect(addressForPage(address)).toBe(shown))

  test.each([
    '',
    'call 0800 123456',
    'https://chatgpt.com@a.example/cb',
    'https://a:b@a.example/',
    '//a.example',
    '/cb',
  ])('%j is shown in no form', (address) => expect(addressForPage(address)).toBeUndefined())

  test('whatever it is: nine words, 100 characters, nothing but an address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string()), (address) => {
        const shown = addressForPage(address) ?? ''
        expect(shown).toMatch(/^[A-Za-z0-9._~/:[\]-]{0,100}…?$/)
        expect(shown.split(/[^A-Za-z0-9]+/).filter((word) => /^[A-Za-z]{2,}$/.test(word)).length).toBeLessThanOrEqual(9)
      }),
    )
  })
})

describe('refused addresses in the log', () => {
  test.each([
    [['https://a.example/cb', 'http://localhost/'], 'https://a.example/cb http://localhost/'],
    [['https://a.example/cb?code=secret#x'], 'https://a.example/cb'],
    [['https://name:secret@a.example/cb'], 'https://…@a.example/cb'],
    [['https://name:se@cret@a.example/c@b'], 'https://…@a.example/c@b'],
    [['https://a.example/\r\nforged'], 'https://a.example/\ufffd\ufffdforged'],
    [[`https://a.example/${'a'.repeat(500)}`], `https://a.example/${'a'.repeat(282)}`],
    [[''], ''],
  ])('%j', (addresses, logged) => expect(addressesForLog(addresses)).toBe(logged))
})
