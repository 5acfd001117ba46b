import { adminConsentUrl } from '../admin-consent.ts'
import type { Context } from '../run/context.ts'
import { required } from '../run/environment.ts'

/** Where an administrator of the environment's tenant consents for everyone. */
export const consentAddress = (context: Pick<Context, 'env'>): string =>
  adminConsentUrl({
    authorityHost: required(context, 'ENTRA_AUTHORITY_HOST'),
    tenantId: required(context, 'AZURE_TENANT_ID'),
    clientId: required(context, 'ENTRA_CLIENT_ID'),
  })
