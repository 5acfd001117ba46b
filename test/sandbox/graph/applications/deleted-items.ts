import { servicePrincipalOf } from '../../entra/directory/queries.ts'
import type { DeletedApplication, Directory } from '../../entra/directory/types.ts'
import { showApplication } from './applications.ts'
import type { GraphCall, Reply } from '../wire/call.ts'
import { NO_CONTENT, context, ok } from '../wire/call.ts'
import { mustChangeApplication, mustRead } from '../caller.ts'
import { conflict, notFound } from '../wire/errors.ts'
import { list } from '../wire/query.ts'

/** @see https://learn.microsoft.com/graph/api/resources/directory "deletedItems" */
const RETENTION_MS = 30 * 24 * 3600_000
const FILTERABLE = {
  type: 'application',
  equals: ['appId', 'displayName', 'uniqueName', 'id'],
  startsWith: ['displayName'],
}

/** Forgets what has been in the bin for 30 days. */
export function purgeExpired(directory: Directory, now: number): void {
  for (const [id, { deletedAt }] of directory.deletedApplications) {
    if (now - deletedAt >= RETENTION_MS) directory.deletedApplications.delete(id)
  }
}

function restore(directory: Directory, deleted: DeletedApplication): Reply {
  const { application, servicePrincipal, grants, assignments } = deleted
  if (servicePrincipalOf(directory, application.appId)) throw conflict('appId')
  directory.deletedApplications.delete(application.id)
  directory.applications.set(application.id, application)
  if (servicePrincipal) directory.servicePrincipals.set(servicePrincipal.id, servicePrincipal)
  for (const one of grants) directory.grants.set(one.id, one)
  for (const one of assignments) directory.appRoleAssignments.set(one.id, one)
  return ok({ ...context('directoryObjects/$entity'), ...showApplication(application) })
}

const show = ({ application, deletedAt }: DeletedApplication) => ({
  ...showApplication(application),
  deletedDateTime: new Date(deletedAt).toISOString(),
})

/** `/directory/deletedItems/microsoft.graph.application`, one of them, `restore`, and DELETE for good. */
export function deletedItems(call: GraphCall, id: string | undefined, action: string | undefined): Reply | undefined {
  const { directory, method } = call
  mustRead(call.caller)
  if (id === 'microsoft.graph.application') {
    if (method !== 'GET' || action !== undefined) return undefined
    const rows = [...directory.deletedApplications.values()].map(show)
    return list(call, 'applications', rows, FILTERABLE)
  }
  const deleted = directory.deletedApplications.get(id ?? '')
  if (!deleted) throw notFound(id ?? '')
  if (method === 'GET' && action === undefined) return ok({ ...context('directoryObjects/$entity'), ...show(deleted) })
  mustChangeApplication(call.caller, deleted.application)
  if (method === 'POST' && action === 'restore') return restore(directory, deleted)
  if (method !== 'DELETE' || action !== undefined) return undefined
  directory.deletedApplications.delete(deleted.application.id)
  return NO_CONTENT
}
