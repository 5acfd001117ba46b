import { applicationAt, applications } from './applications/applications.ts'
import { appRoleAssignments } from './app-role-assignments.ts'
import type { GraphCall, Reply, Segment } from './wire/call.ts'
import { NO_CONTENT } from './wire/call.ts'
import { mustChangeApplication, mustRead } from './caller.ts'
import { deletedItems } from './applications/deleted-items.ts'
import { GraphError, unknownSegment } from './wire/errors.ts'
import { federatedCredentials } from './applications/federated-credentials.ts'
import { permissionGrants } from './permission-grants.ts'
import { groups, me, organization, userAt, users } from './principals.ts'
import { list } from './wire/query.ts'
import { servicePrincipalAt, servicePrincipals } from './service-principals.ts'

const GRANTS = { type: 'oAuth2PermissionGrant', equals: ['clientId', 'consentType', 'principalId', 'resourceId'] }
const OWNERS = { type: 'directoryObject', equals: [] }

/** `applications(appId='…')` is one object, `applications` another with the id in the next step. */
function split([first, ...rest]: readonly Segment[]) {
  if (!first) throw unknownSegment('')
  if (first.key) return { first, id: undefined, rest }
  return { first, id: rest[0]?.name, rest: rest.slice(1) }
}

function ownersOfApplication(call: GraphCall, application: ReturnType<typeof applicationAt>, reference?: string) {
  if (reference === undefined && call.method === 'GET') {
    mustRead(call.caller)
    return list(
      call,
      'directoryObjects',
      application.owners.map((id) => ({ id })),
      OWNERS,
    )
  }
  if (reference !== '$ref' || call.method !== 'POST') return undefined
  mustChangeApplication(call.caller, application)
  const id = /[0-9a-f-]{36}/i.exec(call.body)?.[0] ?? ''
  if (application.owners.includes(id)) {
    throw new GraphError(400, 'Request_BadRequest', 'One or more added object references already exist.')
  }
  application.owners = [...application.owners, id]
  return NO_CONTENT
}

function underApplication(call: GraphCall): Reply | undefined {
  const { first, id, rest } = split(call.path)
  const [part, child] = rest
  if (!part) return applications(call, first, id)
  if (part.name === 'federatedIdentityCredentials') {
    return federatedCredentials(call, applicationAt(call, first, id), part, child?.name)
  }
  if (part.name === 'owners') return ownersOfApplication(call, applicationAt(call, first, id), child?.name)
  throw unknownSegment(part.name)
}

function underServicePrincipal(call: GraphCall): Reply | undefined {
  const { first, id, rest } = split(call.path)
  const [part, child] = rest
  if (!part) return servicePrincipals(call, first, id)
  const sp = servicePrincipalAt(call, first, id)
  const path = `servicePrincipals('${sp.id}')/${part.name}`
  switch (part.name) {
    case 'appRoleAssignedTo':
      return appRoleAssignments(call, { of: 'resourceId', id: sp.id, path }, child?.name)
    case 'appRoleAssignments':
      return appRoleAssignments(call, { of: 'principalId', id: sp.id, path }, child?.name)
    case 'oauth2PermissionGrants': {
      if (call.method !== 'GET') return undefined
      mustRead(call.caller)
      const own = [...call.directory.grants.values()].filter(({ clientId }) => clientId === sp.id)
      return list(call, path, own, GRANTS)
    }
    default:
      throw unknownSegment(part.name)
  }
}

function underPrincipal(call: GraphCall): Reply | undefined {
  const { first, id, rest } = split(call.path)
  const [part, child] = rest
  if (!part) return first.name === 'users' ? users(call, id) : groups(call, id)
  if (part.name !== 'appRoleAssignments') throw unknownSegment(part.name)
  const principalId = first.name === 'users' ? userAt(call.directory, id ?? '').id : (id ?? '')
  const path = `${first.name}('${principalId}')/appRoleAssignments`
  return appRoleAssignments(call, { of: 'principalId', id: principalId, path }, child?.name)
}

function dispatch(call: GraphCall): Reply | undefined {
  const [first, second, third, fourth] = call.path
  switch (first?.name) {
    case 'applications':
      return underApplication(call)
    case 'servicePrincipals':
      return underServicePrincipal(call)
    case 'oauth2PermissionGrants':
      return permissionGrants(call, second?.name)
    case 'users':
    case 'groups':
      return underPrincipal(call)
    case 'me':
      return me(call, second?.name)
    case 'organization':
      return organization(call)
    case 'directory':
      if (second?.name !== 'deletedItems') throw unknownSegment(second?.name ?? '')
      return deletedItems(call, third?.name, fourth?.name)
    default:
      throw unknownSegment(first?.name ?? '')
  }
}

/** Answers a call that has a caller. @throws GraphError */
export function route(call: GraphCall): Reply {
  const reply = dispatch(call)
  if (reply) return reply
  throw new GraphError(405, 'Request_BadRequest', `Specified HTTP method is not allowed for the request target.`)
}
