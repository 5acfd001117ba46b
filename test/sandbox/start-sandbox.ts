import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Azurite, azuriteAccount, onFreePort } from './azurite.ts'
import { type AuditTable, startAuditTable } from './azure/monitor/start-audit-table.ts'
import { startDataverse } from './dataverse/start.ts'
import { startEntra } from './entra/start.ts'
import { fitsInProcess, startInProcess } from './functions-host/in-process.ts'
import { type App, type FunctionsHost, startFunctionsHost } from './functions-host/start.ts'
import { ENTRA_CLIENT_ID, PEOPLE, TENANT_ID, WRITE_ROLE } from './people.ts'

export const DIST = new URL('../../dist', import.meta.url).pathname
const CLIENT_SECRET = 'sandbox~Q8v-K3mTz.w7XcR5hYp0LsD2fGj6NbA'

/** Stream mode as `infra/main.bicep` deploys it. */
export const STREAM_MODE = {
  HTTP_STREAMS: 'true',
  languageWorkers__node__arguments: '--max-http-header-size=32768',
} as const

/** Writing as `infra/writing.md` has an administrator begin with it. */
export const WRITING_MODE = {
  WRITES: 'on',
  WRITE_ROLES: WRITE_ROLE,
  WRITE_POLICY: JSON.stringify({
    tables: {
      task: { create: true, update: ['subject', 'scheduledend', 'description', 'prioritycode'] },
      phonecall: { create: true },
      annotation: { create: ['subject', 'notetext', 'objectid'] },
      contact: {
        create: ['firstname', 'lastname', 'emailaddress1', 'telephone1', 'jobtitle', 'parentcustomerid'],
        update: ['telephone1', 'mobilephone', 'jobtitle'],
      },
      opportunity: {
        update: ['estimatedclosedate', 'estimatedvalue', 'closeprobability', 'description'],
        human: ['estimatedvalue'],
      },
    },
  }),
} as const

export type SandboxOptions = {
  /**
   * Runs what is deployed, in a process of its own; without, the same app from its sources, in this process, but for an
   * instance with settings that only a process can have.
   */
  readonly deployed?: boolean
  /** Fixes the app's port. */
  readonly port?: number
  /** Further settings of the app, or others in place of the sandbox's own. */
  readonly settings?: Readonly<Record<string, string>>
  readonly onLog?: (line: string) => void
  /** Also starts the audit table, and has the app write to it. */
  readonly audit?: boolean
  /** Starts the storage, where it is to be another than everybody's. */
  readonly startAzurite?: () => Promise<Azurite>
}

export type Entra = Awaited<ReturnType<typeof startEntra>>
export type Dataverse = Awaited<ReturnType<typeof startDataverse>>

export type Sandbox<Running extends App = App> = {
  /** The app, on 127.0.0.1; Entra is on `localhost`: ports do not separate sites, and a SameSite mistake must show. */
  readonly app: Running
  readonly mcpUrl: string
  readonly entra: Entra
  readonly dataverse: Dataverse
  readonly azurite: Azurite
  readonly auditTable: AuditTable | undefined
  /** The settings that the app runs with. */
  readonly settings: Readonly<Record<string, string>>
  /** Another instance of the same app, on the same storage and under the same public address. */
  readonly startInstance: (settings?: Readonly<Record<string, string>>) => Promise<Running>
  /** The same from its sources, in this process, also beside what is deployed. */
  readonly startFromSources: (settings?: Readonly<Record<string, string>>) => Promise<App>
  readonly close: () => Promise<void>
}

type Closable = { readonly close: () => Promise<void> }
/** Remembers what was started, so that it is closed also when what comes after it fails. */
type Keep = <T extends Closable>(starting: Promise<T>) => Promise<T>

export type Deployed = { readonly deployed: true }

/** Starts Azurite, Entra, Dataverse and the app, each real or strict, all on this machine. */
export async function startSandbox(options: SandboxOptions & Deployed): Promise<Sandbox<FunctionsHost>>
export async function startSandbox(options?: SandboxOptions): Promise<Sandbox>
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'))
  const kept: Promise<Closable>[] = []
  const keep: Keep = (starting) => {
    kept.push(starting)
    return starting
  }
  const close = async () => {
    await Promise.allSettled(kept.map(async (starting) => (await starting).close()))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    return { ...(await startAll(options, folder, keep)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function startAll(options: SandboxOptions, folder: string, keep: Keep): Promise<Omit<Sandbox, 'close'>> {
  const apiScope = `api://${ENTRA_CLIENT_ID}/MCP.Access`
  const identity = { tenantId: TENANT_ID, clientId: ENTRA_CLIENT_ID, clientSecret: CLIENT_SECRET, apiScope }
  const entra = await keep(startEntra({ ...identity, people: PEOPLE }))
  const { issuer, jwksUri, mintDataverseToken: mintToken } = entra
  const [dataverse, azurite, auditTable] = await Promise.all([
    keep(startDataverse({ issuer, jwksUri, people: PEOPLE, mintToken })),
    keep((options.startAzurite ?? azuriteAccount)()),
    options.audit === true ? keep(startAuditTable()) : undefined,
  ])
  entra.setDataverseUrl(dataverse.url)
  const startAt = (port: number) =>
    startAppAt(port, { options, folder, keep }, { entra, dataverse, azurite, auditTable })
  return options.port === undefined ? onFreePort(startAt) : startAt(options.port)
}

type Parts = Pick<Sandbox, 'entra' | 'dataverse' | 'azurite' | 'auditTable'>
type Asked = { readonly options: SandboxOptions; readonly folder: string; readonly keep: Keep }

/** The app itself, whose own port is in its settings and in what Entra knows of it. */
async function startAppAt(
  port: number,
  { options, folder, keep }: Asked,
  parts: Parts,
): Promise<Omit<Sandbox, 'close'>> {
  const { entra, auditTable } = parts
  const publicBaseUrl = `http://127.0.0.1:${port}`
  entra.setRedirectUris([`${publicBaseUrl}/oauth/callback`, `${publicBaseUrl}/signed-out`])
  const settings = {
    ...settingsOf(publicBaseUrl, parts),
    LOCAL_KEY_FILE: join(folder, 'keys.json'),
    ...auditTable?.settings,
    ...options.settings,
  }
  const startApp = (more: Readonly<Record<string, string>> = {}, deployed = options.deployed, port?: number) => {
    const env = { ...settings, ...more }
    const start = deployed !== true && fitsInProcess(env) ? startInProcess : startFunctionsHost
    return keep<App>(
      start({
        appDir: DIST,
        env,
        ...(port === undefined ? {} : { port }),
        ...(options.onLog ? { onLog: options.onLog } : {}),
      }),
    )
  }
  return {
    app: await startApp({}, options.deployed, port),
    mcpUrl: `${publicBaseUrl}/mcp`,
    ...parts,
    settings,
    startInstance: (more) => startApp(more),
    startFromSources: (more) => startApp(more, false),
  }
}

const settingsOf = (publicBaseUrl: string, { entra, dataverse, azurite }: Parts) => ({
  AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
  PUBLIC_BASE_URL: publicBaseUrl,
  ENTRA_TENANT_ID: TENANT_ID,
  ENTRA_CLIENT_ID,
  ENTRA_AUTHORITY_HOST: new URL(entra.issuer).origin,
  ENTRA_CREDENTIAL: 'client-secret',
  ENTRA_CLIENT_SECRET: CLIENT_SECRET,
  DATAVERSE_URL: dataverse.url,
  TABLES_CONNECTION_STRING: azurite.connectionString,
  BRAND_NAME: 'Harbour & Pine CRM',
})
