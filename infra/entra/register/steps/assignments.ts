import { plain } from '../../../doctor/wire/plain-text.ts'
import { GraphError, isGraphError } from '../graph/errors.ts'
import type { Graph } from '../graph/client.ts'
import { isGuid } from '../options.ts'
import { Stop } from '../../../hooks/run/context.ts'
import type { Report } from '../report.ts'

type Principal = { readonly id: string; readonly userPrincipalName?: string | null }
type Assignment = {
  readonly id: string
  readonly principalId: string
  readonly appRoleId: string
  readonly principalDisplayName?: string | null
  readonly principalType?: string | null
}
type Role = { readonly id: string; readonly value: string }
type Wish = {
  readonly principalId: string | undefined
  readonly role: Role
  /** Object ids or user principal names. */
  readonly whom: readonly string[]
  /** The application or its roles were made a moment ago. */
  readonly fresh: boolean
  readonly dryRun: boolean
}

const stranger = (whom: string): Stop =>
  new Stop(
    `Nobody in this tenant is called ${whom}. Take a person's user name (ada@contoso.com), the name of a group, or the ` +
      'object id of a person, a group or a service principal.',
  )

const groupNamed = async (graph: Graph, name: string): Promise<Principal | undefined> => {
  const filter = encodeURIComponent(`displayName eq '${name.replaceAll("'", "''")}'`)
  const groups = await graph.list<Principal>(`/groups?$filter=${filter}&$select=id,displayName`)
  if (groups.length > 1) throw new Stop(`${groups.length} groups are called ${name}: take the object id of one.`)
  return groups[0]
}

/** An object id is taken as it is: Graph itself says whether anybody has it. */
const find = async (graph: Graph, whom: string): Promise<Principal> => {
  if (isGuid(whom)) return { id: whom.toLowerCase() }
  const found = whom.includes('@')
    ? await graph.get<Principal>(`/users/${encodeURIComponent(whom)}?$select=id,userPrincipalName`)
    : await groupNamed(graph, whom)
  if (found === undefined) throw stranger(whom)
  return found
}

const assign = async (graph: Graph, path: string, body: object, { fresh, whom }: { fresh: boolean; whom: string }) => {
  try {
    await graph.send('POST', path, body, { settling: fresh })
    return 'made'
  } catch (error) {
    if (isGraphError(error, /already exists/i)) return 'fine'
    if (isGraphError(error, /ResourceNotFound/)) throw stranger(whom)
    throw error
  }
}

/** Gives one of our app roles to people, groups or applications; who has it keeps it. */
export const assignRole = async (
  graph: Graph,
  { principalId, role, whom, fresh, dryRun }: Wish,
  report: Report,
): Promise<void> => {
  if (whom.length === 0) return
  const path = `/servicePrincipals/${principalId ?? ''}/appRoleAssignedTo`
  const present = principalId === undefined ? [] : await graph.list<Assignment>(path)
  for (const one of whom) {
    const found = await find(graph, one)
    const part = `role ${role.value} for ${plain(found.userPrincipalName ?? one)}`
    const has = present.some((other) => other.principalId === found.id && other.appRoleId === role.id)
    const body = { principalId: found.id, resourceId: principalId, appRoleId: role.id }
    const state = has ? 'fine' : dryRun ? 'made' : await assign(graph, path, body, { fresh, whom: one })
    report[state](part)
  }
}

const assignmentsOf = (graph: Graph, principalId: string): Promise<Assignment[]> =>
  graph.list<Assignment>(`/servicePrincipals/${principalId}/appRoleAssignedTo`)

/** Asked for twice, or repeated after an answer that was lost: what is not there any more is taken away. */
const unlessGone = (error: unknown): void => {
  if (!(error instanceof GraphError) || error.failure.status !== 404) throw error
}

/** Takes one of our app roles away from people and groups; who does not have it is named. */
export const unassign = async (
  graph: Graph,
  { principalId, role, whom }: { principalId: string; role: Role; whom: readonly string[] },
  report: Report,
): Promise<void> => {
  const present = await assignmentsOf(graph, principalId)
  for (const one of whom) {
    const { id } = await find(graph, one)
    const part = `role ${role.value} for ${one}`
    const had = present.find((other) => other.principalId === id && other.appRoleId === role.id)
    if (had === undefined) report.fine(part, 'was not assigned')
    else {
      const path = `/servicePrincipals/${principalId}/appRoleAssignedTo/${had.id}`
      await graph.send('DELETE', path, undefined).catch(unlessGone)
      report.changed(part, 'taken away')
    }
  }
}

/** Who has which of our roles: a line each. */
export const listAssigned = async (
  graph: Graph,
  { id, appRoles }: { readonly id: string; readonly appRoles: readonly Role[] },
): Promise<string[]> => {
  const name = (roleId: string): string => appRoles.find((role) => role.id === roleId)?.value ?? 'no role of ours'
  const present = await assignmentsOf(graph, id)
  return present.map(
    ({ appRoleId, principalDisplayName, principalType, principalId }) =>
      `${name(appRoleId).padEnd(15)}${plain(principalType ?? '').padEnd(18)}${plain(principalDisplayName ?? principalId)}`,
  )
}
