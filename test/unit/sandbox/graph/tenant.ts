import { DATAVERSE, MICROSOFT_GRAPH } from '../../../sandbox/entra/directory/built-in.ts'
import { addManagedIdentity, addSecret, createDirectory } from '../../../sandbox/entra/directory/directory.ts'
import type { DirectoryOptions } from '../../../sandbox/entra/directory/directory.ts'
import { newApplication, newServicePrincipal } from '../../../sandbox/entra/directory/directory.ts'
import { scopesOf, servicePrincipalOf } from '../../../sandbox/entra/directory/queries.ts'
import type { Directory } from '../../../sandbox/entra/directory/types.ts'
import { startEntra } from '../../../sandbox/entra/start.ts'
import type { Entra, EntraOptions } from '../../../sandbox/entra/start.ts'
import { createGraph } from '../../../sandbox/graph/graph.ts'
import type { Graph, GraphOptions } from '../../../sandbox/graph/graph.ts'
import { TENANT_ID } from '../../../sandbox/people.ts'

export const ORG = 'https://harbourpine.crm4.dynamics.example'
export const ADMIN = 'ada.admin@harbourpine.example'
export const PRIVILEGED = 'paul.privileged@harbourpine.example'
export const DEVELOPER = 'dora.developer@harbourpine.example'
export const USER = 'una.user@harbourpine.example'
export const GROUP = '9b0e8f7a-6c5d-4e4f-8a3b-2c1d0e9f8a7b'
export const IDENTITY = 'c0ffee00-5c4e-4f6a-8b7c-9d8e7f6a5b4c'
export const OID = {
  [ADMIN]: '10000000-0000-4000-8000-000000000001',
  [PRIVILEGED]: '10000000-0000-4000-8000-000000000002',
  [DEVELOPER]: '10000000-0000-4000-8000-000000000003',
  [USER]: '10000000-0000-4000-8000-000000000004',
}

const PEOPLE = [
  { oid: OID[ADMIN], name: 'Ada', upn: ADMIN, directoryRoles: ['Cloud Application Administrator'] },
  { oid: OID[PRIVILEGED], name: 'Paul', upn: PRIVILEGED, directoryRoles: ['Privileged Role Administrator'] },
  { oid: OID[DEVELOPER], name: 'Dora', upn: DEVELOPER, directoryRoles: ['Application Developer'] },
  { oid: OID[USER], name: 'Una', upn: USER },
] as const

type GraphFault = { readonly code: string; readonly message: string; readonly details?: readonly unknown[] }
type Json = {
  readonly [name: string]: unknown
  readonly error?: GraphFault
  readonly value?: readonly unknown[]
}
export type Answer = { readonly status: number; readonly json: Json }
export type Ask = (method: string, path: string, body?: unknown, more?: Record<string, string>) => Promise<Answer>

export type Tenant = {
  readonly directory: Directory
  readonly entra: Entra
  readonly graph: Graph
  /** Calls Graph as somebody signed in to the Azure CLI. */
  readonly as: (upn: string) => Ask
  /** Calls Graph with a token. */
  readonly withToken: (token: string | undefined) => Ask
}

type TenantOptions = {
  readonly directory?: Partial<DirectoryOptions>
  readonly graph?: Partial<GraphOptions>
  readonly entra?: Partial<EntraOptions>
}

/** A tenant with four people, Entra and Graph, and no application. */
export async function startTenant(options: TenantOptions = {}): Promise<Tenant> {
  const groups = [{ id: GROUP, displayName: 'Sales', members: [OID[USER]] }]
  const directory = createDirectory({
    tenantId: TENANT_ID,
    people: PEOPLE,
    groups,
    dataverseUrls: [ORG],
    ...options.directory,
  })
  const entra = await startEntra({ tenantId: TENANT_ID, people: [], directory, ...options.entra })
  const verifyBearer = entra.verifyBearer(['https://graph.microsoft.com', MICROSOFT_GRAPH])
  const graph = createGraph({ directory, verifyBearer, now: () => Date.now(), ...options.graph })
  const withToken =
    (token: string | undefined): Ask =>
    async (method, path, body, more = {}) => {
      const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...more }
      const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)
      const reply = await graph.call({ method, url: `/v1.0${path}`, headers, body: text })
      return { status: reply.status, json: { ...reply.headers, ...reply.body } }
    }
  const as =
    (upn: string): Ask =>
    async (...call) => {
      const { accessToken } = await entra.mintCliToken({ signedIn: { upn }, resource: 'https://graph.microsoft.com' })
      return withToken(accessToken)(...call)
    }
  return { directory, entra, graph, as, withToken }
}

/** Takes all that tests made out of a tenant, so that one server serves them all. */
export function emptyDirectory({ directory, entra }: Tenant): void {
  for (const map of [directory.applications, directory.grants, directory.appRoleAssignments]) map.clear()
  for (const { id, published, servicePrincipalType } of directory.servicePrincipals.values()) {
    if (!published || servicePrincipalType === 'ManagedIdentity') directory.servicePrincipals.delete(id)
  }
  for (const user of directory.users.values()) user.accountEnabled = true
  directory.userConsent = 'low-impact'
  entra.reset()
}

export const scopeId = (directory: Directory, appId: string, value: string): string => {
  const sp = servicePrincipalOf(directory, appId)
  const scope = sp && scopesOf(directory, sp).find((one) => one.value === value)
  if (!scope) throw new RangeError(`${appId} has no scope ${value}`)
  return scope.id
}

export const SECRET = 'tenant-secret'
export const CALLBACK = 'https://mcp.example/oauth/callback'
export const SCOPE_ID = '20000000-0000-4000-8000-000000000001'
export const ADMINISTRATOR_ROLE = '30000000-0000-4000-8000-000000000001'
export const SIGN_IN = ['User.Read', 'openid', 'profile', 'email', 'offline_access']

export type Registered = { readonly appId: string; readonly spId: string; readonly id: string }

/** The application as a deployment leaves it: all listed, nothing granted, assignment required. */
export function register(directory: Directory, issuer: string): Registered {
  const blank = newApplication(directory, '2026-11-28T00:00:00Z', { displayName: 'Dynamics 365 for ChatGPT' })
  const { appId } = blank
  const list = (resourceAppId: string, ids: string[]) => ({
    resourceAppId,
    resourceAccess: ids.map((id) => ({ id, type: 'Scope' as const })),
  })
  const application = {
    ...blank,
    uniqueName: 'dynamics-mcp-test',
    signInAudience: 'AzureADMyOrg',
    web: { ...blank.web, redirectUris: [CALLBACK] },
    api: {
      ...blank.api,
      requestedAccessTokenVersion: 2 as const,
      oauth2PermissionScopes: [{ id: SCOPE_ID, value: 'MCP.Access', type: 'User' as const, isEnabled: true }],
    },
    appRoles: [
      {
        id: ADMINISTRATOR_ROLE,
        value: 'Administrator',
        displayName: 'Administrator',
        description: 'Checks the deployment',
        allowedMemberTypes: ['User' as const, 'Application' as const],
        isEnabled: true,
      },
    ],
    requiredResourceAccess: [
      list(
        MICROSOFT_GRAPH,
        SIGN_IN.map((value) => scopeId(directory, MICROSOFT_GRAPH, value)),
      ),
      list(DATAVERSE, [scopeId(directory, DATAVERSE, 'user_impersonation')]),
      list(appId, [SCOPE_ID]),
    ],
    federatedIdentityCredentials: [
      {
        id: directory.newId(),
        name: 'functions-identity',
        description: null,
        issuer,
        subject: IDENTITY,
        audiences: ['api://AzureADTokenExchange'],
      },
    ],
  }
  addSecret(directory, application, SECRET, '2999-01-01T00:00:00Z')
  const sp = { ...newServicePrincipal(directory, application), appRoleAssignmentRequired: true }
  directory.applications.set(application.id, application)
  directory.servicePrincipals.set(sp.id, sp)
  addManagedIdentity(directory, { principalId: IDENTITY, clientId: directory.newId(), name: 'id-mcp' })
  return { appId, spId: sp.id, id: application.id }
}

/** Assigns a principal to the application. */
export function assign(directory: Directory, { spId }: Registered, principalId: string, appRoleId?: string): void {
  const id = directory.newId()
  directory.appRoleAssignments.set(id, {
    id,
    appRoleId: appRoleId ?? '00000000-0000-0000-0000-000000000000',
    principalId,
    principalType: 'User',
    principalDisplayName: '',
    resourceId: spId,
    resourceDisplayName: '',
    createdDateTime: '2026-11-28T00:00:00Z',
  })
}
