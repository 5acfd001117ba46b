import { ArmError } from '../errors.ts'
import { toText } from '../expression/values.ts'
import type { Kind } from './kinds.ts'

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
  'Microsoft.Authorization/locks': lock,
}
