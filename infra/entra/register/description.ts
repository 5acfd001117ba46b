import { readFileSync } from 'node:fs'
import { armGuid } from './arm-guid.ts'

export type Scope = { readonly id: string; readonly value: string; readonly isEnabled: boolean }
export type Role = Scope & { readonly allowedMemberTypes: readonly string[] }
export type Access = { readonly id: string; readonly type: 'Scope' | 'Role' }
export type ResourceAccess = { readonly resourceAppId: string; readonly resourceAccess: readonly Access[] }

type Permission = { readonly name: string; readonly appId: string; readonly scopes: readonly string[] }

/** What registration.json says: the same file that the template reads. */
type Description = {
  readonly uniqueName: string
  readonly displayName: string
  readonly signInAudience: string
  readonly tags: readonly string[]
  readonly redirectPaths: readonly string[]
  readonly scope: Omit<Scope, 'id'>
  readonly appRoles: readonly Omit<Role, 'id'>[]
  readonly preAuthorizedClients: readonly { readonly name: string; readonly appId: string }[]
  readonly optionalClaims: readonly string[]
  readonly permissions: {
    readonly graph: Permission
    readonly dataverse: Permission
    readonly itself: Omit<Permission, 'appId'>
  }
  readonly federatedCredential: { readonly name: string; readonly description: string; readonly audience: string }
}

export const description = JSON.parse(
  readFileSync(new URL('../registration.json', import.meta.url), 'utf8'),
) as Description

/** The tag by which a registration says what it is for. Anyone may set it: it tells accidents apart, not attacks. */
export const OUR_TAG = 'chatgpt-dynamics-mcp'

/** As main.bicep puts it together; without a subscription the name alone. */
export const uniqueNameOf = (environment: string, subscriptionId: string | undefined): string => {
  const name = description.uniqueName.replace('{environment}', environment)
  return subscriptionId === undefined ? name : `${name}-${armGuid(subscriptionId.toLowerCase()).slice(0, 8)}`
}

export const displayNameOf = (environment: string): string =>
  description.displayName.replace('{environment}', environment)

/**
 * Our scope, under the id that an application already gave to one of this name: a new id would end every consent to it.
 */
export const ownScope = (uniqueName: string, present: readonly Scope[]): Scope => {
  const { scope } = description
  const id = present.find(({ value }) => value === scope.value)?.id ?? armGuid(uniqueName, scope.value)
  return { ...scope, id }
}

/** Our app roles, with the ids of those that an application already has. */
export const ownRoles = (uniqueName: string, present: readonly Scope[]): Role[] =>
  description.appRoles.map((role) => {
    const id = present.find(({ value }) => value === role.value)?.id ?? armGuid(uniqueName, role.value)
    return { ...role, id }
  })
