/** Entra's addresses for one tenant, built from config: no discovery request, at a cold start or ever. */
export type Authority = {
  readonly issuer: string
  readonly jwksUri: string
  readonly signOutUrl: string
  readonly adminConsentUrl: string
  /** MSAL's own three settings. */
  readonly msal: {
    readonly authority: string
    readonly authorityMetadata: string
    readonly cloudDiscoveryMetadata: string
  }
}

/** Microsoft's own sign-out, which leads back to us. */
export const signOutOf = ({ signOutUrl }: Authority, publicBaseUrl: string): string =>
  `${signOutUrl}?post_logout_redirect_uri=${encodeURIComponent(`${publicBaseUrl}/signed-out`)}`

/** @see https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc */
export function authorityOf(host: string, tenantId: string): Authority {
  const tenant = `${host}/${tenantId}`
  const issuer = `${tenant}/v2.0`
  const jwksUri = `${tenant}/discovery/v2.0/keys`
  // MSAL wants an https authority as a name, even where the endpoints are a loopback address over http.
  const named = tenant.replace(/^http:/, 'https:')
  const name = new URL(named).host
  const signOutUrl = `${tenant}/oauth2/v2.0/logout`
  return {
    issuer,
    jwksUri,
    signOutUrl,
    adminConsentUrl: `${tenant}/adminconsent`,
    msal: {
      authority: named,
      authorityMetadata: JSON.stringify({
        issuer,
        authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
        token_endpoint: `${tenant}/oauth2/v2.0/token`,
        jwks_uri: jwksUri,
        end_session_endpoint: signOutUrl,
      }),
      cloudDiscoveryMetadata: JSON.stringify({
        tenant_discovery_endpoint: `${named}/v2.0/.well-known/openid-configuration`,
        // An alias list without the preferred cache makes every look-up miss.
        metadata: [{ preferred_network: name, preferred_cache: name, aliases: [name] }],
      }),
    },
  }
}
