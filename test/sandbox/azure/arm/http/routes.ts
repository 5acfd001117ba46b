import { z } from 'zod'
import { authorise, type Caller } from '../access/authorise.ts'
import type { NamedAssignment } from '../access/role-assignments.ts'
import { ROLES } from '../access/roles.ts'
import { ArmError } from '../errors.ts'
import { deleteResource } from '../resources/delete.ts'
import { patchResource } from '../resources/patch.ts'
import { purgeVault } from '../resources/key-vault.ts'
import type { ObjectValue } from '../expression/values.ts'
import { findResource, type Resource, type World } from '../resources/world.ts'
import { writeResource } from '../resources/write.ts'

export type Answer = { readonly status: number; readonly body?: unknown }
export type RestRequest = {
  readonly method: string
  readonly url: URL
  readonly body: unknown
  readonly caller: Caller
}

type Handle = (request: RestRequest, world: World, matched: readonly string[], subscriptionName: string) => Answer

const ok = (body: unknown): Answer => ({ status: 200, body })
const subscriptionOf = (world: World): string => `/subscriptions/${world.subscriptionId}`
const filterOf = ({ url }: RestRequest): string => url.searchParams.get('$filter') ?? ''
const quoted = (filter: string, member: string): string | undefined =>
  new RegExp(`${member} eq '([^']*)'`, 'i').exec(filter)?.[1] ??
  new RegExp(`${member}\\('([^']*)'\\)`, 'i').exec(filter)?.[1]

const roleId = (world: World, guid: string): string =>
  `${subscriptionOf(world)}/providers/Microsoft.Authorization/roleDefinitions/${guid}`

const assignmentBody = (world: World, one: NamedAssignment): unknown => ({
  id: one.id,
  name: one.name,
  type: 'Microsoft.Authorization/roleAssignments',
  properties: {
    scope: one.scope,
    principalId: one.principalId,
    principalType: one.principalType,
    roleDefinitionId: roleId(world, one.roleDefinitionId),
    createdOn: new Date(one.since).toISOString(),
    ...(one.description === undefined ? {} : { description: one.description }),
  },
})

const resourceBody = ({ id, name, type, location, tags, kind, sku, identity, properties }: Resource): unknown => ({
  id,
  name,
  type,
  location,
  tags,
  ...(kind === undefined ? {} : { kind }),
  ...(sku === undefined ? {} : { sku }),
  ...(identity === undefined ? {} : { identity }),
  properties,
})

/** Rights at the scope, and, without `atScope()`, those below it; those above always count: REST reference of roleAssignments. */
const listAssignments: Handle = (request, world, [scope = '']) => {
  authorise(world.roles, request.caller, 'Microsoft.Authorization/roleAssignments/read', scope)
  const filter = filterOf(request)
  const principal = quoted(filter, 'principalId') ?? quoted(filter, 'assignedTo')
  const wanted = scope.toLowerCase()
  const related = world.roles.list().filter((one) => {
    const own = one.scope.toLowerCase()
    const above = wanted === own || wanted.startsWith(`${own}/`)
    return above || (!/atScope\(\)/i.test(filter) && own.startsWith(`${wanted}/`))
  })
  const value = related.filter((one) => principal === undefined || one.principalId === principal)
  return ok({ value: value.map((one) => assignmentBody(world, one)) })
}

const putSchema = z.looseObject({
  properties: z.looseObject({
    principalId: z.string(),
    roleDefinitionId: z.string(),
    principalType: z.string().optional(),
    description: z.string().optional(),
  }),
})

const putAssignment: Handle = ({ body, caller, url }, world, [scope = '', name = '']) => {
  const { principalId, roleDefinitionId, principalType, description } = putSchema.parse(body).properties
  authorise(world.roles, caller, 'Microsoft.Authorization/roleAssignments/write', url.pathname, {
    RoleDefinitionId: roleDefinitionId.split('/').at(-1) ?? '',
    PrincipalId: principalId,
  })
  const request = { scope, name, principalId, principalType, roleDefinitionId }
  const written = world.roles.put(description === undefined ? request : { ...request, description })
  return { status: 201, body: assignmentBody(world, written) }
}

const deleteAssignment: Handle = ({ caller, url }, world) => {
  const id = decodeURIComponent(url.pathname)
  const there = world.roles.get(id)
  const attributes = there && { RoleDefinitionId: there.roleDefinitionId, PrincipalId: there.principalId }
  authorise(world.roles, caller, 'Microsoft.Authorization/roleAssignments/delete', id, attributes)
  const gone = world.roles.remove(id)
  return gone === undefined ? { status: 204 } : ok(assignmentBody(world, gone))
}

const listRoles: Handle = (request, world) => {
  const wanted = quoted(filterOf(request), 'roleName')
  const value = [...ROLES]
    .filter(([, { name }]) => wanted === undefined || name.toLowerCase() === wanted.toLowerCase())
    .map(([guid, { name }]) => ({
      id: roleId(world, guid),
      name: guid,
      type: 'Microsoft.Authorization/roleDefinitions',
      properties: { roleName: name, type: 'BuiltInRole' },
    }))
  return ok({ value })
}

const provider = (world: World, namespace: string): unknown => ({
  id: `${subscriptionOf(world)}/providers/${namespace}`,
  namespace,
  registrationState: world.providers.has(namespace.toLowerCase()) ? 'Registered' : 'NotRegistered',
})

const register: Handle = ({ caller }, world, [namespace = '']) => {
  authorise(world.roles, caller, `${namespace}/register/action`, subscriptionOf(world))
  world.providers.add(namespace.toLowerCase())
  return ok(provider(world, namespace))
}

const listResources: Handle = (request, world, [group]) => {
  const wanted = quoted(filterOf(request), 'resourceType')?.toLowerCase()
  const within = [...world.resources.values()].filter(
    (one) =>
      one.type.split('/').length === 2 &&
      one.type !== 'Microsoft.Resources/resourceGroups' &&
      (wanted === undefined || one.type.toLowerCase() === wanted) &&
      (group === undefined || one.resourceGroup?.toLowerCase() === group.toLowerCase()),
  )
  return ok({ value: within.map(resourceBody) })
}

const listVaults: Handle = (_, world, [group]) => {
  const vaults = [...world.resources.values()].filter((one) => one.type.toLowerCase() === 'microsoft.keyvault/vaults')
  const within = vaults.filter((one) => group === undefined || one.resourceGroup?.toLowerCase() === group.toLowerCase())
  return ok({ value: within.map(resourceBody) })
}

const deletedVaults: Handle = (_, world) => ({
  status: 200,
  body: {
    value: [...world.deletedVaults.values()].map(
      ({ name, id, location, purgeProtection, deletedAt, scheduledPurge }) => ({
        id: `${subscriptionOf(world)}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults/${name}`,
        name,
        type: 'Microsoft.KeyVault/deletedVaults',
        properties: {
          vaultId: id,
          location,
          deletionDate: new Date(deletedAt).toISOString(),
          scheduledPurgeDate: new Date(scheduledPurge).toISOString(),
          purgeProtectionEnabled: purgeProtection,
        },
      }),
    ),
  },
})

const purge: Handle = ({ caller }, world, [name = '']) => {
  authorise(world.roles, caller, 'Microsoft.KeyVault/locations/deletedVaults/purge/action', subscriptionOf(world))
  purgeVault(world, name)
  return { status: 202 }
}

const getResource: Handle = ({ url }, world) => {
  const id = decodeURIComponent(url.pathname)
  const found = world.resources.get(id.toLowerCase())
  if (found === undefined)
    throw new ArmError('ResourceNotFound', `The Resource '${id}' was not found.`, { status: 404 })
  return ok(resourceBody(found))
}

const bodySchema = z.looseObject({ properties: z.record(z.string(), z.unknown()).default({}) })

/** A host name bound by hand, as the portal, az and the hooks do it. */
const putBinding: Handle = ({ body, caller, url }, world, [group = '', site = '', host = '']) => {
  const { properties } = bodySchema.parse(body)
  const wanted = {
    id: decodeURIComponent(url.pathname),
    type: 'Microsoft.Web/sites/hostNameBindings',
    name: `${site}/${host}`,
    subscriptionId: world.subscriptionId,
    resourceGroup: group,
    location: undefined,
    tags: {},
    kind: undefined,
    sku: undefined,
    identity: undefined,
    declared: properties as ObjectValue,
  }
  writeResource(wanted, world, caller)
  const written = findResource(world, wanted.id)
  return ok(written && resourceBody(written))
}

const ASSIGNMENTS = '/providers/Microsoft\\.Authorization/roleAssignments'
const SUBSCRIPTION = '/subscriptions/[^/]+'
const routes: readonly (readonly [string, string, Handle])[] = [
  [
    'GET',
    SUBSCRIPTION,
    (_, world, __, name) =>
      ok({
        id: subscriptionOf(world),
        subscriptionId: world.subscriptionId,
        tenantId: world.tenantId,
        displayName: name,
        state: 'Enabled',
      }),
  ],
  ['GET', `(.*)${ASSIGNMENTS}`, listAssignments],
  ['PUT', `(.*)${ASSIGNMENTS}/([^/]+)`, putAssignment],
  [
    'PUT',
    `${SUBSCRIPTION}/resourceGroups/([^/]+)/providers/Microsoft\\.Web/sites/([^/]+)/hostNameBindings/([^/]+)`,
    putBinding,
  ],
  ['DELETE', `.*${ASSIGNMENTS}/[^/]+`, deleteAssignment],
  ['GET', '.*/providers/Microsoft\\.Authorization/roleDefinitions', listRoles],
  ['GET', `${SUBSCRIPTION}/resources`, listResources],
  ['GET', `${SUBSCRIPTION}/resourceGroups/([^/]+)/resources`, listResources],
  ['GET', `${SUBSCRIPTION}/providers/Microsoft\\.KeyVault/deletedVaults`, deletedVaults],
  ['POST', `${SUBSCRIPTION}/providers/Microsoft\\.KeyVault/locations/[^/]+/deletedVaults/([^/]+)/purge`, purge],
  ['GET', `${SUBSCRIPTION}/providers/Microsoft\\.KeyVault/vaults`, listVaults],
  ['GET', `${SUBSCRIPTION}/resourceGroups/([^/]+)/providers/Microsoft\\.KeyVault/vaults`, listVaults],
  ['POST', `${SUBSCRIPTION}/providers/([^/]+)/register`, register],
  ['GET', `${SUBSCRIPTION}/providers/([^/]+)`, (_, world, [namespace = '']) => ok(provider(world, namespace))],
  ['GET', `${SUBSCRIPTION}/.+`, getResource],
  [
    'PATCH',
    `${SUBSCRIPTION}/.+`,
    ({ url, body, caller }, world) =>
      ok(resourceBody(patchResource(decodeURIComponent(url.pathname), body, world, caller))),
  ],
  [
    'DELETE',
    `${SUBSCRIPTION}/.+`,
    ({ url, caller }, world) => {
      deleteResource(decodeURIComponent(url.pathname), world, caller)
      return { status: 202 }
    },
  ],
]
const compiled = routes.map(([method, pattern, handle]) => ({
  method,
  pattern: new RegExp(`^${pattern}$`, 'i'),
  handle,
}))

/** @throws ArmError; a call that nobody taught this face is refused as not found, with a sentence that says so */
export const route = (request: RestRequest, world: World, subscriptionName: string): Answer => {
  const path = decodeURIComponent(request.url.pathname)
  for (const { method, pattern, handle } of compiled) {
    const match = method === request.method ? pattern.exec(path) : null
    if (match !== null)
      return handle(
        request,
        world,
        match.slice(1).map((part: string | undefined) => part ?? ''),
        subscriptionName,
      )
  }
  throw new ArmError('NotFound', `The stand-in for Azure Resource Manager has no ${request.method} ${path}.`, {
    status: 404,
  })
}
