import { describe, expect, test } from '@jest/globals'
import {
  authorizationServerMetadata,
  documentEndpoint,
  protectedResourceMetadata,
} from '../../../shared/oauth/metadata.ts'
import { incoming } from '../http/incoming.ts'

const BASE = 'https://crm.contoso.com'
const OPTIONS = { publicBaseUrl: BASE, name: 'Contoso CRM', registration: true, metadataDocuments: true }
const LINKS = { privacyUrl: 'https://contoso.com/privacy', supportUrl: 'https://contoso.com/help' }

describe('protected resource metadata (RFC 9728)', () => {
  const RESOURCE = {
    resource: `${BASE}/mcp`,
    authorization_servers: [BASE],
    scopes_supported: ['dynamics.read'],
    bearer_methods_supported: ['header'],
    resource_name: 'Contoso CRM',
  }
  test.each([
    ['plain', {}, {}],
    ['with links', LINKS, { resource_documentation: LINKS.supportUrl, resource_policy_uri: LINKS.privacyUrl }],
    ['a mailto: address is no document', { supportUrl: 'mailto:help@contoso.com' }, {}],
  ])('%s', (_, more, expected) => {
    expect(protectedResourceMetadata({ ...OPTIONS, ...more })).toEqual({ ...RESOURCE, ...expected })
  })
})

describe('authorization server metadata (RFC 8414)', () => {
  const METHODS = ['none', 'client_secret_post', 'client_secret_basic']
  const SERVER = {
    issuer: BASE,
    authorization_endpoint: `${BASE}/oauth/authorize`,
    token_endpoint: `${BASE}/oauth/token`,
    registration_endpoint: `${BASE}/oauth/register`,
    revocation_endpoint: `${BASE}/oauth/revoke`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: METHODS,
    revocation_endpoint_auth_methods_supported: METHODS,
    code_challenge_methods_supported: ['S256'],
    scopes_supported: ['dynamics.read', 'offline_access'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
  }
  test.each([
    ['plain', {}, {}],
    ['registration closed', { registration: false }, { registration_endpoint: undefined }],
    ['no metadata documents', { metadataDocuments: false }, { client_id_metadata_document_supported: false }],
    ['with links', LINKS, { service_documentation: LINKS.supportUrl, op_policy_uri: LINKS.privacyUrl }],
  ])('%s', (_, more, expected) => {
    const document = JSON.parse(JSON.stringify(authorizationServerMetadata({ ...OPTIONS, ...more }))) as unknown
    expect(document).toEqual(JSON.parse(JSON.stringify({ ...SERVER, ...expected })))
  })
})

describe('where a document is served', () => {
  const endpoint = documentEndpoint({ a: 1 }, 'oauth-authorization-server', ['', '/mcp'])
  const get = (path: string) => endpoint(incoming({ path: `/.well-known/oauth-authorization-server${path}` }))

  test.each(['', '/', '/mcp', '/mcp/'])('%j: cacheable JSON', async (path) => {
    expect(await get(path)).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=300' },
      body: '{"a":1}',
    })
  })
  test.each(['/other', '/mcp/x', '/MCP', '//mcp', '/%6dcp', '/oauth'])('%j: 404, not kept', async (path) => {
    const { status, headers } = await get(path)
    expect({ status, cache: headers?.['cache-control'] }).toEqual({ status: 404, cache: 'no-store' })
  })
})
