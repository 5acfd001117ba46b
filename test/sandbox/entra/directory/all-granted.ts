import { DATAVERSE, MICROSOFT_GRAPH } from './built-in.ts'
import { addConsent, requiredAccess } from './consent.ts'
import { addSecret, createDirectory, newApplication, newServicePrincipal } from './directory.ts'
import type { NewUser } from './directory.ts'
import { scopesOf, servicePrincipalOf } from './queries.ts'
import type {
  Application,
  AppRole,
  Certificate,
  Directory,
  FederatedCredential,
  RequiredResourceAccess,
  ServicePrincipal,
} from './types.ts'

export type Registration = {
  readonly tenantId: string
  readonly people: readonly NewUser[]
  readonly clientId: string
  /** The full scope of the API, such as `api://<client id>/MCP.Access`. */
  readonly apiScope: string
  readonly redirectUris: readonly string[]
  readonly dataverseUrls: readonly string[]
  readonly clientSecret?: string | undefined
  readonly certificate?: Certificate | undefined
  readonly federatedCredential: Omit<FederatedCredential, 'id' | 'description'>
}

const SIGN_IN = ['User.Read', 'openid', 'profile', 'email', 'offline_access']
const FAR_FUTURE = '9999-12-31T00:00:00Z'

function required(directory: Directory, appId: string, values: readonly string[]): RequiredResourceAccess[] {
  const sp = servicePrincipalOf(directory, appId)
  const scopes = sp ? scopesOf(directory, sp).filter(({ value }) => values.includes(value)) : []
  return [{ resourceAppId: appId, resourceAccess: scopes.map(({ id }) => ({ id, type: 'Scope' as const })) }]
}

function register(directory: Directory, registration: Registration): Application {
  const { clientId, apiScope, certificate } = registration
  const split = apiScope.lastIndexOf('/')
  const scope = { id: directory.newId(), value: apiScope.slice(split + 1), type: 'User', isEnabled: true } as const
  const uris = [`api://${clientId}`, apiScope.slice(0, split)].filter((uri) => uri !== clientId)
  const claims = [{ name: 'upn' }]
  const blank = newApplication(directory, new Date(0).toISOString(), { displayName: 'Dynamics 365 for ChatGPT' })
  return {
    ...blank,
    appId: clientId,
    signInAudience: 'AzureADMyOrg',
    identifierUris: [...new Set(uris)],
    web: { ...blank.web, redirectUris: registration.redirectUris },
    api: { ...blank.api, requestedAccessTokenVersion: 2, oauth2PermissionScopes: [scope] },
    requiredResourceAccess: [
      ...required(directory, MICROSOFT_GRAPH, SIGN_IN),
      ...required(directory, DATAVERSE, ['user_impersonation']),
      { resourceAppId: clientId, resourceAccess: [{ id: scope.id, type: 'Scope' }] },
    ],
    optionalClaims: { accessToken: claims, idToken: claims, saml2Token: [] },
    appRoles: [...new Set(registration.people.flatMap(({ appRoles = [] }) => appRoles))].map(forPeople(directory)),
    certificates: certificate ? [certificate] : [],
    federatedIdentityCredentials: [{ id: directory.newId(), description: null, ...registration.federatedCredential }],
  }
}

const forPeople =
  ({ newId }: Directory) =>
  (value: string): AppRole => ({
    id: newId(),
    value,
    displayName: value,
    description: value,
    allowedMemberTypes: ['User'],
    isEnabled: true,
  })

function assignRoles(
  directory: Directory,
  { appRoles }: Application,
  sp: ServicePrincipal,
  people: readonly NewUser[],
) {
  for (const person of people)
    for (const role of appRoles.filter(({ value }) => value !== null && person.appRoles?.includes(value))) {
      const id = directory.newId()
      directory.appRoleAssignments.set(id, {
        id,
        appRoleId: role.id,
        principalId: person.oid,
        principalType: 'User',
        principalDisplayName: person.name,
        resourceId: sp.id,
        resourceDisplayName: sp.displayName,
        createdDateTime: new Date(0).toISOString(),
      })
    }
}

/** A tenant with one application that has all it asks for and lets everybody in. */
export function createGrantedDirectory(registration: Registration): Directory {
  const { tenantId, people, dataverseUrls, clientSecret } = registration
  const directory = createDirectory({ tenantId, people, dataverseUrls, userConsent: 'all' })
  const application = register(directory, registration)
  if (clientSecret !== undefined) addSecret(directory, application, clientSecret, FAR_FUTURE)
  const sp = newServicePrincipal(directory, application)
  directory.applications.set(application.id, application)
  directory.servicePrincipals.set(sp.id, sp)
  assignRoles(directory, application, sp, people)
  addConsent(directory, sp, requiredAccess(directory, application).permissions, null)
  return directory
}
