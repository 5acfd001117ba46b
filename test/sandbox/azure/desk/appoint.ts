import { AZURE_CLI } from '../../entra/directory/built-in.ts'
import { applicationOf, servicePrincipalOf } from '../../entra/directory/queries.ts'
import { ENTRA_CLIENT_ID, PEOPLE } from '../../people.ts'
import type { Sandbox } from '../../start-sandbox.ts'

const ROLE = 'c3a5f0de-6b1e-4a55-9d0c-7e1f2a3b4c5d'
type Tenant = Pick<Sandbox, 'entra'>

/** Gives the app role Administrator to one principal. */
export function assignAdministrator(
  { entra: { directory } }: Tenant,
  principalId: string,
  type: 'User' | 'ServicePrincipal',
): void {
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
export function appointAdministrator(sandbox: Tenant, upn: string): void {
  const application = applicationOf(sandbox.entra.directory, ENTRA_CLIENT_ID)
  if (!application) throw new RangeError('the sandbox has no registration')
  const delegatedPermissionIds = application.api.oauth2PermissionScopes.map(({ id }) => id)
  const preAuthorizedApplications = [{ appId: AZURE_CLI, delegatedPermissionIds }]
  application.api = { ...application.api, preAuthorizedApplications }
  application.appRoles = [
    ...application.appRoles.filter(({ id }) => id !== ROLE),
    {
      id: ROLE,
      value: 'Administrator',
      displayName: 'Administrator',
      description: '',
      isEnabled: true,
      allowedMemberTypes: ['User', 'Application'],
    },
  ]
  assignAdministrator(sandbox, PEOPLE.find((person) => person.upn === upn)?.oid ?? '', 'User')
}
