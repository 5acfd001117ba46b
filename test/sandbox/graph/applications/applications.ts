import { newApplication } from '../../entra/directory/directory.ts'
import { applicationOf } from '../../entra/directory/queries.ts'
import type { Application, Directory } from '../../entra/directory/types.ts'
import { applicationSchema } from './schema.ts'
import type { ApplicationBody } from './schema.ts'
import { checkApplication } from './rules.ts'
import { readBody } from '../wire/body.ts'
import type { GraphCall, Reply, Segment } from '../wire/call.ts'
import { NO_CONTENT, context, created, ok } from '../wire/call.ts'
import { mustChangeApplication, mustRead, mustRegister } from '../caller.ts'
import { badRequest, conflict, notFound } from '../wire/errors.ts'
import { list, refuseUnknownOptions, select } from '../wire/query.ts'

/** An application as Graph shows it: no secret, no owner, no federated credential. */
export function showApplication(application: Application) {
  const { owners, federatedIdentityCredentials, passwordCredentials, certificates, ...shown } = application
  const secrets = passwordCredentials.map(({ keyId, endDateTime }) => ({ keyId, endDateTime, secretText: null }))
  return { ...shown, passwordCredentials: secrets, keyCredentials: [], deletedDateTime: null, publisherDomain: null }
}

const byUniqueName = (directory: Directory, name: string): Application | undefined =>
  [...directory.applications.values()].find(({ uniqueName }) => uniqueName === name)

function lookUp({ directory }: GraphCall, { key }: Segment, id: string | undefined): Application | undefined {
  if (key?.name === 'appId') return applicationOf(directory, key.value)
  if (key?.name === 'uniqueName') return byUniqueName(directory, key.value)
  return id === undefined ? undefined : directory.applications.get(id)
}

/** The application that a path names by id, `appId` or `uniqueName`. @throws GraphError 404 */
export function applicationAt(call: GraphCall, segment: Segment, id: string | undefined): Application {
  const application = lookUp(call, segment, id)
  if (application && call.replication.isVisible(application.id)) return application
  throw notFound(segment.key?.value ?? id ?? '')
}

/** A member of a complex type that the body leaves out keeps its value; a collection is replaced whole. */
function merged(application: Application, body: ApplicationBody): Application {
  const { web, spa, publicClient, api, ...rest } = body
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return {
    ...application,
    ...given,
    web: { ...application.web, ...web } as Application['web'],
    spa: { ...application.spa, ...spa } as Application['spa'],
    publicClient: { ...application.publicClient, ...publicClient } as Application['publicClient'],
    api: { ...application.api, ...api } as Application['api'],
  }
}

function checkUniqueName({ directory }: GraphCall, before: Application, name: string | undefined): void {
  if (name === undefined || name === before.uniqueName) return
  if (before.uniqueName !== null) throw badRequest("Property 'uniqueName' is immutable and cannot be changed.")
  const deleted = [...directory.deletedApplications.values()].map(({ application }) => application)
  const taken = [...directory.applications.values(), ...deleted].some(({ uniqueName }) => uniqueName === name)
  // A deleted application keeps its name for 30 days.
  if (taken) throw conflict('uniqueName')
}

function change(call: GraphCall, before: Application, body: ApplicationBody): void {
  checkUniqueName(call, before, body.uniqueName)
  const after = merged(before, body)
  checkApplication(call.directory, before, after)
  Object.assign(before, after)
}

function create(call: GraphCall, body: ApplicationBody): Reply {
  const { directory, caller } = call
  mustRegister(directory, caller)
  const { displayName } = body
  if (displayName === undefined) {
    throw badRequest("A value is required for property 'displayName' of resource 'Application'.")
  }
  const createdAt = new Date(call.now).toISOString()
  const owners = [caller.id]
  const application = newApplication(directory, createdAt, { displayName, owners })
  change(call, application, body)
  directory.applications.set(application.id, application)
  call.replication.created(application.id)
  return created({ ...context('applications/$entity'), ...showApplication(application) })
}

function update(call: GraphCall, application: Application): Reply {
  const body = readBody(call, applicationSchema, 'Application')
  mustChangeApplication(call.caller, application)
  change(call, application, body)
  return NO_CONTENT
}

/** @see https://learn.microsoft.com/graph/api/application-upsert */
function upsert(call: GraphCall, segment: Segment & { readonly key: { readonly value: string } }): Reply {
  const existing = byUniqueName(call.directory, segment.key.value)
  if (existing) return update(call, existing)
  if (call.prefer !== 'create-if-missing') throw notFound(segment.key.value)
  const body = readBody(call, applicationSchema, 'Application')
  return create(call, { ...body, uniqueName: segment.key.value })
}

/** The application, its service principal and all that hangs on it rest in the bin for 30 days. */
function remove(call: GraphCall, application: Application): Reply {
  const { directory, caller } = call
  mustChangeApplication(caller, application)
  const sp = [...directory.servicePrincipals.values()].find(({ appId }) => appId === application.appId)
  const grants = [...directory.grants.values()].filter((one) => [one.clientId, one.resourceId].includes(sp?.id ?? ''))
  const assignments = [...directory.appRoleAssignments.values()].filter((one) =>
    [one.principalId, one.resourceId].includes(sp?.id ?? ''),
  )
  for (const { id } of grants) directory.grants.delete(id)
  for (const { id } of assignments) directory.appRoleAssignments.delete(id)
  if (sp) directory.servicePrincipals.delete(sp.id)
  directory.applications.delete(application.id)
  const deleted = { application, servicePrincipal: sp, grants, assignments, deletedAt: call.now }
  directory.deletedApplications.set(application.id, deleted)
  return NO_CONTENT
}

const FILTERABLE = {
  type: 'application',
  equals: ['appId', 'displayName', 'uniqueName', 'id'],
  startsWith: ['displayName'],
  any: ['tags', 'identifierUris'],
}

/** `/applications` and one application. */
export function applications(call: GraphCall, segment: Segment, id: string | undefined): Reply | undefined {
  const { method, directory, replication } = call
  if (segment.key === undefined && id === undefined) {
    if (method === 'POST') return create(call, readBody(call, applicationSchema, 'Application'))
    if (method !== 'GET') return undefined
    mustRead(call.caller)
    const visible = [...directory.applications.values()].filter((one) => replication.isVisible(one.id))
    return list(call, 'applications', visible.map(showApplication), FILTERABLE)
  }
  if (method === 'PATCH' && segment.key?.name === 'uniqueName') return upsert(call, { ...segment, key: segment.key })
  mustRead(call.caller)
  const application = applicationAt(call, segment, id)
  if (method === 'PATCH') return update(call, application)
  if (method === 'DELETE') return remove(call, application)
  if (method !== 'GET') return undefined
  refuseUnknownOptions(call.query)
  const shown = select(showApplication(application), call.query, 'application')
  return ok({ ...context('applications/$entity'), ...shown })
}
