import { randomUUID } from 'node:crypto'
import { findRole } from '../../access/role-definitions.ts'
import { boolean, flag, list, required, value } from '../command-line.ts'
import type { Commands, Context } from '../command.ts'
import { AzError, usage } from '../errors.ts'
import { all, armUrl, graph, type Json, request, RESOURCES } from '../rest.ts'

const API = '2022-04-01'
const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
const PROVIDER = 'providers/Microsoft.Authorization'

function roleOf(idOrName: string) {
  const role = findRole(idOrName.split('/').at(-1) ?? '')
  if (!role) throw new AzError(`Role '${idOrName}' doesn't exist.`)
  return role
}

/** A name of a person, an application id, or an object id as it stands. */
async function principalOf({ session }: Context, assignee: string): Promise<string> {
  if (assignee.includes('@')) return String((await graph(session, `/users/${encodeURIComponent(assignee)}`))['id'])
  if (!GUID.test(assignee))
    throw new AzError(`Cannot find user or service principal in graph database for '${assignee}'.`)
  const application = await graph(session, `/servicePrincipals(appId='${assignee}')`).catch(() => undefined)
  return application ? String(application['id']) : assignee
}

async function scopeOf({ session, get }: Context): Promise<string> {
  const { subscriptionId } = await session.account(get('subscription'))
  const group = get('group')
  if (get('scope') !== undefined && group !== undefined)
    throw new AzError('--resource-group should not be used with --scope')
  return get('scope') ?? `/subscriptions/${subscriptionId}${group === undefined ? '' : `/resourceGroups/${group}`}`
}

type Properties = { readonly principalId: string; readonly roleDefinitionId: string; readonly scope: string }

function shown({ id, name, type, properties }: Json): Properties & Json {
  const given = properties as Properties
  const resourceGroup = /\/resourceGroups\/([^/]+)/i.exec(given.scope)?.[1]
  const roleDefinitionName = findRole(given.roleDefinitionId.split('/').at(-1) ?? '')?.name ?? ''
  return { ...given, id, name, type, roleDefinitionName, ...(resourceGroup !== undefined && { resourceGroup }) }
}

async function find(context: Context): Promise<(Properties & Json)[]> {
  const { session, get } = context
  const scope = await scopeOf(context)
  const [assignee, role] = [get('assignee'), get('role')]
  const principalId = assignee === undefined ? get('objectId') : await principalOf(context, assignee)
  const byPrincipal = get('groups') ? `assignedTo('${principalId ?? ''}')` : `principalId eq '${principalId ?? ''}'`
  const filter = principalId === undefined ? 'atScope()' : byPrincipal
  const url = armUrl(`${scope}/${PROVIDER}/roleAssignments`, API, { $filter: filter })
  const found = (await all(session, { url, resource: RESOURCES.arm })).map(shown)
  const same = (left: string) => left.toLowerCase() === scope.toLowerCase()
  const below = (left: string) => left.toLowerCase().startsWith(`${scope.toLowerCase()}/`)
  return found.filter((one) => {
    const wanted = role === undefined || one.roleDefinitionId.toLowerCase().endsWith(roleOf(role).id)
    return wanted && (same(one.scope) || (get('all') ? below(one.scope) : get('inherited') && !below(one.scope)))
  })
}

async function create(context: Context): Promise<Json> {
  const { session, get, must } = context
  const assignee = get('assignee')
  if (assignee === undefined && get('objectId') === undefined)
    throw usage('usage error: --assignee STRING | --assignee-object-id GUID')
  const principalId = assignee === undefined ? get('objectId') : await principalOf(context, assignee)
  const { subscriptionId } = await session.account(get('subscription'))
  const roleDefinitionId = `/subscriptions/${subscriptionId}/${PROVIDER}/roleDefinitions/${roleOf(must('role')).id}`
  const principalType = get('type')
  const properties = { roleDefinitionId, principalId, ...(principalType !== undefined && { principalType }) }
  const url = armUrl(`${must('scope')}/${PROVIDER}/roleAssignments/${get('name') ?? randomUUID()}`, API)
  return shown(await request(session, { method: 'PUT', url, body: { properties }, resource: RESOURCES.arm }))
}

async function remove(context: Context): Promise<void> {
  const { session, values, warn } = context
  const narrowed = ['assignee', 'objectId', 'role', 'scope', 'group'].some((name) => values[name])
  if (values['ids'] && narrowed) throw usage('when assignment ids are used, other parameter values are not required')
  if (!values['ids'] && !narrowed)
    throw usage('No matched assignments were found to delete: say which by --ids or --assignee, --role and --scope')
  const ids = values['ids'] ?? (await find(context)).map(({ id }) => String(id))
  if (ids.length === 0) warn('No matched assignments were found to delete')
  for (const id of ids) await request(session, { method: 'DELETE', url: armUrl(id, API), resource: RESOURCES.arm })
}

const who = { assignee: value('--assignee'), objectId: value('--assignee-object-id'), role: value('--role') }
const where = { scope: value('--scope'), group: value('--resource-group -g') }

export const roleCommands: Commands = {
  'role assignment list': {
    options: {
      ...who,
      ...where,
      all: flag('--all'),
      inherited: flag('--include-inherited'),
      groups: flag('--include-groups'),
      fillPrincipal: boolean('--fill-principal-name'),
      fillRole: boolean('--fill-role-definition-name'),
    },
    subscription: true,
    run: find,
  },
  'role assignment create': {
    options: {
      ...who,
      role: required('--role'),
      scope: required('--scope'),
      type: value('--assignee-principal-type', { choices: ['user', 'group', 'serviceprincipal'] }),
      name: value('--name -n'),
    },
    subscription: true,
    run: create,
  },
  'role assignment delete': {
    options: { ...who, ...where, ids: list('--ids'), yes: flag('--yes -y') },
    subscription: true,
    run: remove,
  },
}
