import { fileURLToPath } from 'node:url'
import { build, type BuildResult } from '../../../infra/build.ts'
import type { Lifetime } from '../../sandbox/demo/lifetime.ts'
import { type FunctionsHost, startFunctionsHost } from '../../sandbox/functions-host/start.ts'
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts'
import { type Recorder, startRecorder } from './recorder.ts'
import { openSession, QUERY, type Session } from './session.ts'

/** Nobody here asks as fast as a bench does. */
const NO_LIMITS = { CALLS_PER_MINUTE: '0', CALLS_PER_MINUTE_ALL: '0', ROWS_PER_DAY: '0', ROWS_PER_DAY_ALL: '0' }
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const EMPTY_DIR = `${ROOT}dist.bench-empty`
const BARE_DIR = `${ROOT}dist.bench-bare`

type StartOptions = { readonly settings?: Readonly<Record<string, string>>; readonly appDir?: string }

export type Stage = {
  readonly built: BuildResult
  readonly sandbox: Sandbox
  /** Ours, without limits, on a Dataverse whose bytes are fixed. */
  readonly ours: FunctionsHost
  readonly bare: FunctionsHost
  /** The bare proxy, which lists our tools in place of its own. */
  readonly listing: FunctionsHost
  readonly session: Session
  /** In front of Dataverse, and in front of storage. */
  readonly dataverse: Recorder
  readonly storage: Recorder
  /** Another instance of ours behind both recorders. */
  readonly startOurs: (options?: StartOptions) => Promise<FunctionsHost>
  readonly startEmpty: () => Promise<FunctionsHost>
  /** The bare proxy, which reads two rows of storage before each answer. */
  readonly startLeast: () => Promise<FunctionsHost>
}

async function buildAll(): Promise<BuildResult> {
  await build({ entry: 'test/bench/apps/empty-app.ts', outdir: EMPTY_DIR })
  await build({ entry: 'test/bench/apps/bare-proxy.ts', outdir: BARE_DIR })
  return build()
}

/** The app, what it is compared with, and what both depend on; one person has signed in, and each has answered once. */
export async function setStage({ own }: Lifetime): Promise<Stage> {
  const built = await buildAll()
  const sandbox = await own(startSandbox({ deployed: true, settings: { ACCESS_TOKEN_LIFETIME: '3600', ...NO_LIMITS } }))
  const dataverse = await own(startRecorder(sandbox.dataverse.url, { fixed: true }))
  const { tableEndpoint, connectionString } = sandbox.azurite
  const storage = await own(startRecorder(new URL(tableEndpoint).origin, { fixed: false }))
  const behind = {
    DATAVERSE_URL: dataverse.url,
    TABLES_CONNECTION_STRING: connectionString.replace(new URL(tableEndpoint).origin, storage.url),
  }
  const startOurs = ({ settings, appDir }: StartOptions = {}) => {
    const env = { ...sandbox.settings, ...behind, ...settings }
    return own(startFunctionsHost({ appDir: appDir ?? `${ROOT}dist`, env }))
  }
  const ours = await startOurs()
  const session = await openSession(sandbox.mcpUrl, ours.url)
  const list = await session.listTools()
  await session.call('tools/call', { name: 'query_crm', arguments: QUERY })
  const { url = '', headers = {} } = dataverse.lastQuery() ?? {}
  const env = { BARE_URL: url, BARE_HEADERS: JSON.stringify(headers) }
  const ofOurs = { ...env, BARE_LIST: JSON.stringify(list) }
  const stored = { BARE_STORAGE: behind.TABLES_CONNECTION_STRING }
  return {
    built,
    sandbox,
    ours,
    bare: await own(startFunctionsHost({ appDir: BARE_DIR, env })),
    listing: await own(startFunctionsHost({ appDir: BARE_DIR, env: ofOurs })),
    session,
    dataverse,
    storage,
    startOurs,
    startEmpty: () => own(startFunctionsHost({ appDir: EMPTY_DIR, env: {} })),
    startLeast: () => own(startFunctionsHost({ appDir: BARE_DIR, env: { ...env, ...stored } })),
  }
}
