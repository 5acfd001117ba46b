import { userNamed } from '../entra/directory/queries.ts'
import type { Directory, Group, User } from '../entra/directory/types.ts'
import type { GraphCall, Reply } from './wire/call.ts'
import { context, ok } from './wire/call.ts'
import { mustRead } from './caller.ts'
import { GraphError, notFound } from './wire/errors.ts'
import { list, select } from './wire/query.ts'

const showUser = ({ id, displayName, userPrincipalName, mail, accountEnabled }: User) => ({
  id,
  displayName,
  userPrincipalName,
  mail,
  accountEnabled,
})
const showGroup = ({ id, displayName }: Group) => ({ id, displayName, mailEnabled: false, securityEnabled: true })

const USERS = { type: 'user', equals: ['userPrincipalName', 'displayName', 'mail', 'id'], startsWith: ['displayName'] }
const GROUPS = { type: 'group', equals: ['displayName', 'id'], startsWith: ['displayName'] }

/** A person by object id or user principal name. @throws GraphError 404 */
export function userAt(directory: Directory, id: string): User {
  const user = directory.users.get(id) ?? userNamed(directory, id)
  if (!user) throw notFound(id)
  return user
}

/** `/users`, read only. */
export function users(call: GraphCall, id: string | undefined): Reply | undefined {
  if (call.method !== 'GET') return undefined
  mustRead(call.caller)
  if (id === undefined) return list(call, 'users', [...call.directory.users.values()].map(showUser), USERS)
  const shown = select(showUser(userAt(call.directory, id)), call.query, 'user')
  return ok({ ...context('users/$entity'), ...shown })
}

/** `/groups`, read only. */
export function groups(call: GraphCall, id: string | undefined): Reply | undefined {
  if (call.method !== 'GET') return undefined
  mustRead(call.caller)
  if (id === undefined) return list(call, 'groups', [...call.directory.groups.values()].map(showGroup), GROUPS)
  const group = call.directory.groups.get(id)
  if (!group) throw notFound(id)
  return ok({ ...context('groups/$entity'), ...select(showGroup(group), call.query, 'group') })
}

/** `/me`, and the directory roles and groups that the caller is in. @throws GraphError 400 for an application's token */
export function me(call: GraphCall, part: string | undefined): Reply | undefined {
  if (call.method !== 'GET') return undefined
  if (call.caller.kind === 'app') {
    throw new GraphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.')
  }
  const user = userAt(call.directory, call.caller.id)
  if (part === undefined) return ok({ ...context('users/$entity'), ...select(showUser(user), call.query, 'user') })
  if (part !== 'memberOf' && part !== 'transitiveMemberOf') return undefined
  const roles = user.directoryRoles.map((displayName) => ({
    '@odata.type': '#microsoft.graph.directoryRole',
    displayName,
  }))
  const own = [...call.directory.groups.values()].filter(({ members }) => members.includes(user.id)).map(showGroup)
  const value = [...roles, ...own.map((group) => ({ '@odata.type': '#microsoft.graph.group', ...group }))]
  return ok({ ...context('directoryObjects'), value })
}

/** `/organization`. */
export function organization(call: GraphCall): Reply | undefined {
  if (call.method !== 'GET') return undefined
  mustRead(call.caller)
  const { tenantId, tenantName, verifiedDomains } = call.directory
  const domains = verifiedDomains.map((name, index) => ({ name, isDefault: index === 0, isInitial: false }))
  return ok({
    ...context('organization'),
    value: [{ id: tenantId, displayName: tenantName, verifiedDomains: domains }],
  })
}
