import {
  addManagedIdentity,
  addSecret,
  createDirectory,
  newApplication,
  newServicePrincipal,
} from '../../../test/sandbox/entra/directory/directory.ts'
import type { Directory, DirectoryRole } from '../../../test/sandbox/entra/directory/types.ts'
import type { Principals } from '../../../test/sandbox/azure/arm/access/role-assignments.ts'
import { DOMAIN, PEOPLE, TENANT_ID } from '../../../test/sandbox/people.ts'

export const DATAVERSE_URL = 'https://harbourpine.crm4.dynamics.com'

/** Whoever types the commands of the runbook. */
export const CONSULTANT = {
  name: 'Nadia Sørensen',
  upn: `nadia.sorensen@${DOMAIN}`,
  oid: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e10',
}
/** The client's Entra administrator. */
export const ADMINISTRATOR = {
  name: 'Oliver Grant',
  upn: `oliver.grant@${DOMAIN}`,
  oid: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e11',
}
/** Everybody who sells: the group that may connect. */
export const SALES = { id: '5c4b3a29-1817-4605-b4a3-928170605f4e', displayName: 'Sales' }

export type TenantOptions = {
  /** Application Administrator unless given: the consultant's roles in Entra. */
  readonly consultantRoles?: readonly DirectoryRole[]
}

/** The client's tenant before anything is deployed. */
export function createTenant({ consultantRoles = ['Application Administrator'] }: TenantOptions): Directory {
  return createDirectory({
    tenantId: TENANT_ID,
    people: [
      ...PEOPLE,
      { ...CONSULTANT, directoryRoles: consultantRoles },
      { ...ADMINISTRATOR, directoryRoles: ['Cloud Application Administrator', 'Application Administrator'] },
    ],
    groups: [{ ...SALES, members: PEOPLE.map(({ oid }) => oid) }],
    dataverseUrls: [DATAVERSE_URL],
    usersMayRegisterApplications: false,
  })
}

export type Pipeline = { readonly appId: string; readonly objectId: string }

/** A service principal that a pipeline signs in as. */
export function addPipeline(directory: Directory, now: number): Pipeline {
  const application = newApplication(directory, new Date(now).toISOString(), { displayName: 'deploy-pipeline' })
  directory.applications.set(application.id, application)
  const principal = newServicePrincipal(directory, application)
  directory.servicePrincipals.set(principal.id, principal)
  addSecret(directory, application, 'of-the-pipeline', new Date(now + 86_400_000).toISOString())
  return { appId: application.appId, objectId: principal.id }
}

/** The directory as Azure Resource Manager asks it. */
export const principalsOf = (directory: Directory): Principals => ({
  typeOf: (id) => {
    if (directory.users.has(id)) return 'User'
    if (directory.groups.has(id)) return 'Group'
    return directory.servicePrincipals.has(id) ? 'ServicePrincipal' : undefined
  },
  memberOf: (id) => [...directory.groups.values()].filter(({ members }) => members.includes(id)).map((one) => one.id),
  addManagedIdentity: (identity) => void addManagedIdentity(directory, identity),
  addFederatedCredential: (principalId, credential) => {
    const identity = directory.servicePrincipals.get(principalId)
    if (identity === undefined) throw new Error(`no identity has the principal id ${principalId}`)
    identity.federatedIdentityCredentials = [...(identity.federatedIdentityCredentials ?? []), credential]
  },
  removeManagedIdentity: (principalId) => void directory.servicePrincipals.delete(principalId),
})
