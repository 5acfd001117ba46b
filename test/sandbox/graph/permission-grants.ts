import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { scopesOf } from '../entra/directory/queries.ts'
import type { PermissionGrant, ServicePrincipal } from '../entra/directory/types.ts'
import { readBody } from './wire/body.ts'
import type { GraphCall, Reply } from './wire/call.ts'
import { NO_CONTENT, context, created, ok } from './wire/call.ts'
import { mustGrant, mustRead } from './caller.ts'
import { badRequest, notFound, sameKey } from './wire/errors.ts'
import { list } from './wire/query.ts'

/** @see https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant */
const scope = z.string().max(3850)
const schema = z.strictObject({
  clientId: z.guid(),
  resourceId: z.guid(),
  consentType: z.enum(['AllPrincipals', 'Principal']),
  principalId: z.guid().nullable().default(null),
  scope,
  startTime: z.string().optional(),
  expiryTime: z.string().optional(),
})
const RESOURCE = 'OAuth2PermissionGrant'
const FILTERABLE = {
  type: 'oAuth2PermissionGrant',
  equals: ['clientId', 'consentType', 'principalId', 'resourceId'],
}

function servicePrincipal({ directory, replication }: GraphCall, id: string): ServicePrincipal {
  const sp = directory.servicePrincipals.get(id)
  if (!sp || !replication.isVisible(id)) throw notFound(id)
  return sp
}

/** A scope that the resource does not publish is never granted. */
function checkScope(call: GraphCall, resource: ServicePrincipal, asked: string): void {
  const published = scopesOf(call.directory, resource).map(({ value }) => value)
  const unknown = asked.split(' ').find((value) => value !== '' && !published.includes(value))
  if (unknown !== undefined) throw badRequest(`The scope '${unknown}' is not valid for resource '${resource.id}'.`)
}

function create(call: GraphCall): Reply {
  const { directory } = call
  const { startTime, expiryTime, ...grant } = readBody(call, schema, RESOURCE)
  mustGrant(call.caller)
  servicePrincipal(call, grant.clientId)
  checkScope(call, servicePrincipal(call, grant.resourceId), grant.scope)
  if ((grant.consentType === 'Principal') !== (grant.principalId !== null)) {
    throw badRequest("Property 'principalId' is required for consentType 'Principal' and must be null otherwise.")
  }
  const isSame = (one: PermissionGrant) =>
    one.clientId === grant.clientId &&
    one.resourceId === grant.resourceId &&
    one.consentType === grant.consentType &&
    one.principalId === grant.principalId
  if ([...directory.grants.values()].some(isSame)) throw sameKey('Permission entry already exists.')
  const id = randomBytes(32).toString('base64url')
  directory.grants.set(id, { id, ...grant })
  return created({ ...context('oauth2PermissionGrants/$entity'), id, ...grant })
}

function update(call: GraphCall, grant: PermissionGrant): Reply {
  const change = readBody(call, z.strictObject({ scope }), RESOURCE)
  mustGrant(call.caller)
  checkScope(call, servicePrincipal(call, grant.resourceId), change.scope)
  grant.scope = change.scope
  return NO_CONTENT
}

/** `/oauth2PermissionGrants` and one of them. */
export function permissionGrants(call: GraphCall, id: string | undefined): Reply | undefined {
  const { method, directory } = call
  if (id === undefined && method === 'POST') return create(call)
  if (id === undefined) {
    if (method !== 'GET') return undefined
    mustRead(call.caller)
    return list(call, 'oauth2PermissionGrants', [...directory.grants.values()], FILTERABLE)
  }
  const grant = directory.grants.get(id)
  if (!grant) throw notFound(id)
  if (method === 'PATCH') return update(call, grant)
  if (method === 'DELETE') {
    mustGrant(call.caller)
    directory.grants.delete(id)
    return NO_CONTENT
  }
  mustRead(call.caller)
  return method === 'GET' ? ok({ ...context('oauth2PermissionGrants/$entity'), ...grant }) : undefined
}
