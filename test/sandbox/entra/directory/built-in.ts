import type { AppRole, PermissionScope, ServicePrincipal } from './types.ts'

/** Application ids that are the same in every tenant. */
export const MICROSOFT_GRAPH = '00000003-0000-0000-c000-000000000000'
export const DATAVERSE = '00000007-0000-0000-c000-000000000000'
export const AZURE_CLI = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'
export const AZURE_MANAGEMENT = '797f4846-ba00-4fd7-ba43-dac1f8f63013'
export const KEY_VAULT = 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093'
export const LOG_ANALYTICS = 'ca7f3f0b-7d91-482c-8e09-c5d840d0eac5'
export const AZURE_STORAGE = 'e406a681-f3d4-42a8-90b6-c2b029497af1'
/** Tenant that owns Microsoft's applications. */
const MICROSOFT = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a'

const scope = (id: string, value: string, text: string, type: 'User' | 'Admin' = 'User'): PermissionScope => ({
  id,
  value,
  type,
  isEnabled: true,
  adminConsentDisplayName: text,
  adminConsentDescription: text,
  userConsentDisplayName: text,
  userConsentDescription: text,
})

const role = (id: string, value: string): AppRole => ({
  id,
  value,
  displayName: value,
  description: value,
  isEnabled: true,
  allowedMemberTypes: ['Application'],
})

/** @see https://learn.microsoft.com/graph/permissions-reference */
const GRAPH_SCOPES = [
  scope('e1fe6dd8-ba31-4d61-89e7-88639da4683d', 'User.Read', 'Sign in and read user profile'),
  scope('37f7f235-527c-4136-accd-4a02d197296e', 'openid', 'Sign users in'),
  scope('14dad69e-099b-42c9-810b-d002981feec1', 'profile', 'View users’ basic profile'),
  scope('64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0', 'email', 'View users’ email address'),
  scope(
    '7427e0e9-2fba-42fe-b0c0-848c9e6a8182',
    'offline_access',
    'Maintain access to data you have given it access to',
  ),
  scope(
    'bdfbf15f-ee85-4955-8675-146e8e5296b5',
    'Application.ReadWrite.All',
    'Read and write all applications',
    'Admin',
  ),
  scope(
    '84bccea3-f856-4a8a-967b-dbe0a3d53a64',
    'AppRoleAssignment.ReadWrite.All',
    'Manage app role assignments',
    'Admin',
  ),
  scope(
    '41ce6ca6-6826-4807-84f1-1c82854f7ee5',
    'DelegatedPermissionGrant.ReadWrite.All',
    'Manage delegated grants',
    'Admin',
  ),
  scope('0e263e50-5827-48a4-b97c-d940288653c7', 'Directory.AccessAsUser.All', 'Access directory as you', 'Admin'),
]

const GRAPH_ROLES = [
  role('18a4783c-866b-4cc7-a460-3d5e5662c884', 'Application.ReadWrite.OwnedBy'),
  role('1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9', 'Application.ReadWrite.All'),
  role('9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30', 'Application.Read.All'),
  role('06b708a9-e830-4db3-a914-8e69da51d44f', 'AppRoleAssignment.ReadWrite.All'),
  role('8e8e4742-1d95-4f68-9d56-6ee75648c72a', 'DelegatedPermissionGrant.ReadWrite.All'),
  role('7ab1d382-f21e-4acd-a863-ba3e13f7da61', 'Directory.Read.All'),
]

type BuiltIn = {
  readonly appId: string
  readonly displayName: string
  readonly names?: readonly string[]
  readonly scopes?: readonly PermissionScope[]
  readonly appRoles?: readonly AppRole[]
}

const impersonation = (id: string, text: string) => [scope(id, 'user_impersonation', text)]

const BUILT_IN: readonly BuiltIn[] = [
  {
    appId: MICROSOFT_GRAPH,
    displayName: 'Microsoft Graph',
    names: ['https://graph.microsoft.com'],
    scopes: GRAPH_SCOPES,
    appRoles: GRAPH_ROLES,
  },
  {
    appId: DATAVERSE,
    displayName: 'Dataverse',
    scopes: impersonation('78ce3f0f-a1ce-49c2-8cde-64b5c0896db4', 'Access Common Data Service as organization users'),
  },
  { appId: AZURE_CLI, displayName: 'Microsoft Azure CLI' },
  {
    appId: AZURE_MANAGEMENT,
    displayName: 'Windows Azure Service Management API',
    names: ['https://management.azure.com', 'https://management.core.windows.net'],
    scopes: impersonation(
      '41094075-9dad-400e-a0bd-54e686782033',
      'Access Azure Service Management as organization users',
    ),
  },
  {
    appId: KEY_VAULT,
    displayName: 'Azure Key Vault',
    names: ['https://vault.azure.net'],
    scopes: impersonation('f53da476-18e3-4152-8e01-aec403e6edc0', 'Have full access to the Azure Key Vault service'),
  },
  {
    appId: AZURE_STORAGE,
    displayName: 'Azure Storage',
    names: ['https://storage.azure.com'],
    scopes: impersonation('03e0da56-190b-40ad-a80c-ea378c433f7f', 'Access Azure Storage'),
  },
  {
    appId: LOG_ANALYTICS,
    displayName: 'Log Analytics API',
    names: ['https://api.loganalytics.io'],
    scopes: [scope('e8f6e161-84d0-4cd7-9441-2d46ec9ec3d5', 'Data.Read', 'Read Log Analytics data as user')],
  },
]

/** Microsoft's service principals of a new tenant; without Dataverse where nobody has a Dynamics licence. */
export function builtInServicePrincipals(newId: () => string, withDataverse: boolean): ServicePrincipal[] {
  return BUILT_IN.filter(({ appId }) => withDataverse || appId !== DATAVERSE).map((one) => ({
    id: newId(),
    appId: one.appId,
    displayName: one.displayName,
    servicePrincipalType: 'Application',
    appOwnerOrganizationId: MICROSOFT,
    published: { scopes: one.scopes ?? [], appRoles: one.appRoles ?? [] },
    servicePrincipalNames: [one.appId, ...(one.names ?? [])],
    accountEnabled: true,
    appRoleAssignmentRequired: false,
    description: null,
    notes: null,
    tags: [],
    owners: [],
  }))
}
