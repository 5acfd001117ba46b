import { z } from 'zod'
import { type Access, mayAct } from '../../../test/sandbox/azure/access/role-assignments.ts'
import { bearerOf, BearerRefused, type VerifyBearer, verifyWith } from '../../../test/sandbox/azure/access/bearer.ts'
import { type Arm, createArm } from '../../../test/sandbox/azure/arm/arm.ts'
import type { Resource } from '../../../test/sandbox/azure/arm/resources/world.ts'
import { type Front, startFront } from '../../../test/sandbox/azure/front/front.ts'
import { createKeyVault, type KeyVault } from '../../../test/sandbox/azure/key-vault/key-vault.ts'
import {
  type IdentityEndpoint,
  startIdentityEndpoint,
} from '../../../test/sandbox/azure/managed-identity/identity-endpoint.ts'
import { createIngestion, type Ingestion } from '../../../test/sandbox/azure/monitor/ingestion.ts'
import { createLogsIngestion, type LogsIngestion } from '../../../test/sandbox/azure/monitor/logs-ingestion.ts'
import { startTables, type Tables } from '../../../test/sandbox/azure/tables/tables.ts'
import { type Dataverse, startDataverse } from '../../../test/sandbox/dataverse/start.ts'
import type { Directory } from '../../../test/sandbox/entra/directory/types.ts'
import { type Entra, startEntra } from '../../../test/sandbox/entra/start.ts'
import { createGraph, type Graph } from '../../../test/sandbox/graph/graph.ts'
import { PEOPLE, TENANT_ID } from '../../../test/sandbox/people.ts'
import { createRecords, type Records } from './own-domain.ts'
import { createEntrances } from './network.ts'
import { DATAVERSE_URL, principalsOf } from './tenant.ts'

const AUTHORITY = 'https://login.microsoftonline.com'
const ARM_AUDIENCES = ['https://management.azure.com', 'https://management.core.windows.net']
const GRAPH_AUDIENCES = ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000']
export const SUBSCRIPTION_ID = '3b1c5d7e-9f20-4a63-8b5c-7d6e5f4a3b2c'

export type Azure = {
  readonly directory: Directory
  readonly entra: Entra
  readonly graph: Graph
  readonly arm: Arm
  readonly vault: KeyVault
  readonly tables: Tables
  readonly ingestion: Ingestion
  /** The audit's table, behind its rule. */
  readonly audit: LogsIngestion
  readonly dataverse: Dataverse
  readonly identity: IdentityEndpoint
  readonly front: Front
  readonly dns: Records
  /** Milliseconds that a role assignment needs before data planes see it. */
  readonly setRoleDelay: (ms: number) => void
  /** Milliseconds after which a change of who may reach a vault or an account acts. */
  readonly setNetworkDelay: (ms: number) => void
  readonly entrances: ReturnType<typeof createEntrances>
  readonly close: () => Promise<void>
}

export type AzureOptions = {
  readonly directory: Directory
  /** Rights in the subscription before anything is deployed. */
  readonly rights: Parameters<typeof createArm>[0]['rights']
  readonly providers?: readonly string[]
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const named = (all: readonly Resource[]) => all.map(({ name, id }) => ({ name, id }))

const vaultsOf = (arm: Arm) =>
  arm.byType('Microsoft.KeyVault/vaults').map(({ name, id, properties }) => ({
    name,
    id,
    purgeProtection: properties['enablePurgeProtection'] === true,
  }))

const accountsOf = (arm: Arm) =>
  arm.byType('Microsoft.Storage/storageAccounts').map(({ name, id, properties }) => ({
    name,
    id,
    allowSharedKeyAccess: properties['allowSharedKeyAccess'] !== false,
    tables: named(arm.byType('Microsoft.Storage/storageAccounts/tableServices/tables'))
      .filter((table) => table.id.toLowerCase().startsWith(`${id.toLowerCase()}/`))
      .map((table) => table.name.split('/').at(-1) ?? ''),
  }))

const componentsOf = (arm: Arm) =>
  arm.byType('Microsoft.Insights/components').map(({ id, properties }) => ({
    id,
    instrumentationKey: text(properties['InstrumentationKey']),
    disableLocalAuth: properties['DisableLocalAuth'] === true,
  }))

const streamsSchema = z.record(
  z.string(),
  z.object({ columns: z.array(z.object({ name: z.string(), type: z.string() })) }),
)

const rulesOf = (arm: Arm) =>
  arm.byType('Microsoft.Insights/dataCollectionRules').map(({ id, properties }) => ({
    id,
    immutableId: text(properties['immutableId']),
    streams: Object.fromEntries(
      Object.entries(streamsSchema.parse(properties['streamDeclarations'])).map(([name, { columns }]) => [
        name,
        columns,
      ]),
    ),
  }))

/** Of the data plane, as Entra and the role on the rule have it. */
const mayIngest =
  (verify: VerifyBearer, access: Access) =>
  async (authorization: string | undefined, ruleId: string): Promise<200 | 401 | 403> => {
    try {
      const { oid } = await verify(bearerOf(authorization), ['https://monitor.azure.com'])
      return mayAct(access, oid, 'Microsoft.Insights/Telemetry/Write', ruleId) ? 200 : 403
    } catch (error) {
      if (error instanceof BearerRefused) return 401
      throw error
    }
  }

const identitiesOf = (arm: Arm) =>
  arm.byType('Microsoft.ManagedIdentity/userAssignedIdentities').map(({ id, properties }) => ({
    id,
    clientId: text(properties['clientId']),
    principalId: text(properties['principalId']),
  }))

function startArm({ directory, rights, providers }: AzureOptions, entra: Entra, dns: Records): Arm {
  const verify = entra.verifyBearer(ARM_AUDIENCES)
  return createArm({
    tenantId: TENANT_ID,
    subscriptionId: SUBSCRIPTION_ID,
    subscriptionName: 'Harbour & Pine',
    principals: principalsOf(directory),
    now: Date.now,
    dns,
    ...(providers ? { providers } : {}),
    rights: rights ?? [],
    authenticate: async (token) => {
      const claims: Readonly<Record<string, unknown>> = { ...(await verify(token)) }
      return { objectId: text(claims['oid']), name: text(claims['upn'] ?? claims['appid']) }
    },
  })
}

/**
 * A subscription and a tenant without our app in them: Entra, Graph, ARM, vaults, tables, telemetry and Dataverse, each
 * a strict stand-in (tables: the real Azurite behind Azure's rules), under their real host names.
 */
export async function startAzure(options: AzureOptions): Promise<Azure> {
  const { directory } = options
  const entra = await startEntra({ tenantId: TENANT_ID, people: PEOPLE, directory, publicUrl: AUTHORITY })
  const { issuer, jwksUri } = entra
  const dns = createRecords()
  const arm = startArm(options, entra, dns)
  let delayMs = 0
  let networkDelayMs = 0
  const access: Access = {
    roleAssignments: () => arm.roleAssignments(),
    now: Date.now,
    delayMs: () => delayMs,
  }
  const verify = verifyWith(entra.verifyBearer)
  const graph = createGraph({ directory, verifyBearer: entra.verifyBearer(GRAPH_AUDIENCES), now: Date.now })
  // The desk's requests and the app's come to the front by different ways.
  const entrances = createEntrances(
    arm,
    (request) => front.isInside(request),
    () => networkDelayMs,
  )
  const vault = createKeyVault({
    vaults: () => vaultsOf(arm),
    tenantId: TENANT_ID,
    verify,
    access,
    entrance: (request, { id }) => entrances.of(request, id, 'vault'),
  })
  const ingestion = createIngestion({ components: () => componentsOf(arm), verify, access })
  const audit = createLogsIngestion({ rules: () => rulesOf(arm), authorize: mayIngest(verify, access), now: Date.now })
  const dataverse = await startDataverse({ issuer, jwksUri, people: PEOPLE, publicUrl: DATAVERSE_URL })
  const front = await startFront({
    routes: {
      'login.microsoftonline.com': entra.handler,
      'graph.microsoft.com': graph.handler,
      'management.azure.com': arm.handler,
      '.vault.azure.net': vault,
      '.in.applicationinsights.azure.com': ingestion.handler,
      '.ingest.monitor.azure.com': audit.handler,
      [new URL(DATAVERSE_URL).host]: dataverse.handler,
      // Names of sites that do not exist: the suffix has a route, each site adds its own.
      '.azurewebsites.net': {
        handler: (_request, response) => void response.writeHead(404).end(),
        exists: () => false,
      },
    },
  })
  const tables = await startTables({
    accounts: () => accountsOf(arm),
    tenantId: TENANT_ID,
    verify,
    access,
    entrance: (request, { id }) => entrances.of(request, id, 'table'),
  })
  front.route('.table.core.windows.net', tables)
  const identity = await startIdentityEndpoint({
    identities: () => identitiesOf(arm),
    mint: ({ id, ...ask }) => entra.mintIdentityToken({ ...ask, resourceId: id }),
  })
  return {
    directory,
    entra,
    graph,
    arm,
    vault,
    tables,
    ingestion,
    audit,
    dataverse,
    identity,
    front,
    dns,
    setRoleDelay: (ms) => void (delayMs = ms),
    setNetworkDelay: (ms) => void (networkDelayMs = ms),
    entrances,
    close: async () => {
      await Promise.all([front, tables, identity, entra, dataverse].map((one) => one.close()))
    },
  }
}
