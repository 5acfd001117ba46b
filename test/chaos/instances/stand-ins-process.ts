import { type Azurite, onFreePort, startAzurite } from '../../sandbox/azurite.ts'
import { startDataverse } from '../../sandbox/dataverse/start.ts'
import { createRandom } from '../../sandbox/dataverse/seed/tools.ts'
import { type Entra, startEntra } from '../../sandbox/entra/start.ts'
import { ENTRA_CLIENT_ID, TENANT_ID } from '../../sandbox/people.ts'
import { type FaultProxy, startFaultProxy } from '../faults/fault-proxy.ts'
import type { Dependency } from '../faults/plan.ts'
import { everybody, markedRows } from '../people/people.ts'
import { type Order, orderSchema, standInsInputSchema } from './messages.ts'
import { startVault, type Vault } from './vault.ts'

/*
 * A process of its own: Entra, Dataverse, the key vault and Azurite (which has another), each behind a proxy that can
 * be told to misbehave. It ends when the process that started it does.
 */
const CLIENT_SECRET = 'chaos~Q8v-K3mTz.w7XcR5hYp0LsD2fGj6NbA'
const BILLION = 1_000_000_000

type Proxies = Readonly<Record<Exclude<Dependency, 'vault'>, FaultProxy>>
type Ports = { entra: number; dataverse: number; storage: number }

async function startProxies(ports: Ports, roll: () => number): Promise<Proxies> {
  return {
    entra: await startFaultProxy('entra', () => ports.entra, roll),
    dataverse: await startFaultProxy('dataverse', () => ports.dataverse, roll),
    storage: await startFaultProxy('storage', () => ports.storage, roll),
  }
}

function settingsOf(proxies: Proxies, azurite: Azurite, publicBaseUrl: string): Record<string, string> {
  const { port } = new URL(azurite.tableEndpoint)
  return {
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    PUBLIC_BASE_URL: publicBaseUrl,
    ENTRA_TENANT_ID: TENANT_ID,
    ENTRA_CLIENT_ID,
    ENTRA_AUTHORITY_HOST: `http://localhost:${proxies.entra.port}`,
    ENTRA_CREDENTIAL: 'client-secret',
    ENTRA_CLIENT_SECRET: CLIENT_SECRET,
    DATAVERSE_URL: `http://127.0.0.1:${proxies.dataverse.port}`,
    TABLES_CONNECTION_STRING: azurite.connectionString.replace(`:${port}/`, `:${proxies.storage.port}/`),
    ACCESS_TOKEN_LIFETIME: '120',
  }
}

async function start(input: { people: number; seed: number; publicBaseUrl: string }) {
  const random = createRandom(input.seed)
  const roll = () => random(BILLION) / BILLION
  const ports: Ports = { entra: 0, dataverse: 0, storage: 0 }
  const proxies = await startProxies(ports, roll)
  const people = everybody(input.people)
  const dataverseUrl = `http://127.0.0.1:${proxies.dataverse.port}`
  const startEntraAt = (port: number) =>
    startEntra({
      port: (ports.entra = port),
      publicUrl: `http://localhost:${proxies.entra.port}`,
      tenantId: TENANT_ID,
      people,
      clientId: ENTRA_CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      apiScope: `api://${ENTRA_CLIENT_ID}/MCP.Access`,
      redirectUris: [`${input.publicBaseUrl}/oauth/callback`, `${input.publicBaseUrl}/signed-out`],
      dataverseUrl,
    })
  const entra = await onFreePort(startEntraAt)
  const startDataverseAt = (port: number) =>
    startDataverse({
      port: (ports.dataverse = port),
      publicUrl: dataverseUrl,
      people,
      rows: markedRows(input.people, new Date()),
      // Not through the proxy: that Dataverse finds Entra is not what is tried here.
      issuer: entra.issuer,
      jwksUri: `http://127.0.0.1:${ports.entra}/${TENANT_ID}/discovery/v2.0/keys`,
    })
  await onFreePort(startDataverseAt)
  const azurite = await startAzurite()
  ports.storage = Number(new URL(azurite.tableEndpoint).port)
  const vault = await startVault(entra, roll)
  const settings = { ...settingsOf(proxies, azurite, input.publicBaseUrl), ...vault.settings }
  return { entra, vault, proxies, azurite, settings }
}

async function carryOut(
  order: Order,
  { entra, vault, proxies }: { readonly entra: Entra; readonly vault: Vault; readonly proxies: Proxies },
): Promise<void> {
  if (order.kind === 'rotate key') return vault.rotate()
  if (order.kind === 'end sessions') {
    entra.behaviour(order.upn, { revokeSessions: true })
    return
  }
  const dependency = order.dependency === 'vault' ? vault : proxies[order.dependency]
  dependency.set(order.fault)
}

const parts = await start(standInsInputSchema.parse(JSON.parse(process.argv[2] ?? '{}')))
const stop = () => void Promise.allSettled([parts.azurite.close(), parts.vault.close()]).then(() => process.exit(0))
process.once('disconnect', stop).once('SIGTERM', stop)
// Ctrl-C reaches every process of the terminal: the one that started this one decides when it ends.
process.on('SIGINT', () => undefined)
process.on('message', (message) => {
  const failed = (error: unknown) => (error instanceof Error ? error.message : String(error))
  void carryOut(orderSchema.parse(message), parts)
    .then(() => undefined, failed)
    .then((problem) => process.send?.({ kind: 'done', problem }))
})
process.send?.({ kind: 'ready', settings: parts.settings, azuritePid: parts.azurite.pid })
