import { findRole } from './role-definitions.ts'

export type RoleAssignment = {
  /** The resource, group or subscription that it covers, with all below. */
  readonly scope: string
  readonly principalId: string
  readonly principalType: 'User' | 'ServicePrincipal' | 'Group'
  /** The guid alone. */
  readonly roleDefinitionId: string
  /** Milliseconds since the epoch. */
  readonly since: number
}

export type Access = {
  readonly roleAssignments: () => readonly RoleAssignment[]
  /** Object ids of the groups that a principal is in, nested ones included. */
  readonly memberOf?: (principalId: string) => readonly string[]
  /** How long a new assignment does not act yet: in Azure up to ten minutes. */
  readonly delayMs?: () => number
  readonly now: () => number
}

const MOST_PATTERNS = 200
const patterns = new Map<string, RegExp>()

/** `Microsoft.KeyVault/vaults/secrets/*`, upper and lower case alike; `*` also spans slashes. */
function matches(pattern: string, action: string): boolean {
  let compiled = patterns.get(pattern)
  if (!compiled) {
    const source = pattern.split('*').map((part) => part.replace(/[.\\^$+?()[\]{}|]/g, '\\$&'))
    compiled = new RegExp(`^${source.join('.*')}$`, 'i')
    if (patterns.size < MOST_PATTERNS) patterns.set(pattern, compiled)
  }
  return compiled.test(action)
}

/** Azure compares resource ids without regard to case; a scope covers itself and what is below it. */
export function covers(scope: string, resourceId: string): boolean {
  const [outer, inner] = [scope, resourceId].map((id) => id.toLowerCase().replace(/(?<!\/)\/+$/, ''))
  return inner === outer || inner?.startsWith(`${outer ?? ''}/`) === true
}

type Plane = 'actions' | 'dataActions'

function allows(roleDefinitionId: string, action: string, plane: Plane): boolean {
  const role = findRole(roleDefinitionId)
  if (!role) return false
  const except = plane === 'actions' ? (role.notActions ?? []) : []
  return [...role[plane]].some((one) => matches(one, action)) && !except.some((one) => matches(one, action))
}

function isAllowed(access: Access, principalId: string, action: string, resourceId: string, plane: Plane): boolean {
  const { roleAssignments, memberOf = () => [], delayMs = () => 0, now } = access
  const principals = new Set([principalId, ...memberOf(principalId)])
  return roleAssignments().some(
    (one) =>
      principals.has(one.principalId) &&
      covers(one.scope, resourceId) &&
      now() - one.since >= delayMs() &&
      allows(one.roleDefinitionId, action, plane),
  )
}

/**
 * Whether somebody may do something to the data of a resource, by the role assignments that act by now.
 * @see https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource
 */
export const mayAct = (access: Access, principalId: string, dataAction: string, resourceId: string): boolean =>
  isAllowed(access, principalId, dataAction, resourceId, 'dataActions')

/** Whether somebody may manage a resource: `Microsoft.Authorization/roleAssignments/write` and the like. */
export const mayManage = (access: Access, principalId: string, action: string, resourceId: string): boolean =>
  isAllowed(access, principalId, action, resourceId, 'actions')
