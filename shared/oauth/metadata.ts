import type { Endpoint } from '../http/message.ts'
import { json } from '../http/replies.ts'
import { scopeAtConnect, scopesSupported } from './scope.ts'
import { resourceOf } from './resource.ts'

export type MetadataOptions = {
  readonly publicBaseUrl: string
  readonly name: string
  readonly registration: boolean
  readonly metadataDocuments: boolean
  /** Absent where nothing may be written. */
  readonly writes?: { readonly scopeAtConnect: boolean } | undefined
  readonly privacyUrl?: string | undefined
  readonly supportUrl?: string | undefined
}

const CACHEABLE = { 'cache-control': 'public, max-age=300' } as const

/** A mailto: address is no document. */
const isWebPage = (url: string | undefined): boolean => url?.startsWith('https://') === true

/** @see https://www.rfc-editor.org/rfc/rfc9728#section-2 */
export function protectedResourceMetadata(options: MetadataOptions): unknown {
  const { publicBaseUrl, name, privacyUrl, supportUrl, writes } = options
  return {
    resource: resourceOf(publicBaseUrl),
    authorization_servers: [publicBaseUrl],
    scopes_supported: scopeAtConnect(writes).split(' '),
    bearer_methods_supported: ['header'],
    resource_name: name,
    ...(isWebPage(supportUrl) ? { resource_documentation: supportUrl } : {}),
    ...(privacyUrl ? { resource_policy_uri: privacyUrl } : {}),
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc8414#section-2 */
export function authorizationServerMetadata(options: MetadataOptions): unknown {
  const { publicBaseUrl, registration, metadataDocuments, privacyUrl, supportUrl, writes } = options
  const authMethods = ['none', 'client_secret_post', 'client_secret_basic']
  return {
    issuer: publicBaseUrl,
    authorization_endpoint: `${publicBaseUrl}/oauth/authorize`,
    token_endpoint: `${publicBaseUrl}/oauth/token`,
    ...(registration ? { registration_endpoint: `${publicBaseUrl}/oauth/register` } : {}),
    revocation_endpoint: `${publicBaseUrl}/oauth/revoke`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint_auth_methods_supported: authMethods,
    code_challenge_methods_supported: ['S256'],
    scopes_supported: scopesSupported(writes),
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: metadataDocuments,
    ...(isWebPage(supportUrl) ? { service_documentation: supportUrl } : {}),
    ...(privacyUrl ? { op_policy_uri: privacyUrl } : {}),
  }
}

/** Serves a document at its well-known address and at the path-inserted one; any other path below is no document. */
export function documentEndpoint(document: unknown, wellKnown: string, suffixes: readonly string[]): Endpoint {
  const paths = new Set(suffixes.map((suffix) => `/.well-known/${wellKnown}${suffix}`))
  return (request) =>
    Promise.resolve(
      paths.has(request.path.replace(/\/$/, ''))
        ? json(200, document, CACHEABLE)
        : json(404, { error: 'not_found', error_description: 'There is no such document here.' }),
    )
}
