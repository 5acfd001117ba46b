import { addManagedIdentity, createDirectory } from '../../../sandbox/entra/directory/directory.ts'
import type { Directory, DirectoryRole } from '../../../sandbox/entra/directory/types.ts'
import { createGraph, type Graph } from '../../../sandbox/graph/graph.ts'
import type { GraphClient } from '../../../sandbox/azure/arm/deployment/graph-resources.ts'
import type { Principals } from '../../../sandbox/azure/arm/access/role-assignments.ts'
import type { ObjectValue } from '../../../sandbox/azure/arm/expression/values.ts'
import { DEPLOYER, START, TENANT } from './subscription.ts'

export type Tenant = {
  readonly directory: Directory
  readonly graph: Graph
  /** Graph with the deployer's token. */
  readonly client: GraphClient
  readonly principals: Principals
}

/** What Azure asks of a directory. */
export const principalsOf = (directory: Directory): Principals => ({
  typeOf: (id) => {
    if (directory.users.has(id)) return 'User'
    if (directory.servicePrincipals.has(id)) return 'ServicePrincipal'
    return directory.groups.has(id) ? 'Group' : undefined
  },
  memberOf: (id) =>
    [...directory.groups.values()].filter(({ members }) => members.includes(id)).map((group) => group.id),
  addManagedIdentity: (identity) => void addManagedIdentity(directory, identity),
  removeManagedIdentity: (id) => void directory.servicePrincipals.delete(id),
})

/** The scopes that azd's own sign-in has in Graph. */
const SCOPES =
  'Application.ReadWrite.All AppRoleAssignment.ReadWrite.All DelegatedPermissionGrant.ReadWrite.All Directory.AccessAsUser.All'

/** A tenant with Dataverse whose deployer has these roles. */
export const startTenant = (directoryRoles: readonly DirectoryRole[] = ['Global Administrator']): Tenant => {
  const directory = createDirectory({
    tenantId: TENANT,
    people: [{ oid: DEPLOYER.objectId, name: 'Olga', upn: DEPLOYER.name, directoryRoles }],
    dataverseUrls: ['https://contoso.crm4.dynamics.com'],
  })
  const claims = { oid: DEPLOYER.objectId, tid: TENANT, scp: SCOPES, appid: '04b07795-8ddb-461a-bbee-02f9e1bf7b46' }
  const graph = createGraph({ directory, verifyBearer: async () => claims, now: () => START })
  const client: GraphClient = async (method, path, body, headers) => {
    const reply = await graph.call({
      method,
      url: `/v1.0${path}`,
      headers: { authorization: 'Bearer x', 'content-type': 'application/json', ...headers },
      body: body === undefined ? '' : JSON.stringify(body),
    })
    return { status: reply.status, body: (reply.body ?? {}) as ObjectValue }
  }
  return { directory, graph, client, principals: principalsOf(directory) }
}
