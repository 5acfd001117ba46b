import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'

export type Azurite = {
  /** For `TableClient.fromConnectionString`; the account and its key are new at every start. */
  readonly connectionString: string
  readonly tableEndpoint: string
  readonly pid: number
  close(): Promise<void>
}

const READY_WITHIN_MS = 50_000
const require = createRequire(import.meta.url)

function tableServer(): string {
  const manifest = require.resolve('azurite/package.json')
  const { bin } = z.object({ bin: z.record(z.string(), z.string()) }).parse(require(manifest))
  return join(dirname(manifest), bin['azurite-table'] ?? '')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const MOST_PORTS = 3

/** Starts on a port that was free a moment ago; on another one where somebody else was faster to take it. */
export async function onFreePort<T>(start: (port: number) => Promise<T>, left = MOST_PORTS): Promise<T> {
  const port = await freePort()
  return start(port).catch((error: unknown) => {
    if (left <= 1 || !String(error).includes('EADDRINUSE')) throw error
    return onFreePort(start, left - 1)
  })
}

/** Believes the child's own word, not an answer on the port: that could come from an older process. */
async function waitUntilReady(child: ChildProcess): Promise<void> {
  let output = ''
  const timer = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS)
  const started = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('successfully started on')) resolve()
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    // Not `exit`: what it said may come after that.
    child.once('close', () => reject(new Error(`Azurite did not start: ${output}`)))
  })
  await started.finally(() => clearTimeout(timer))
}

/** PEM files; with them the service speaks https alone, and takes Entra's tokens by their form. */
export type AzuriteTls = { readonly certFile: string; readonly keyFile: string }

type Started = {
  readonly port?: number
  readonly tls?: AzuriteTls
  /** Arguments of Node; with them the process also takes messages. */
  readonly node?: readonly string[]
}

function spawnTableServer(port: number, cwd: string, accounts: string, { tls, node = [] }: Started) {
  const where = ['--tableHost', '127.0.0.1', '--tablePort', String(port)]
  const oauth = tls ? ['--oauth', 'basic', '--cert', tls.certFile, '--key', tls.keyFile] : []
  const args = [...node, tableServer(), '--silent', '--inMemoryPersistence', '--disableTelemetry', ...where, ...oauth]
  const { NODE_COMPILE_CACHE } = process.env
  const env = { AZURITE_ACCOUNTS: accounts, ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}) }
  const stdio = ['ignore', 'pipe', 'pipe', ...(node.length > 0 ? (['ipc'] as const) : [])] as const
  return spawn(process.execPath, args, { cwd, env, stdio: [...stdio] })
}

type Account = { readonly name: string; readonly key: string }

const newAccount = (): Account => ({
  name: `sandbox${randomBytes(4).toString('hex')}`,
  key: randomBytes(24).toString('base64'),
})

function addressOf(port: number, { name, key }: Account) {
  const tableEndpoint = `http://127.0.0.1:${port}/${name}`
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${name};AccountKey=${key};TableEndpoint=${tableEndpoint};`,
    tableEndpoint,
  }
}

/**
 * The real Azurite's table service, in memory, in a process of its own.
 * @throws Error with its output when it does not start within 50 s
 */
export async function startAzurite(options: { readonly port?: number } = {}): Promise<Azurite> {
  const account = newAccount()
  const { port, pid, close } = await startProcess([account], options)
  return { ...addressOf(port, account), pid, close }
}

/** The same with arguments of Node for its process, which then takes messages. */
export async function startAzuriteWith(
  node: readonly string[],
): Promise<Azurite & { readonly account: string; readonly child: ChildProcess }> {
  const account = newAccount()
  const { port, pid, close, child } = await startProcess([account], { node })
  return { ...addressOf(port, account), account: account.name, pid, child, close }
}

/**
 * The same over https with `--oauth basic`, for one account that is addressed by host name, as in Azure.
 * @throws Error with its output when it does not start within 50 s
 */
export async function startAzuriteByName(
  name: string,
  tls: AzuriteTls,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const { port, close } = await startProcess([{ ...newAccount(), name }], { tls })
  return { port, close }
}

function startProcess(accounts: readonly Account[], started: Started = {}) {
  const startOn = (port: number) => startOnPort(port, accounts, started)
  return started.port === undefined ? onFreePort(startOn) : startOn(started.port)
}

async function startOnPort(port: number, accounts: readonly Account[], started: Started) {
  const folder = await mkdtemp(join(tmpdir(), 'azurite-'))
  const child = spawnTableServer(port, folder, accounts.map(({ name, key }) => `${name}:${key}`).join(';'), started)
  const exited = once(child, 'exit')
  const killWithUs = () => void child.kill('SIGKILL')
  process.once('exit', killWithUs)

  const close = async () => {
    process.off('exit', killWithUs)
    child.kill('SIGTERM')
    await exited
    await rm(folder, { recursive: true, force: true })
  }
  await waitUntilReady(child).catch(async (error: unknown) => {
    await close()
    throw error
  })
  return { port, pid: child.pid ?? -1, folder, child, close }
}

const MOST_SHARES = 300
const SHARED = 'SANDBOX_AZURITE'
const Shared = z.object({
  port: z.number(),
  pid: z.number(),
  folder: z.string(),
  accounts: z.array(z.object({ name: z.string(), key: z.string() })),
})

/** One Azurite for a whole test run, with an account for everybody: starting one each costs more than the tests do. */
export async function startSharedAzurite(): Promise<() => Promise<void>> {
  const accounts = Array.from({ length: MOST_SHARES }, newAccount)
  const { close, port, pid, folder } = await startProcess(accounts)
  process.env[SHARED] = JSON.stringify({ port, pid, folder, accounts })
  return close
}

/** An account of its own in the shared Azurite of a test run, or an Azurite of its own where there is none. */
export async function azuriteAccount(): Promise<Azurite> {
  const text = process.env[SHARED]
  if (text === undefined) return startAzurite()
  const { port, pid, folder, accounts } = Shared.parse(JSON.parse(text))
  for (const account of accounts) {
    // Test files run in several processes: a folder is made by exactly one of those that try.
    const mine = await mkdir(join(folder, `taken-${account.name}`)).then(
      () => true,
      () => false,
    )
    if (mine) return { ...addressOf(port, account), pid, close: () => Promise.resolve() }
  }
  throw new Error(`all ${MOST_SHARES} accounts of the shared Azurite are taken`)
}
