import { z } from 'zod'
import { newServicePrincipal } from '../entra/directory/directory.ts'
import { appRolesOf, applicationOf, namesOf, scopesOf, servicePrincipalOf } from '../entra/directory/queries.ts'
import type { Directory, ServicePrincipal } from '../entra/directory/types.ts'
import { readBody } from './wire/body.ts'
import type { GraphCall, Reply, Segment } from './wire/call.ts'
import { NO_CONTENT, context, created, ok } from './wire/call.ts'
import { mustChangeServicePrincipal, mustRead, mustRegister } from './caller.ts'
import { badRequest, notFound, sameKey } from './wire/errors.ts'
import { list, refuseUnknownOptions, select } from './wire/query.ts'

/** @see https://learn.microsoft.com/graph/api/resources/serviceprincipal#properties */
const changeable = z
  .strictObject({
    accountEnabled: z.boolean(),
    appRoleAssignmentRequired: z.boolean(),
    description: z.string().nullable(),
    notes: z.string().nullable(),
    tags: z.array(z.string().min(1).max(256)),
  })
  .partial()
const creatable = changeable.extend({ appId: z.guid() })
const upsertable = changeable.extend({ appId: z.guid().optional() })
const RESOURCE = 'ServicePrincipal'
const FILTERABLE = {
  type: 'servicePrincipal',
  equals: ['appId', 'displayName', 'id', 'servicePrincipalType'],
  startsWith: ['displayName'],
  any: ['tags', 'servicePrincipalNames'],
}

/** A service principal as Graph shows it, with what its application publishes. */
export function showServicePrincipal(directory: Directory, sp: ServicePrincipal) {
  const { owners, published, ...shown } = sp
  return {
    ...shown,
    appDisplayName: sp.displayName,
    servicePrincipalNames: namesOf(directory, sp),
    oauth2PermissionScopes: scopesOf(directory, sp),
    appRoles: appRolesOf(directory, sp),
    deletedDateTime: null,
  }
}

/** The service principal that a path names by id or `appId`. @throws GraphError 404 */
export function servicePrincipalAt(call: GraphCall, { key }: Segment, id: string | undefined): ServicePrincipal {
  const wanted = key?.name === 'appId' ? servicePrincipalOf(call.directory, key.value) : undefined
  const sp = wanted ?? call.directory.servicePrincipals.get(id ?? '')
  if (sp && call.replication.isVisible(sp.id)) return sp
  throw notFound(key?.value ?? id ?? '')
}

type Change = z.output<typeof changeable>

function assign(sp: ServicePrincipal, body: Change): void {
  Object.assign(sp, Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)))
}

/** Creating one for an application of this tenant takes a right to that application. */
function create(call: GraphCall, appId: string, body: Change): Reply {
  const { directory, caller, replication } = call
  mustRegister(directory, caller)
  const application = applicationOf(directory, appId)
  if (!application || !replication.isVisible(application.id)) {
    const message = `The appId '${appId}' of the service principal does not reference a valid application object.`
    throw badRequest(message, { code: 'NoBackingApplicationObject', message, target: 'appId' })
  }
  if (servicePrincipalOf(directory, appId)) {
    throw sameKey(
      'The service principal cannot be created, updated, or restored because the service principal name ' +
        `${appId} is already in use.`,
    )
  }
  const sp = { ...newServicePrincipal(directory, application), owners: [caller.id] }
  mustChangeServicePrincipal(directory, caller, { ...sp, owners: [] })
  assign(sp, body)
  directory.servicePrincipals.set(sp.id, sp)
  replication.created(sp.id)
  return created({ ...context('servicePrincipals/$entity'), ...showServicePrincipal(directory, sp) })
}

function update(call: GraphCall, sp: ServicePrincipal): Reply {
  const { appId, ...body } = readBody(call, upsertable, RESOURCE)
  if (appId !== undefined && appId !== sp.appId) throw badRequest("Property 'appId' is read-only and cannot be set.")
  mustChangeServicePrincipal(call.directory, call.caller, sp)
  assign(sp, body)
  return NO_CONTENT
}

/** @see https://learn.microsoft.com/graph/api/serviceprincipal-upsert */
function upsert(call: GraphCall, appId: string): Reply {
  const existing = servicePrincipalOf(call.directory, appId)
  if (existing) return update(call, existing)
  if (call.prefer !== 'create-if-missing') throw notFound(appId)
  return create(call, appId, readBody(call, upsertable.omit({ appId: true }), RESOURCE))
}

function remove(call: GraphCall, sp: ServicePrincipal): Reply {
  const { directory, caller } = call
  mustChangeServicePrincipal(directory, caller, sp)
  directory.servicePrincipals.delete(sp.id)
  for (const one of directory.grants.values()) {
    if ([one.clientId, one.resourceId].includes(sp.id)) directory.grants.delete(one.id)
  }
  for (const one of directory.appRoleAssignments.values()) {
    if ([one.principalId, one.resourceId].includes(sp.id)) directory.appRoleAssignments.delete(one.id)
  }
  return NO_CONTENT
}

function collection(call: GraphCall): Reply | undefined {
  const { method, directory, replication } = call
  if (method === 'POST') {
    const { appId, ...body } = readBody(call, creatable, RESOURCE)
    return create(call, appId, body)
  }
  if (method !== 'GET') return undefined
  mustRead(call.caller)
  const visible = [...directory.servicePrincipals.values()].filter(({ id }) => replication.isVisible(id))
  const rows = visible.map((sp) => showServicePrincipal(directory, sp))
  return list(call, 'servicePrincipals', rows, FILTERABLE)
}

/** `/servicePrincipals` and one service principal. */
export function servicePrincipals(call: GraphCall, segment: Segment, id: string | undefined): Reply | undefined {
  const { method, directory } = call
  if (segment.key === undefined && id === undefined) return collection(call)
  if (method === 'PATCH' && segment.key?.name === 'appId') return upsert(call, segment.key.value)
  mustRead(call.caller)
  const sp = servicePrincipalAt(call, segment, id)
  if (method === 'PATCH') return update(call, sp)
  if (method === 'DELETE') return remove(call, sp)
  if (method !== 'GET') return undefined
  refuseUnknownOptions(call.query)
  const shown = select(showServicePrincipal(directory, sp), call.query, 'servicePrincipal')
  return ok({ ...context('servicePrincipals/$entity'), ...shown })
}
