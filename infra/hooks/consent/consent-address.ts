import { adminConsentUrl } from './admin-consent.ts'
import { quoted } from '../../doctor/wire/plain-text.ts'
import { type Context, Stop } from '../run/context.ts'
import { required } from '../run/environment.ts'

/**
 * Where an administrator of the environment's tenant consents for everyone.
 * @throws Stop where the values that the layers made are not there, or were changed
 */
export const consentAddress = (context: Pick<Context, 'env'>): string => {
  const authorityHost = required(context, 'ENTRA_AUTHORITY_HOST')
  if (!URL.canParse(authorityHost))
    throw new Stop(`ENTRA_AUTHORITY_HOST is ${quoted(authorityHost)}, which is no address. Layer identity makes it:`, [
      'azd provision identity --no-state',
    ])
  const tenantId = required(context, 'AZURE_TENANT_ID')
  return adminConsentUrl({ authorityHost, tenantId, clientId: required(context, 'ENTRA_CLIENT_ID') })
}
