import { description, type ResourceAccess } from '../description.ts'
import type { Graph } from '../graph/client.ts'
import { Stop } from '../../../hooks/run/context.ts'
import { findServicePrincipal, type ServicePrincipal } from './service-principal.ts'

const { graph: GRAPH, dataverse: DATAVERSE } = description.permissions

/** One API that the app calls: its enterprise application in this tenant, and which of its scopes we need. */
export type Resource = {
  readonly name: string
  readonly principal: ServicePrincipal
  readonly scopes: readonly string[]
}

const find = async (graph: Graph, { name, appId, scopes }: typeof GRAPH): Promise<Resource> => {
  const principal = await findServicePrincipal(graph, appId)
  if (principal !== undefined) return { name, principal, scopes }
  throw new Stop(
    `This tenant has no enterprise application for ${name} (${appId}), so nothing can be asked of it. Is this the tenant ` +
      `of the Dynamics environment, with a licence? If so, run: az ad sp create --id ${appId}`,
  )
}

/** Microsoft Graph and Dataverse, in the order of registration.json. */
export const findResources = (graph: Graph): Promise<Resource[]> =>
  Promise.all([GRAPH, DATAVERSE].map((permission) => find(graph, permission)))

/** The permissions to list, by the ids that this tenant's enterprise applications give them. */
export const requiredAccess = (resources: readonly Resource[]): ResourceAccess[] =>
  resources.map(({ name, principal, scopes }) => ({
    resourceAppId: principal.appId,
    resourceAccess: scopes.map((scope) => {
      const id = principal.oauth2PermissionScopes?.find(({ value }) => value === scope)?.id
      if (id === undefined) throw new Stop(`${name} offers no permission ${scope} in this tenant.`)
      return { id, type: 'Scope' }
    }),
  }))
