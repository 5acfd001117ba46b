import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { appRolesOf } from '../entra/directory/queries.ts'
import { DEFAULT_APP_ROLE } from '../entra/directory/types.ts'
import type { AppRoleAssignment, ServicePrincipal } from '../entra/directory/types.ts'
import { readBody } from './wire/body.ts'
import type { GraphCall, Reply } from './wire/call.ts'
import { NO_CONTENT, context, created } from './wire/call.ts'
import { mustAssign, mustRead } from './caller.ts'
import { badRequest, notFound } from './wire/errors.ts'
import { list } from './wire/query.ts'

/** @see https://learn.microsoft.com/graph/api/resources/approleassignment */
const schema = z.strictObject({ appRoleId: z.guid(), principalId: z.guid(), resourceId: z.guid() })
/** `principalId` is not among what can be filtered by. */
const FILTERABLE = {
  type: 'appRoleAssignment',
  equals: ['resourceId', 'principalDisplayName'],
  startsWith: ['principalDisplayName'],
}

type Principal = Pick<AppRoleAssignment, 'principalType' | 'principalDisplayName'>

function principal({ directory, replication }: GraphCall, id: string): Principal {
  const user = directory.users.get(id)
  if (user) return { principalType: 'User', principalDisplayName: user.displayName }
  const group = directory.groups.get(id)
  if (group) return { principalType: 'Group', principalDisplayName: group.displayName }
  const sp = directory.servicePrincipals.get(id)
  if (!sp || !replication.isVisible(id)) throw notFound(id)
  return { principalType: 'ServicePrincipal', principalDisplayName: sp.displayName }
}

/** The default role is for resources without a role that such a principal can have. */
function checkRole(call: GraphCall, resource: ServicePrincipal, roleId: string, { principalType }: Principal): void {
  const member = principalType === 'ServicePrincipal' ? 'Application' : 'User'
  const roles = appRolesOf(call.directory, resource).filter(
    ({ isEnabled, allowedMemberTypes }) => isEnabled && allowedMemberTypes.includes(member),
  )
  const isDefault = roleId === DEFAULT_APP_ROLE
  if (isDefault || roles.some(({ id }) => id === roleId)) return
  throw badRequest('Permission being assigned was not found on application.')
}

function create(call: GraphCall): Reply {
  const { directory } = call
  const body = readBody(call, schema, 'AppRoleAssignment')
  const resource = directory.servicePrincipals.get(body.resourceId)
  if (!resource || !call.replication.isVisible(resource.id)) throw notFound(body.resourceId)
  mustAssign(directory, call.caller, resource)
  const assignee = principal(call, body.principalId)
  checkRole(call, resource, body.appRoleId, assignee)
  const isSame = (one: AppRoleAssignment) =>
    one.appRoleId === body.appRoleId && one.principalId === body.principalId && one.resourceId === body.resourceId
  if ([...directory.appRoleAssignments.values()].some(isSame)) {
    throw badRequest('Permission being assigned already exists on the object')
  }
  const id = randomBytes(32).toString('base64url')
  const createdDateTime = new Date(call.now).toISOString()
  const assignment = { id, ...body, ...assignee, resourceDisplayName: resource.displayName, createdDateTime }
  directory.appRoleAssignments.set(id, assignment)
  return created({ ...context('appRoleAssignments/$entity'), ...assignment })
}

/** Assignments as seen from the resource or from who is assigned. */
export type Side = { readonly of: 'resourceId' | 'principalId'; readonly id: string; readonly path: string }

/** `…/appRoleAssignedTo`, `…/appRoleAssignments` and one of them. */
export function appRoleAssignments(call: GraphCall, side: Side, id: string | undefined): Reply | undefined {
  const { method, directory } = call
  const own = [...directory.appRoleAssignments.values()].filter((one) => one[side.of] === side.id)
  if (id === undefined) {
    if (method === 'POST') return create(call)
    if (method !== 'GET') return undefined
    mustRead(call.caller)
    return list(call, side.path, own, FILTERABLE)
  }
  const assignment = own.find((one) => one.id === id)
  if (!assignment) throw notFound(id)
  if (method === 'GET') return { status: 200, body: { ...context('appRoleAssignments/$entity'), ...assignment } }
  const resource = directory.servicePrincipals.get(assignment.resourceId)
  if (method !== 'DELETE' || !resource) return undefined
  mustAssign(directory, call.caller, resource)
  directory.appRoleAssignments.delete(id)
  return NO_CONTENT
}
