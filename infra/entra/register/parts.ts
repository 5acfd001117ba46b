import {
  description,
  displayNameOf,
  ownRoles,
  ownScope,
  type ResourceAccess,
  type Role,
  type Scope,
} from './description.ts'

type Client = { readonly appId: string }
type Addresses = { readonly redirectUris?: readonly string[] } | null

/** What Graph shows of an application; a member may be absent or null. */
export type Application = {
  readonly id: string
  readonly appId: string
  readonly uniqueName: string
  readonly tags?: readonly string[]
  readonly web?: Addresses
  readonly spa?: Addresses
  readonly publicClient?: Addresses
  readonly api?: {
    readonly oauth2PermissionScopes?: readonly Scope[]
    readonly preAuthorizedApplications?: readonly Client[]
  } | null
  readonly appRoles?: readonly Role[]
  readonly requiredResourceAccess?: readonly ResourceAccess[]
  readonly keyCredentials?: readonly { readonly keyId: string; readonly displayName?: string | null }[]
  readonly passwordCredentials?: readonly { readonly keyId: string; readonly displayName?: string | null }[]
}

/** One part of the registration: the members that make it up, and what of the found ones has to go, in words. */
export type Part = {
  readonly name: string
  readonly body: Readonly<Record<string, unknown>>
  readonly removes: readonly string[]
}

export type Wanted = {
  readonly uniqueName: string
  readonly environment: string
  readonly baseUrl: string
  /** Ids of the permissions of Graph and Dataverse, as the tenant shows them. */
  readonly permissions: readonly ResourceAccess[]
}

/** What cannot wait: nothing else may name the scope before Graph knows it. The template makes the same first. */
export const firstBody = ({ uniqueName, environment }: Pick<Wanted, 'uniqueName' | 'environment'>) => ({
  displayName: displayNameOf(environment),
  signInAudience: description.signInAudience,
  tags: description.tags,
  api: { oauth2PermissionScopes: [ownScope(uniqueName, [])] },
})

const others = <T>(found: readonly T[] | undefined, own: readonly T[], key: (one: T) => string): T[] => {
  const keys = new Set(own.map(key))
  return (found ?? []).filter((one) => !keys.has(key(one)))
}
const valueOf = ({ value }: Scope): string => value

/** Scopes and roles. Others' stay: Graph lets none go that is enabled, and somebody may use them. */
export const exposedParts = (found: Application, { uniqueName }: Wanted): Part[] => {
  const present = found.api?.oauth2PermissionScopes ?? []
  const scope = ownScope(uniqueName, present)
  const roles = ownRoles(uniqueName, found.appRoles ?? [])
  return [
    {
      name: `scope ${scope.value}`,
      body: {
        api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [...others(present, [scope], valueOf), scope] },
      },
      removes: [],
    },
    {
      name: `app roles ${roles.map(valueOf).join(', ')}`,
      body: { appRoles: [...others(found.appRoles, roles, valueOf), ...roles] },
      removes: [],
    },
  ]
}

// An address of somebody else's would be handed people's sign-ins, so none is kept, on any platform.
const addressPart = (found: Application, baseUrl: string): Part => {
  const redirectUris = description.redirectPaths.map((path) => `${baseUrl}${path}`)
  const all = [found.web, found.spa, found.publicClient].flatMap((one) => one?.redirectUris ?? [])
  return {
    name: 'redirect addresses',
    body: {
      web: {
        redirectUris,
        implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
      },
      spa: { redirectUris: [] },
      publicClient: { redirectUris: [] },
      isFallbackPublicClient: false,
    },
    removes: all.filter((address) => !redirectUris.includes(address)),
  }
}

// A client that is preauthorised gets people's tokens for this app without their consent.
const preAuthorizedPart = (found: Application, scopeId: string): Part => {
  const clients = description.preAuthorizedClients.map(({ appId }) => ({ appId, delegatedPermissionIds: [scopeId] }))
  return {
    name: `preauthorised clients (${description.preAuthorizedClients.map(({ name }) => name).join(', ')})`,
    body: { api: { knownClientApplications: [], preAuthorizedApplications: clients } },
    removes: others<Client>(found.api?.preAuthorizedApplications, clients, ({ appId }) => appId).map(
      ({ appId }) => appId,
    ),
  }
}

// What is listed is what the next administrator grants by clicking "Grant admin consent", so nothing else may be listed;
// and what is granted but not listed is taken away by that click.
const permissionsPart = (found: Application, { permissions }: Wanted, scopeId: string): Part => {
  const own: ResourceAccess = { resourceAppId: found.appId, resourceAccess: [{ id: scopeId, type: 'Scope' }] }
  const all = [...permissions, own]
  const listed = (list: readonly ResourceAccess[]): string[] =>
    list.flatMap(({ resourceAppId, resourceAccess }) =>
      resourceAccess.map(({ id, type }) => `${type} ${id} of ${resourceAppId}`),
    )
  const wanted = new Set(listed(all))
  return {
    name: 'requested permissions',
    body: { requiredResourceAccess: all },
    removes: listed(found.requiredResourceAccess ?? []).filter((one) => !wanted.has(one)),
  }
}

/** All that may be written once the scope is there. */
export const remainingParts = (found: Application, wanted: Wanted): Part[] => {
  const scopeId = ownScope(wanted.uniqueName, found.api?.oauth2PermissionScopes ?? []).id
  const claims = description.optionalClaims.map((name) => ({ name }))
  const tags = [...new Set([...(found.tags ?? []), ...description.tags])]
  return [
    { name: 'display name', body: { displayName: displayNameOf(wanted.environment) }, removes: [] },
    { name: 'accounts of this tenant only', body: { signInAudience: description.signInAudience }, removes: [] },
    { name: 'tags', body: { tags }, removes: [] },
    addressPart(found, wanted.baseUrl),
    preAuthorizedPart(found, scopeId),
    {
      name: `optional claims ${description.optionalClaims.join(', ')}`,
      body: { optionalClaims: { idToken: claims, accessToken: claims, saml2Token: [] } },
      removes: [],
    },
    permissionsPart(found, wanted, scopeId),
    {
      name: 'lock of credentials',
      body: { servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true } },
      removes: [],
    },
  ]
}
