import { ArmError } from '../errors.ts'
import { toText } from '../expression/values.ts'
import type { Kind } from './kinds.ts'
import { findResource } from './world.ts'

const resourceGroup: Kind = {
  check: ({ name, location }, _, before) => {
    // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
    if (!/^[-\w.()]{1,90}$/.test(name) || name.endsWith('.'))
      throw new ArmError('InvalidResourceGroup', `The provided resource group name '${name}' is not valid.`)
    if (before?.location !== undefined && before.location !== location)
      throw new ArmError(
        'InvalidResourceGroupLocation',
        `Invalid resource group location '${location ?? ''}'. The Resource group already exists in location '${before.location}'.`,
        { status: 409 },
      )
  },
  runTime: () => ({ provisioningState: 'Succeeded' }),
}

/** A managed identity is a service principal with a life of its own: made again, it has other ids. */
const userAssignedIdentity: Kind = {
  runTime: ({ name }, world, before) => {
    if (before !== undefined) {
      const { clientId = '', principalId = '', tenantId = '' } = before.properties
      return { clientId, principalId, tenantId }
    }
    const [clientId, principalId] = [world.newGuid(), world.newGuid()]
    if (!world.dryRun) {
      world.principals.addManagedIdentity({ name, clientId, principalId })
      world.roles.noteNewPrincipal(principalId)
    }
    return { clientId, principalId, tenantId: world.tenantId }
  },
}

/** The issuer's tokens of one subject are taken for the identity's own. */
const federatedCredential: Kind = {
  check: ({ declared }) => {
    const audiences = declared['audiences']
    if (!toText(declared['issuer']).startsWith('https://') || !Array.isArray(audiences) || audiences.length !== 1)
      throw new ArmError('BadRequest', 'The issuer must be a URL of https, and there must be one audience.')
  },
  runTime: ({ id, name, declared }, world) => {
    const identity = findResource(world, id.replace(/\/federatedIdentityCredentials\/[^/]+$/i, ''))
    const principalId = toText(identity?.properties['principalId'] ?? '')
    const [issuer, subject] = [toText(declared['issuer']), toText(declared['subject'])]
    const audiences = (declared['audiences'] as readonly string[]).map((one) => one)
    if (!world.dryRun) world.principals.addFederatedCredential?.(principalId, { name, issuer, subject, audiences })
    return {}
  },
}

const customRole: Kind = {
  check: ({ declared }) => {
    if (toText(declared['type']) !== 'CustomRole' || !Array.isArray(declared['assignableScopes']))
      throw new ArmError('RoleDefinitionInvalid', 'A role that is made has the type CustomRole and its scopes.')
  },
  runTime: ({ name, declared }, world) => {
    const [permissions] = declared['permissions'] as readonly {
      actions: readonly string[]
      notActions: readonly string[]
    }[]
    const { actions = [], notActions = [] } = permissions ?? {}
    if (!world.dryRun) world.roles.define(name, { name: toText(declared['roleName']), actions, notActions })
    return {}
  },
}

const LEVELS = ['CanNotDelete', 'ReadOnly']
const lock: Kind = {
  check: ({ declared }) => {
    if (!LEVELS.includes(toText(declared['level'])))
      throw new ArmError('InvalidLockLevel', `The lock level '${toText(declared['level'])}' is not valid.`)
  },
}

/** Types whose properties come back as they were sent. */
export const PLAIN: Readonly<Record<string, Kind>> = {
  'Microsoft.Resources/resourceGroups': resourceGroup,
  'Microsoft.ManagedIdentity/userAssignedIdentities': userAssignedIdentity,
  'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials': federatedCredential,
  'Microsoft.Authorization/locks': lock,
  'Microsoft.Authorization/roleDefinitions': customRole,
}
