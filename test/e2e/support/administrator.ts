import { appointAdministrator, assignAdministrator } from '../../sandbox/azure/desk/appoint.ts'
import { newServicePrincipal, newApplication } from '../../sandbox/entra/directory/directory.ts'
import { ENTRA_CLIENT_ID } from '../../sandbox/people.ts'
import type { Sandbox } from '../../sandbox/start-sandbox.ts'

export { appointAdministrator }
export const PIPELINE = 'e7d6c5b4-a392-4180-9f8e-7d6c5b4a3928'

/** A service principal of a pipeline, with the role. */
export function appointPipeline(sandbox: Sandbox): void {
  const { directory } = sandbox.entra
  const application = { ...newApplication(directory, '2026-11-28T09:00:00Z', { displayName: 'CI' }), appId: PIPELINE }
  const principal = newServicePrincipal(directory, application)
  directory.applications.set(application.id, application)
  directory.servicePrincipals.set(principal.id, principal)
  assignAdministrator(sandbox, principal.id, 'ServicePrincipal')
}

/** As `az account get-access-token --scope <client id>/MCP.Access` does. */
export const tokenOf = async ({ entra }: Sandbox, upn: string): Promise<string> =>
  (await entra.mintCliToken({ signedIn: { upn }, scope: `${ENTRA_CLIENT_ID}/MCP.Access` })).accessToken

/** As `az account get-access-token --resource <client id>` does for a service principal. */
export const pipelineToken = async ({ entra }: Sandbox): Promise<string> =>
  (await entra.mintCliToken({ signedIn: { servicePrincipal: PIPELINE }, resource: ENTRA_CLIENT_ID })).accessToken
