import { randomBytes, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { zipSync } from 'fflate'
import { verifyWith } from '../../../sandbox/azure/access/bearer.ts'
import { ROLES } from '../../../sandbox/azure/access/role-definitions.ts'
import type { Access, RoleAssignment } from '../../../sandbox/azure/access/role-assignments.ts'
import { startFront } from '../../../sandbox/azure/front/front.ts'
import { createKeyVault } from '../../../sandbox/azure/key-vault/key-vault.ts'
import { startIdentityEndpoint } from '../../../sandbox/azure/managed-identity/identity-endpoint.ts'
import { createIngestion } from '../../../sandbox/azure/monitor/ingestion.ts'
import { startDeployedApp } from '../../../sandbox/azure/start-deployed-app.ts'
import { startTables } from '../../../sandbox/azure/tables/tables.ts'
import { unpacked } from '../../../sandbox/azure/unpacked.ts'
import { startDataverse } from '../../../sandbox/dataverse/start.ts'
import { createGrantedDirectory } from '../../../sandbox/entra/directory/all-granted.ts'
import type { Directory } from '../../../sandbox/entra/directory/types.ts'
import { startEntra } from '../../../sandbox/entra/start.ts'
import { ENTRA_CLIENT_ID, PEOPLE, person, TENANT_ID } from '../../../sandbox/people.ts'
import { DIST } from '../../../sandbox/start-sandbox.ts'

const AUTHORITY = 'https://login.microsoftonline.com'
const DATAVERSE_URL = 'https://harbourpine.crm4.dynamics.com'
const SITE = 'func-dynamics-mcp-abcdefghijklm'
const BASE = `https://${SITE}.azurewebsites.net`
const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001'
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-contoso`
const INSTRUMENTATION_KEY = randomUUID()
export const VAULT = { name: 'kv-abcdefghijklm', id: `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-abcdefghijklm` }
export const ACCOUNT = {
  name: 'sttokensabcdefghijklm',
  id: `${GROUP}/providers/Microsoft.Storage/storageAccounts/sttokensabcdefghijklm`,
  allowSharedKeyAccess: false,
  tables: ['clients', 'expiry', 'grants', 'limits', 'logins', 'reports', 'switches', 'users'],
}
export const COMPONENT = {
  id: `${GROUP}/providers/Microsoft.Insights/components/appi-abcdefghijklm`,
  instrumentationKey: INSTRUMENTATION_KEY,
  disableLocalAuth: true,
}
export const IDENTITY = {
  clientId: '5d2f0c6e-7a1b-4c3d-9e8f-0a1b2c3d4e5f',
  principalId: 'b8a7c6d5-e4f3-4a2b-9c1d-0e9f8a7b6c5d',
  id: `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-abcdefghijklm`,
}
const OFFICER = person('sales manager')

/** As the present template compiles, for this tenant. */
export const SETTINGS: Readonly<Record<string, string>> = {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${IDENTITY.clientId};Authorization=AAD`,
  APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${INSTRUMENTATION_KEY};IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/;LiveEndpoint=https://westeurope.livediagnostics.monitor.azure.com/;ApplicationId=${randomUUID()}`,
  AzureWebJobsDisableHomepage: 'true',
  AzureWebJobsStorage__blobServiceUri: 'https://sthostabcdefghijklm.blob.core.windows.net/',
  AzureWebJobsStorage__clientId: IDENTITY.clientId,
  AzureWebJobsStorage__credential: 'managedidentity',
  AzureWebJobsStorage__queueServiceUri: 'https://sthostabcdefghijklm.queue.core.windows.net/',
  AzureWebJobsStorage__tableServiceUri: 'https://sthostabcdefghijklm.table.core.windows.net/',
  DATAVERSE_URL,
  ENTRA_API_SCOPE: `${ENTRA_CLIENT_ID}/MCP.Access`,
  ENTRA_AUTHORITY_HOST: AUTHORITY,
  ENTRA_CLIENT_ID,
  ENTRA_TENANT_ID: TENANT_ID,
  INDEX_KEY_NAME: 'index-key',
  KEY_VAULT_URL: `https://${VAULT.name}.vault.azure.net`,
  MANAGED_IDENTITY_CLIENT_ID: IDENTITY.clientId,
  PUBLIC_BASE_URL: BASE,
  SEALING_KEY_NAME: 'sealing-key',
  TABLES_ENDPOINT: `https://${ACCOUNT.name}.table.core.windows.net`,
}

const EVERY_RIGHT = [
  { role: ROLES.keyVaultSecretsUser, scope: VAULT.id },
  { role: ROLES.storageTableDataContributor, scope: ACCOUNT.id },
  { role: ROLES.monitoringMetricsPublisher, scope: COMPONENT.id },
]

const officersRight = { scope: VAULT.id, principalId: OFFICER.oid, principalType: 'User', since: 0 } as const

/** What the template assigns, without one role where a test wants it missing. */
export const appRights = (without?: { readonly id: string }): RoleAssignment[] => [
  { ...officersRight, roleDefinitionId: ROLES.keyVaultSecretsOfficer.id },
  ...EVERY_RIGHT.filter(({ role }) => role.id !== without?.id).map(({ role, scope }) => ({
    scope,
    principalId: IDENTITY.principalId,
    principalType: 'ServicePrincipal' as const,
    roleDefinitionId: role.id,
    since: 0,
  })),
]

const newDirectory = () =>
  createGrantedDirectory({
    tenantId: TENANT_ID,
    people: PEOPLE,
    clientId: ENTRA_CLIENT_ID,
    apiScope: `${ENTRA_CLIENT_ID}/MCP.Access`,
    redirectUris: [`${BASE}/oauth/callback`, `${BASE}/signed-out`],
    dataverseUrls: [DATAVERSE_URL],
    federatedCredential: {
      name: 'functions-identity',
      issuer: `${AUTHORITY}/${TENANT_ID}/v2.0`,
      subject: IDENTITY.principalId,
      audiences: ['api://AzureADTokenExchange'],
    },
  })

async function zipped(folder: string): Promise<Uint8Array> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((one) => one.isFile() && !one.name.endsWith('.map'))
  const named = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name)
    return [relative(folder, path), await readFile(path)] as const
  })
  return zipSync(Object.fromEntries(await Promise.all(named)), { level: 1 })
}

const newState = () => ({ assignments: appRights(), delayMs: 0, identities: [IDENTITY] })

/** Entra and Dataverse, known by their real addresses. */
async function startTenant(directory: Directory) {
  const entra = await startEntra({ tenantId: TENANT_ID, people: PEOPLE, directory, publicUrl: AUTHORITY })
  const { issuer, jwksUri } = entra
  const dataverse = await startDataverse({ issuer, jwksUri, people: PEOPLE, publicUrl: DATAVERSE_URL })
  return { entra, dataverse, verify: verifyWith(entra.verifyBearer) }
}

/** What a deployment of the template makes, with the front that shows it to the world. */
async function startResources(tenant: Awaited<ReturnType<typeof startTenant>>, state: ReturnType<typeof newState>) {
  const { entra, dataverse, verify } = tenant
  const access: Access = { roleAssignments: () => state.assignments, now: Date.now, delayMs: () => state.delayMs }
  const ingestion = createIngestion({ components: () => [COMPONENT], verify, access })
  const front = await startFront({
    routes: {
      'login.microsoftonline.com': entra.handler,
      'harbourpine.crm4.dynamics.com': dataverse.handler,
      '.vault.azure.net': createKeyVault({ vaults: () => [VAULT], tenantId: TENANT_ID, verify, access }),
      '.in.applicationinsights.azure.com': ingestion.handler,
    },
  })
  const tables = await startTables({ accounts: () => [ACCOUNT], tenantId: TENANT_ID, verify, access })
  front.route('.table.core.windows.net', tables)
  const identity = await startIdentityEndpoint({
    identities: () => state.identities,
    mint: ({ id, ...ask }) => entra.mintIdentityToken({ ...ask, resourceId: id }),
  })
  return { front, ingestion, tables, identity }
}

/** Everything that the app talks to in Azure, made by hand as one deployment would make it. */
export async function startCloud() {
  const [state, directory] = [newState(), newDirectory()]
  const tenant = await startTenant(directory)
  const resources = await startResources(tenant, state)
  const { front, identity, tables } = resources
  const leave = front.enter()
  const site = { siteName: SITE, front, identity }
  const deployZip = async () => startDeployedApp({ dir: unpacked(await zipped(DIST)), settings: SETTINGS, ...site })
  const close = async () => {
    leave()
    await Promise.all([front, tables, identity, tenant.entra, tenant.dataverse].map((one) => one.close()))
  }
  return {
    ...tenant,
    ...resources,
    state,
    directory,
    close,
    deployZip,
    base: BASE,
    deploy: (settings = SETTINGS) => startDeployedApp({ dir: DIST, settings, ...site }),
  }
}

export type Cloud = Awaited<ReturnType<typeof startCloud>>

/** Makes both keys as the officer does: over the wire, with a token of the CLI. */
export async function makeKeys({ entra }: Cloud): Promise<void> {
  const { accessToken } = await entra.mintCliToken({
    signedIn: { upn: OFFICER.upn },
    resource: 'https://vault.azure.net',
  })
  for (const name of ['sealing-key', 'index-key']) {
    const response = await fetch(`https://${VAULT.name}.vault.azure.net/secrets/${name}?api-version=7.6`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ value: randomBytes(32).toString('base64url') }),
    })
    if (response.status !== 200) throw new Error(`the vault refused ${name}: ${await response.text()}`)
  }
}
