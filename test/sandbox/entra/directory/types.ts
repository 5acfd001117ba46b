import type { KeyObject } from 'node:crypto'

/** Objects of a tenant, with the members that Microsoft Graph v1.0 shows. Ids are GUIDs, times ISO 8601. */
export type PermissionScope = {
  readonly id: string
  readonly value: string
  readonly type: 'User' | 'Admin'
  readonly isEnabled: boolean
  readonly adminConsentDisplayName?: string | undefined
  readonly adminConsentDescription?: string | undefined
  readonly userConsentDisplayName?: string | undefined
  readonly userConsentDescription?: string | undefined
}

export type AppRole = {
  readonly id: string
  readonly value: string | null
  readonly displayName: string
  readonly description: string
  readonly allowedMemberTypes: readonly ('User' | 'Application')[]
  readonly isEnabled: boolean
}

export type RequiredResourceAccess = {
  readonly resourceAppId: string
  readonly resourceAccess: readonly { readonly id: string; readonly type: 'Scope' | 'Role' }[]
}

export type OptionalClaim = {
  readonly name: string
  readonly source?: string | null | undefined
  readonly essential?: boolean | undefined
  readonly additionalProperties?: readonly string[] | undefined
}

export type OptionalClaims = {
  readonly accessToken: readonly OptionalClaim[]
  readonly idToken: readonly OptionalClaim[]
  readonly saml2Token: readonly OptionalClaim[]
}

export type FederatedCredential = {
  readonly id: string
  readonly name: string
  readonly issuer: string
  readonly subject: string
  readonly audiences: readonly string[]
  readonly description: string | null
}

/** A client secret; Graph never shows its text again. */
export type PasswordCredential = { readonly keyId: string; readonly secretText: string; readonly endDateTime: string }

/** A certificate; its thumbprint as `x5t#S256` (base64url). */
export type Certificate = { readonly publicKey: KeyObject; readonly thumbprint: string }

export type Application = {
  readonly id: string
  readonly appId: string
  readonly createdDateTime: string
  uniqueName: string | null
  displayName: string
  description: string | null
  notes: string | null
  serviceManagementReference: string | null
  groupMembershipClaims: string | null
  isFallbackPublicClient: boolean | null
  tags: readonly string[]
  signInAudience: string
  identifierUris: readonly string[]
  web: {
    readonly redirectUris: readonly string[]
    readonly homePageUrl: string | null
    readonly logoutUrl: string | null
    readonly implicitGrantSettings: {
      readonly enableAccessTokenIssuance: boolean
      readonly enableIdTokenIssuance: boolean
    }
  }
  spa: { readonly redirectUris: readonly string[] }
  publicClient: { readonly redirectUris: readonly string[] }
  api: {
    readonly requestedAccessTokenVersion: 1 | 2 | null
    readonly acceptMappedClaims: boolean | null
    readonly knownClientApplications: readonly string[]
    readonly oauth2PermissionScopes: readonly PermissionScope[]
    readonly preAuthorizedApplications: readonly {
      readonly appId: string
      readonly delegatedPermissionIds: readonly string[]
    }[]
  }
  appRoles: readonly AppRole[]
  requiredResourceAccess: readonly RequiredResourceAccess[]
  optionalClaims: OptionalClaims | null
  servicePrincipalLockConfiguration: Readonly<Record<string, boolean | null>> | null
  federatedIdentityCredentials: readonly FederatedCredential[]
  passwordCredentials: readonly PasswordCredential[]
  certificates: readonly Certificate[]
  /** Object ids of users and service principals. */
  owners: readonly string[]
}

export type ServicePrincipal = {
  readonly id: string
  readonly appId: string
  readonly displayName: string
  readonly servicePrincipalType: 'Application' | 'ManagedIdentity'
  readonly appOwnerOrganizationId: string | null
  /** What an application of this tenant has in its own registration, others (Microsoft's) have here. */
  /** Of a managed identity; an application has them in its registration. */
  federatedIdentityCredentials?: readonly Omit<FederatedCredential, 'id' | 'description'>[]
  readonly published?: { readonly scopes: readonly PermissionScope[]; readonly appRoles: readonly AppRole[] }
  servicePrincipalNames: readonly string[]
  accountEnabled: boolean
  appRoleAssignmentRequired: boolean
  description: string | null
  notes: string | null
  tags: readonly string[]
  owners: readonly string[]
}

/** Consent: of everyone (`principalId` null) or of one person. `scope` is a list with spaces between. */
export type PermissionGrant = {
  readonly id: string
  readonly clientId: string
  readonly resourceId: string
  readonly consentType: 'AllPrincipals' | 'Principal'
  readonly principalId: string | null
  scope: string
}

export type AppRoleAssignment = {
  readonly id: string
  /** Zeros: the default role of a resource that has none. */
  readonly appRoleId: string
  readonly principalId: string
  readonly principalType: 'User' | 'Group' | 'ServicePrincipal'
  readonly principalDisplayName: string
  readonly resourceId: string
  readonly resourceDisplayName: string
  readonly createdDateTime: string
}

export type Group = { readonly id: string; readonly displayName: string; members: readonly string[] }

export const DIRECTORY_ROLES = [
  'Global Administrator',
  'Privileged Role Administrator',
  'Cloud Application Administrator',
  'Application Administrator',
  'Application Developer',
] as const
export type DirectoryRole = (typeof DIRECTORY_ROLES)[number]

export type User = {
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName: string
  readonly mail: string | null
  accountEnabled: boolean
  directoryRoles: readonly DirectoryRole[]
}

export type DeletedApplication = {
  readonly application: Application
  readonly servicePrincipal: ServicePrincipal | undefined
  readonly grants: readonly PermissionGrant[]
  readonly assignments: readonly AppRoleAssignment[]
  /** Milliseconds since the epoch. */
  readonly deletedAt: number
}

export type Directory = {
  readonly tenantId: string
  readonly tenantName: string
  readonly verifiedDomains: readonly string[]
  readonly applications: Map<string, Application>
  readonly servicePrincipals: Map<string, ServicePrincipal>
  readonly grants: Map<string, PermissionGrant>
  readonly appRoleAssignments: Map<string, AppRoleAssignment>
  readonly users: Map<string, User>
  readonly groups: Map<string, Group>
  readonly deletedApplications: Map<string, DeletedApplication>
  /** Origins of the tenant's Dynamics environments, each a name of Dataverse's service principal. */
  dataverseUrls: readonly string[]
  /** What people may consent to by themselves: nothing, what is classified as low impact, or all that needs no admin. */
  userConsent: 'none' | 'low-impact' | 'all'
  /** Whether anybody may register applications, not only those with a directory role. */
  usersMayRegisterApplications: boolean
  readonly newId: () => string
}

export const DEFAULT_APP_ROLE = '00000000-0000-0000-0000-000000000000'
