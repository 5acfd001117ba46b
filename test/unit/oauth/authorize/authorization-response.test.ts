import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { authorizationResponse } from '../../../../shared/oauth/authorize/authorization-response.ts'

const ISSUER = 'https://crm.contoso.com'
const REDIRECT = 'https://chatgpt.com/connector_platform_oauth_redirect'

describe('the way back', () => {
  test.each([
    [
      'a code',
      { redirectUri: REDIRECT, state: 's' },
      { code: 'dmc_1' },
      `${REDIRECT}?code=dmc_1&state=s&iss=https%3A%2F%2Fcrm.contoso.com`,
    ],
    ['no state', { redirectUri: REDIRECT }, { code: 'c' }, `${REDIRECT}?code=c&iss=https%3A%2F%2Fcrm.contoso.com`],
    [
      'an error has issuer and state too (RFC 9207)',
      { redirectUri: REDIRECT, state: 's' },
      { error: 'access_denied', description: 'No.' },
      `${REDIRECT}?error=access_denied&error_description=No.&state=s&iss=https%3A%2F%2Fcrm.contoso.com`,
    ],
    [
      'an own query is kept',
      { redirectUri: 'http://127.0.0.1:1/cb?a=b' },
      { code: 'c' },
      'http://127.0.0.1:1/cb?a=b&code=c&iss=https%3A%2F%2Fcrm.contoso.com',
    ],
  ] as const)('%s', (_, target, result, expected) => {
    expect(authorizationResponse(target, ISSUER, result)).toBe(expected)
  })

  test('any state comes back exactly, adds no parameter and leaves the address alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (state) => {
        const target = { redirectUri: REDIRECT, state: encodeURIComponent(state) }
        const url = new URL(authorizationResponse(target, ISSUER, { code: 'c' }))
        expect([...url.searchParams.keys()]).toEqual(['code', 'state', 'iss'])
        expect(url.searchParams.get('state')).toBe(state)
        expect(url.origin + url.pathname + url.hash).toBe(REDIRECT)
      }),
    )
  })
})
