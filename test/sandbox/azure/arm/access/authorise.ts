import { ArmError } from '../errors.ts'
import type { Attributes } from './conditions.ts'
import type { RoleAssignments } from './role-assignments.ts'

export type Caller = { readonly objectId: string; readonly name: string }

/**
 * Refuses what no role of the caller holds.
 * @see https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors#authorizationfailed
 * @throws ArmError AuthorizationFailed, 403
 */
export const authorise = (
  roles: RoleAssignments,
  caller: Caller,
  action: string,
  scope: string,
  attributes?: Attributes,
): void => {
  if (roles.allows(caller.objectId, action, scope, attributes)) return
  // https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
  const condition = roles.allows(caller.objectId, action, scope) ? ' or an ABAC condition not fulfilled' : ''
  throw new ArmError(
    'AuthorizationFailed',
    `The client '${caller.name}' with object id '${caller.objectId}' does not have authorization${condition} to perform action ` +
      `'${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    { status: 403 },
  )
}
