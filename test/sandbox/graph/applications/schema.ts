import { z } from 'zod'

const guid = z.guid()
const uris = z.array(z.string())
const text = z.string().nullable()

const scope = z.strictObject({
  id: guid,
  value: z.string().regex(/^[\w!#$%&'()*+,\-.:;=?@[\]^`{|}~]{1,120}$/),
  type: z.enum(['User', 'Admin']).default('User'),
  isEnabled: z.boolean().default(true),
  adminConsentDisplayName: z.string().min(1),
  adminConsentDescription: z.string().min(1),
  userConsentDisplayName: z.string().optional(),
  userConsentDescription: z.string().optional(),
})

const appRole = z.strictObject({
  id: guid,
  value: z.string().min(1).nullable().default(null),
  displayName: z.string().min(1),
  description: z.string().min(1),
  allowedMemberTypes: z.array(z.enum(['User', 'Application'])).min(1),
  isEnabled: z.boolean().default(true),
})

const optionalClaim = z.strictObject({
  name: z.string(),
  source: z.string().nullable().optional(),
  essential: z.boolean().optional(),
  additionalProperties: z.array(z.string()).optional(),
})
const claims = z.array(optionalClaim).default([])

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** @see https://learn.microsoft.com/entra/identity-platform/reply-url "Redirect URI restrictions and limitations" */
export function isRedirectUri(uri: string): boolean {
  if (!URL.canParse(uri) || uri.length > 256) return false
  const { protocol, hostname, hash } = new URL(uri)
  return hash === '' && (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname)))
}
const redirectUris = z.array(z.string().refine(isRedirectUri)).max(256)

const api = z.strictObject({
  requestedAccessTokenVersion: z.union([z.literal(1), z.literal(2)]).nullable(),
  acceptMappedClaims: z.boolean().nullable(),
  knownClientApplications: z.array(guid),
  oauth2PermissionScopes: z.array(scope),
  preAuthorizedApplications: z.array(z.strictObject({ appId: guid, delegatedPermissionIds: z.array(guid) })),
})

const web = z.strictObject({
  redirectUris,
  homePageUrl: text,
  logoutUrl: text,
  implicitGrantSettings: z.strictObject({
    enableAccessTokenIssuance: z.boolean().default(false),
    enableIdTokenIssuance: z.boolean().default(false),
  }),
})

const lock = z.strictObject({
  isEnabled: z.boolean(),
  allProperties: z.boolean().nullable().optional(),
  credentialsWithUsageVerify: z.boolean().nullable().optional(),
  credentialsWithUsageSign: z.boolean().nullable().optional(),
  identifierUris: z.boolean().nullable().optional(),
  tokenEncryptionKeyId: z.boolean().nullable().optional(),
})

/** @see https://learn.microsoft.com/graph/api/resources/application#properties */
export const applicationSchema = z
  .strictObject({
    uniqueName: z.string().min(1).max(128),
    displayName: z.string().min(1).max(256),
    description: text,
    notes: text,
    serviceManagementReference: text,
    groupMembershipClaims: text,
    isFallbackPublicClient: z.boolean().nullable(),
    tags: z.array(z.string().min(1).max(256)),
    signInAudience: z.enum([
      'AzureADMyOrg',
      'AzureADMultipleOrgs',
      'AzureADandPersonalMicrosoftAccount',
      'PersonalMicrosoftAccount',
    ]),
    identifierUris: uris,
    web: web.partial(),
    spa: z.strictObject({ redirectUris }).partial(),
    publicClient: z.strictObject({ redirectUris: uris }).partial(),
    api: api.partial(),
    appRoles: z.array(appRole),
    requiredResourceAccess: z.array(
      z.strictObject({
        resourceAppId: guid,
        resourceAccess: z.array(z.strictObject({ id: guid, type: z.enum(['Scope', 'Role']) })).min(1),
      }),
    ),
    optionalClaims: z.strictObject({ accessToken: claims, idToken: claims, saml2Token: claims }).nullable(),
    servicePrincipalLockConfiguration: lock.nullable(),
  })
  .partial()
export type ApplicationBody = z.output<typeof applicationSchema>
