import { describe, expect, test } from '@jest/globals'
import { authorityOf } from '../../../shared/entra/authority.ts'
import { tokenExchangeScope } from '../../../shared/entra/client-credential.ts'

const TENANT = '6f1d2c3b-4a59-4e68-8c77-9b8a7c6d5e4f'

describe.each([
  ['public', 'https://login.microsoftonline.com', 'AzureADTokenExchange'],
  ['US government', 'https://login.microsoftonline.us', 'AzureADTokenExchangeUSGov'],
  ['China', 'https://login.partner.microsoftonline.cn', 'AzureADTokenExchangeChina'],
])('the %s cloud', (_, host, audience) => {
  const authority = authorityOf(host, TENANT)
  const endpoints = JSON.parse(authority.msal.authorityMetadata) as Record<string, string>

  test('has its issuer and keys under its own host', () => {
    expect(authority).toMatchObject({
      issuer: `${host}/${TENANT}/v2.0`,
      jwksUri: `${host}/${TENANT}/discovery/v2.0/keys`,
      signOutUrl: `${host}/${TENANT}/oauth2/v2.0/logout`,
      adminConsentUrl: expect.stringContaining(`${host}/${TENANT}/`) as unknown,
    })
  })

  test('gives MSAL everything that it would else discover', () => {
    expect(endpoints).toEqual({
      issuer: authority.issuer,
      authorization_endpoint: `${host}/${TENANT}/oauth2/v2.0/authorize`,
      token_endpoint: `${host}/${TENANT}/oauth2/v2.0/token`,
      jwks_uri: authority.jwksUri,
      end_session_endpoint: authority.signOutUrl,
    })
    const { metadata } = JSON.parse(authority.msal.cloudDiscoveryMetadata) as { metadata: unknown }
    const name = new URL(host).host
    expect(metadata).toEqual([{ preferred_network: name, preferred_cache: name, aliases: [name] }])
  })

  test('takes the managed identity’s token for its own audience', () => {
    expect(tokenExchangeScope(host)).toBe(`api://${audience}/.default`)
  })
})

test('a loopback authority is named in https and reached over http', () => {
  const { msal } = authorityOf('http://localhost:9000', TENANT)
  expect(msal.authority).toBe(`https://localhost:9000/${TENANT}`)
  expect(JSON.parse(msal.authorityMetadata)).toMatchObject({
    token_endpoint: `http://localhost:9000/${TENANT}/oauth2/v2.0/token`,
  })
})
