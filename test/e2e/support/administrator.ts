import { AZURE_CLI } from '../../sandbox/entra/directory/built-in.ts'
import { newServicePrincipal, newApplication } from '../../sandbox/entra/directory/directory.ts'
import { applicationOf, servicePrincipalOf } from '../../sandbox/entra/directory/queries.ts'
import { ENTRA_CLIENT_ID, PEOPLE } from '../../sandbox/people.ts'
import type { Sandbox } from '../../sandbox/start-sandbox.ts'

const ROLE = 'c3a5f0de-6b1e-4a55-9d0c-7e1f2a3b4c5d'
export const PIPELINE = 'e7d6c5b4-a392-4180-9f8e-7d6c5b4a3928'

function assign({ entra: { directory } }: Sandbox, principalId: string, type: 'User' | 'ServicePrincipal'): void {
  const resource = servicePrincipalOf(directory, ENTRA_CLIENT_ID)
  const id = directory.newId()
  directory.appRoleAssignments.set(id, {
    id,
    appRoleId: ROLE,
    principalId,
    principalType: type,
    principalDisplayName: '',
    resourceId: resource?.id ?? '',
    resourceDisplayName: '',
    createdDateTime: '2026-11-28T09:00:00Z',
  })
}

/** What the Entra layer of a deployment does: the app role, Azure CLI preauthorised, the role given to one person. */
export function appointAdministrator(sandbox: Sandbox, upn: string): void {
  const application = applicationOf(sandbox.entra.directory, ENTRA_CLIENT_ID)
  if (!application) throw new RangeError('the sandbox has no registration')
  const delegatedPermissionIds = application.api.oauth2PermissionScopes.map(({ id }) => id)
  const preAuthorizedApplications = [{ appId: AZURE_CLI, delegatedPermissionIds }]
  application.api = { ...application.api, preAuthorizedApplications }
  application.appRoles = [
    {
      id: ROLE,
      value: 'Administrator',
      displayName: 'Administrator',
      description: '',
      isEnabled: true,
      allowedMemberTypes: ['User', 'Application'],
    },
  ]
  assign(sandbox, PEOPLE.find((person) => person.upn === upn)?.oid ?? '', 'User')
}

/** A service principal of a pipeline, with the role. */
export function appointPipeline(sandbox: Sandbox): void {
  const { directory } = sandbox.entra
  const application = { ...newApplication(directory, '2026-11-28T09:00:00Z', { displayName: 'CI' }), appId: PIPELINE }
  const principal = newServicePrincipal(directory, application)
  directory.applications.set(application.id, application)
  directory.servicePrincipals.set(principal.id, principal)
  assign(sandbox, principal.id, 'ServicePrincipal')
}

/** As `az account get-access-token --scope <client id>/MCP.Access` does. */
export const tokenOf = async ({ entra }: Sandbox, upn: string): Promise<string> =>
  (await entra.mintCliToken({ signedIn: { upn }, scope: `${ENTRA_CLIENT_ID}/MCP.Access` })).accessToken

/** As `az account get-access-token --resource <client id>` does for a service principal. */
export const pipelineToken = async ({ entra }: Sandbox): Promise<string> =>
  (await entra.mintCliToken({ signedIn: { servicePrincipal: PIPELINE }, resource: ENTRA_CLIENT_ID })).accessToken
