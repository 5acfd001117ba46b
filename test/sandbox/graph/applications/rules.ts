import { namesOf } from '../../entra/directory/queries.ts'
import type { Application, Directory } from '../../entra/directory/types.ts'
import { badRequest, conflict, GraphError } from '../wire/errors.ts'

type Entitlement = { readonly id: string; readonly value: string | null; readonly isEnabled: boolean }

/** A scope or role that is enabled can neither be taken away nor be given another id. */
function checkEntitlements(before: readonly Entitlement[], after: readonly Entitlement[]): void {
  const lost = before.some(({ id, isEnabled }) => isEnabled && !after.some((one) => one.id === id))
  if (lost) {
    throw new GraphError(
      400,
      'CannotDeleteOrUpdateEnabledEntitlement',
      'Permission (scope or role) cannot be deleted or updated unless disabled first.',
    )
  }
}

function checkValues(after: readonly Entitlement[], property: string): void {
  for (const key of ['id', 'value'] as const) {
    const values = after.map((one) => one[key]).filter((value) => value !== null)
    if (new Set(values).size < values.length) {
      throw badRequest(`It contains duplicate value. Please provide unique value for property '${property}'.`)
    }
  }
}

/** @see https://github.com/OfficeDev/teams-toolkit `aadApp/update`: a scope is not added and preauthorised at once */
function checkPreauthorised(before: Application, after: Application): void {
  const known = before.api.oauth2PermissionScopes.map(({ id }) => id)
  const kept = after.api.oauth2PermissionScopes.map(({ id }) => id)
  for (const { appId, delegatedPermissionIds } of after.api.preAuthorizedApplications) {
    const missing = delegatedPermissionIds.find((id) => !known.includes(id) || !kept.includes(id))
    if (missing === undefined) continue
    throw badRequest(
      `Property api.preAuthorizedApplications: permission ${missing} of application ${appId} does not exist yet.`,
    )
  }
}

/** @see https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions */
function checkIdentifierUris(directory: Directory, after: Application): void {
  for (const uri of after.identifierUris) {
    const { host } = URL.canParse(uri) ? new URL(uri) : { host: '' }
    const verified = directory.verifiedDomains.some((domain) => host === domain || host.endsWith(`.${domain}`))
    const byId = [after.appId, directory.tenantId].some((id) => uri.includes(id))
    if (!verified && !byId) {
      throw badRequest(
        "Values of identifierUris property must use a verified domain of the organization or its subdomain: '" +
          `${uri}'`,
      )
    }
    const others = [...directory.servicePrincipals.values()].filter(({ appId }) => appId !== after.appId)
    if (others.some((sp) => namesOf(directory, sp).includes(uri))) throw conflict('identifierUris')
  }
}

/** Rules that span members. @throws GraphError 400 */
export function checkApplication(directory: Directory, before: Application, after: Application): void {
  checkEntitlements(before.api.oauth2PermissionScopes, after.api.oauth2PermissionScopes)
  checkEntitlements(before.appRoles, after.appRoles)
  checkValues(after.api.oauth2PermissionScopes, 'oauth2PermissionScopes')
  checkValues(after.appRoles, 'appRoles')
  checkPreauthorised(before, after)
  checkIdentifierUris(directory, after)
  const personal = after.signInAudience !== 'AzureADMyOrg' && after.signInAudience !== 'AzureADMultipleOrgs'
  if (personal && after.api.requestedAccessTokenVersion === 1) {
    throw badRequest("Property 'api.requestedAccessTokenVersion' is invalid: personal accounts need version 2.")
  }
  const resources = after.requiredResourceAccess.map(({ resourceAppId }) => resourceAppId)
  if (new Set(resources).size < resources.length) {
    throw badRequest("Property 'requiredResourceAccess' names a resource twice.")
  }
}
