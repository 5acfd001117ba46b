// Not in a bare npm test: starts built instances of the app.
import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createEarlyCallers } from '../../../../shared/app/open-caller.ts'
import { StorageUnavailable } from '../../../../shared/storage/ports.ts'
import { newGrantId, newToken } from '../../../../shared/tokens/token.ts'
import { startStorageProxy, type StorageProxy } from '../../../e2e/support/storage-proxy.ts'
import { createChatGpt } from '../../../sandbox/chatgpt/client.ts'
import { type FunctionsHost, startFunctionsHost } from '../../../sandbox/functions-host/start.ts'
import { DIST, startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.ts'

const SETTLED_MS = 50
const MOST_WAITS = 100

let sandbox: Sandbox
let storage: StorageProxy
let folder: string
let token: string
/** Where the MCP server is away, so that what is read is read before it. */
let without: FunctionsHost
beforeAll(async () => {
  sandbox = await startSandbox({ deployed: true })
  storage = await startStorageProxy(sandbox.azurite)
  folder = await mkdtemp(join(tmpdir(), 'early-'))
  token = (await createChatGpt({ mcpUrl: sandbox.mcpUrl }).connect('priya.nair@harbourpine.example')).tokens
    .access_token
  await cp(DIST, folder, { recursive: true })
  const chunks = (await readdir(join(folder, 'chunks'))).filter((name) => name.startsWith('mcp-endpoint-'))
  expect(chunks).toHaveLength(1)
  for (const chunk of chunks) await rename(join(folder, 'chunks', chunk), join(folder, chunk))
  without = await start(folder)
})
afterAll(async () => {
  await without.close()
  await storage.close()
  await sandbox.close()
  await rm(folder, { recursive: true })
})
beforeEach(() => storage.reset())

const start = (appDir: string, more: Readonly<Record<string, string>> = {}): Promise<FunctionsHost> =>
  startFunctionsHost({
    appDir,
    env: { ...sandbox.settings, TABLES_CONNECTION_STRING: storage.connectionString, ...more },
  })
const importing = (name: string): string => `--import ${fileURLToPath(new URL(name, import.meta.url))}`

const BODY = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })

async function ask(url: string, headers: Record<string, string>, method = 'POST'): Promise<number> {
  const all = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers }
  const answer = await fetch(url, { method, headers: all, ...(method === 'POST' && { body: BODY }) })
  await answer.arrayBuffer()
  return answer.status
}

const bearer = (value: string) => ({ authorization: `Bearer ${value}` })
/** As ours in form, of a grant that is nobody's. */
const madeUp = () => newToken('access', newGrantId(randomBytes), randomBytes).value
const counted = () => [storage.reads(), storage.switchReads()]

async function settledAt(reads: readonly number[]): Promise<void> {
  for (let wait = 0; wait < MOST_WAITS && counted().join() !== reads.join(); wait++) await pause(SETTLED_MS)
  await pause(SETTLED_MS)
  expect(counted()).toEqual(reads)
}

test.each([
  ['for a page that may not ask', 500, '/mcp', { origin: 'https://evil.example' }, 'POST'],
  ['for a question of a browser', 500, '/mcp', { origin: 'https://chatgpt.com' }, 'OPTIONS'],
  ['for a token in the address', 500, '/mcp?access_token=x', {}, 'POST'],
  ['by a token of another form', 500, '/mcp', bearer('nothing-of-ours'), 'POST'],
  ['by two tokens', 500, '/mcp', { authorization: 'Bearer a, Bearer b' }, 'POST'],
  ['by another scheme', 401, '/mcp', { authorization: 'Basic abc' }, 'POST'],
])('nobody is looked up %s', async (_, status, path, headers, method) => {
  expect(await ask(`${without.url}${path}`, { ...bearer(token), ...headers }, method)).toBe(status)
  // Whoever comes after them is looked up once: what was read for these would stand beside it.
  expect(await ask(`${without.url}/mcp`, bearer(madeUp()))).toBe(500)
  await settledAt([1, 0])
})

test.each([
  ['a made-up token', madeUp, [1, 0]],
  ['a caller', () => token, [2, 1]],
] as const)('%s is looked up while what answers is still loaded', async (_, value, reads) => {
  expect(await ask(`${without.url}/mcp`, bearer(value()))).toBe(500)
  await settledAt(reads)
})

test('storage has been asked before what answers is loaded', async () => {
  const TRACE_LOADS = join(folder, 'trace.txt')
  const traced = ['trace-loads.mjs', 'trace-requests.mjs'].map(importing).join(' ')
  const instance = await start(DIST, { TRACE_LOADS, languageWorkers__node__arguments: traced })
  try {
    expect(await ask(`${instance.url}/mcp`, bearer(token))).toBe(200)
  } finally {
    await instance.close()
  }
  const lines = (await readFile(TRACE_LOADS, 'utf8')).split('\n')
  const asked = lines.findIndex((line) => line.startsWith('asks ') && line.includes("RowKey='grant'"))
  const loaded = lines.findIndex((line) => /mcp-endpoint-[^/]*\.js$/.test(line))
  expect(asked).toBeGreaterThan(0)
  expect(loaded).toBeGreaterThan(asked)
})

test('a new instance reads no more than before: for each of those who come at once, and later', async () => {
  const instance = await start(DIST)
  try {
    const asked = [bearer(token), bearer(madeUp()), {}].map((headers) => ask(`${instance.url}/mcp`, headers))
    expect(await Promise.all(asked)).toEqual([200, 401, 401])
    // Two for the caller, one for the made-up token, and one of the deployment's reports.
    await settledAt([4, 1])
    storage.reset()
    expect(await ask(`${instance.url}/mcp`, bearer(madeUp()))).toBe(401)
    expect(await ask(`${instance.url}/mcp`, bearer(token))).toBe(200)
    expect(counted()).toEqual([1, 0])
  } finally {
    await instance.close()
  }
})

test('a look-up that fails is told to the request that it was begun for alone, and ends no worker where that never asks', async () => {
  const lost: unknown[] = []
  const listen = (reason: unknown): void => void lost.push(reason)
  process.on('unhandledRejection', listen)
  try {
    const callers = createEarlyCallers((token) => Promise.reject(new StorageUnavailable(token)))
    const [asks, never] = [new Headers(), new Headers()]
    callers.begin('first', asks)
    callers.begin('second', never)
    await turn()
    await turn()
    expect(lost).toEqual([])
    await expect(callers.open('first', asks)).rejects.toThrow('first')
    await expect(callers.open('third', new Headers())).rejects.toThrow('third')
  } finally {
    process.off('unhandledRejection', listen)
  }
})
