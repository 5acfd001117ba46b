import { Stop } from '../../../hooks/run/context.ts'
import { textOf } from '../../../hooks/tools/run-tool.ts'
import type { Graph } from '../graph/client.ts'
import type { Report } from '../report.ts'

export type ServicePrincipal = {
  readonly id: string
  readonly appId: string
  readonly accountEnabled?: boolean
  readonly appRoleAssignmentRequired?: boolean
  readonly oauth2PermissionScopes?: readonly { readonly id: string; readonly value: string }[]
}

/** The enterprise application of a client id, if the tenant has it. */
export const findServicePrincipal = (graph: Graph, appId: string): Promise<ServicePrincipal | undefined> =>
  graph.get<ServicePrincipal>(
    `/servicePrincipals(appId='${appId}')?$select=id,appId,accountEnabled,appRoleAssignmentRequired,oauth2PermissionScopes`,
  )

type Wish = { readonly assignmentRequired: boolean; readonly fresh: boolean; readonly dryRun: boolean }

/** Makes the enterprise application, or sets who may sign in to it; undefined: not made, since this is a dry run. */
export const repairServicePrincipal = async (
  graph: Graph,
  appId: string,
  { assignmentRequired, fresh, dryRun }: Wish,
  report: Report,
): Promise<ServicePrincipal | undefined> => {
  const part = assignmentRequired
    ? 'enterprise application, only for who is assigned'
    : 'enterprise application, for everyone in the tenant'
  const body = { appRoleAssignmentRequired: assignmentRequired }
  const found = await findServicePrincipal(graph, appId)
  if (found === undefined) {
    report.made(part)
    if (dryRun) return undefined
    const made = await graph.send('POST', '/servicePrincipals', { appId, ...body }, { settling: fresh })
    if (textOf(made, 'id') !== undefined) return made as ServicePrincipal
    throw new Stop('Entra made the enterprise application and does not show it yet. Run the same command again.')
  }
  if (found.appRoleAssignmentRequired === assignmentRequired) report.fine(part)
  else {
    if (!dryRun) await graph.send('PATCH', `/servicePrincipals/${found.id}`, body)
    report.changed(part)
  }
  if (found.accountEnabled === false)
    report.attention(
      'The enterprise application is switched off ("Enabled for users to sign in: No"), so nobody can sign in. If that is ' +
        `not meant, switch it on:\n    az ad sp update --id ${appId} --set accountEnabled=true`,
    )
  return found
}
