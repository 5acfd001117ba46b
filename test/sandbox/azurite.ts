import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { z } from 'zod'

export type Azurite = {
  /** For `TableClient.fromConnectionString`; the account and its key are new at every start. */
  readonly connectionString: string
  readonly tableEndpoint: string
  readonly pid: number
  close(): Promise<void>
}

const READY_WITHIN_MS = 15_000
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

/** Believes the child's own word, not an answer on the port: that could come from an older process. */
async function waitUntilReady(child: ChildProcessByStdio<null, Readable, Readable>): Promise<void> {
  let output = ''
  const timer = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS)
  const started = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('successfully started on')) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', () => reject(new Error(`Azurite did not start: ${output}`)))
  })
  await started.finally(() => clearTimeout(timer))
}

function spawnTableServer(port: number, cwd: string, accounts: string) {
  const where = ['--tableHost', '127.0.0.1', '--tablePort', String(port)]
  const args = [tableServer(), '--silent', '--inMemoryPersistence', '--disableTelemetry', ...where]
  return spawn(process.execPath, args, { cwd, env: { AZURITE_ACCOUNTS: accounts }, stdio: ['ignore', 'pipe', 'pipe'] })
}

/**
 * The real Azurite's table service, in memory, in a process of its own.
 * @throws Error with its output when it does not start within 15 s
 */
export async function startAzurite(options: { readonly port?: number } = {}): Promise<Azurite> {
  const port = options.port ?? (await freePort())
  const folder = await mkdtemp(join(tmpdir(), 'azurite-'))
  const account = `sandbox${randomBytes(4).toString('hex')}`
  const key = randomBytes(64).toString('base64')
  const child = spawnTableServer(port, folder, `${account}:${key}`)
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
  const tableEndpoint = `http://127.0.0.1:${port}/${account}`
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};TableEndpoint=${tableEndpoint};`,
    tableEndpoint,
    pid: child.pid ?? -1,
    close,
  }
}
