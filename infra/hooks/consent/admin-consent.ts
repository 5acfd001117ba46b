export type ConsentTarget = { readonly authorityHost: string; readonly tenantId: string; readonly clientId: string }

/**
 * Where an administrator consents for the whole tenant to all that the registration lists.
 * @see https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent
 */
export const adminConsentUrl = ({ authorityHost, tenantId, clientId }: ConsentTarget): string => {
  const url = new URL(`/${encodeURIComponent(tenantId)}/adminconsent`, authorityHost)
  url.searchParams.set('client_id', clientId)
  return url.href
}
