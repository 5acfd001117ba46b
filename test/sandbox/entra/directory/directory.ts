import { randomUUID } from 'node:crypto'
import { builtInServicePrincipals } from './built-in.ts'
import type { Application, Directory, DirectoryRole, Group, ServicePrincipal, User } from './types.ts'

export type NewUser = {
  readonly oid: string
  readonly name: string
  readonly upn: string
  readonly directoryRoles?: readonly DirectoryRole[]
  /** Of the application, in a tenant that lets everybody in. */
  readonly appRoles?: readonly string[]
}

export type DirectoryOptions = {
  readonly tenantId: string
  readonly tenantName?: string
  readonly people: readonly NewUser[]
  readonly groups?: readonly Group[]
  /** Origins of the Dynamics environments; `dataverse: false` is a tenant without any. */
  readonly dataverseUrls?: readonly string[]
  readonly dataverse?: boolean
  readonly userConsent?: Directory['userConsent']
  readonly usersMayRegisterApplications?: boolean
  readonly newId?: () => string
}

const asUser = (one: NewUser): User => ({
  id: one.oid,
  displayName: one.name,
  userPrincipalName: one.upn,
  mail: one.upn,
  accountEnabled: true,
  directoryRoles: one.directoryRoles ?? [],
})

const byId = <T extends { readonly id: string }>(objects: readonly T[]) => new Map(objects.map((one) => [one.id, one]))

/** A tenant with its people, groups and Microsoft's own service principals, and no application yet. */
export function createDirectory(options: DirectoryOptions): Directory {
  const newId = options.newId ?? randomUUID
  const domains = options.people.map(({ upn }) => upn.slice(upn.indexOf('@') + 1))
  return {
    tenantId: options.tenantId,
    tenantName: options.tenantName ?? domains[0] ?? 'contoso.example',
    newId,
    verifiedDomains: [...new Set(domains)],
    applications: new Map(),
    servicePrincipals: byId(builtInServicePrincipals(newId, options.dataverse ?? true)),
    grants: new Map(),
    appRoleAssignments: new Map(),
    users: byId(options.people.map(asUser)),
    groups: byId(options.groups ?? []),
    deletedApplications: new Map(),
    dataverseUrls: options.dataverseUrls ?? [],
    userConsent: options.userConsent ?? 'low-impact',
    usersMayRegisterApplications: options.usersMayRegisterApplications ?? true,
  }
}

type NewApplication = Partial<Application> & Pick<Application, 'displayName'>

/** A registration as Graph makes it of a body that names nothing else; not yet in the directory. */
export function newApplication(directory: Directory, createdDateTime: string, given: NewApplication): Application {
  return {
    id: directory.newId(),
    appId: directory.newId(),
    createdDateTime,
    uniqueName: null,
    description: null,
    notes: null,
    serviceManagementReference: null,
    groupMembershipClaims: null,
    isFallbackPublicClient: null,
    tags: [],
    signInAudience: 'AzureADandPersonalMicrosoftAccount',
    identifierUris: [],
    spa: { redirectUris: [] },
    publicClient: { redirectUris: [] },
    web: newWeb(),
    api: {
      requestedAccessTokenVersion: null,
      acceptMappedClaims: null,
      knownClientApplications: [],
      oauth2PermissionScopes: [],
      preAuthorizedApplications: [],
    },
    appRoles: [],
    requiredResourceAccess: [],
    optionalClaims: null,
    servicePrincipalLockConfiguration: null,
    federatedIdentityCredentials: [],
    passwordCredentials: [],
    certificates: [],
    owners: [],
    ...given,
  }
}

const newWeb = (): Application['web'] => ({
  redirectUris: [],
  homePageUrl: null,
  logoutUrl: null,
  implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
})

/** The service principal of an application of this tenant; not yet in the directory. */
export function newServicePrincipal(directory: Directory, application: Application): ServicePrincipal {
  const { appId, displayName } = application
  return {
    id: directory.newId(),
    appId,
    displayName,
    servicePrincipalType: 'Application',
    appOwnerOrganizationId: directory.tenantId,
    servicePrincipalNames: [appId],
    accountEnabled: true,
    appRoleAssignmentRequired: false,
    description: null,
    notes: null,
    tags: [],
    owners: [],
  }
}

type NewIdentity = { readonly principalId: string; readonly clientId: string; readonly name: string }

/** A user-assigned managed identity, as Azure Resource Manager puts it into the directory. */
export function addManagedIdentity(directory: Directory, identity: NewIdentity): ServicePrincipal {
  const sp: ServicePrincipal = {
    id: identity.principalId,
    appId: identity.clientId,
    displayName: identity.name,
    servicePrincipalType: 'ManagedIdentity',
    appOwnerOrganizationId: null,
    published: { scopes: [], appRoles: [] },
    servicePrincipalNames: [identity.clientId],
    accountEnabled: true,
    appRoleAssignmentRequired: false,
    description: null,
    notes: null,
    tags: [],
    owners: [],
  }
  directory.servicePrincipals.set(sp.id, sp)
  return sp
}

/** Gives an application a client secret that ends at `endDateTime`. */
export function addSecret(
  directory: Directory,
  application: Application,
  secretText: string,
  endDateTime: string,
): void {
  const secret = { keyId: directory.newId(), secretText, endDateTime }
  application.passwordCredentials = [...application.passwordCredentials, secret]
}
