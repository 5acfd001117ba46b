// Not in a bare npm test: starts built instances of the app.
import { cp, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createChatGpt } from '../../../sandbox/chatgpt/client.ts'
import { postMcp, readResult } from '../../../sandbox/chatgpt/mcp.ts'
import { startFunctionsHost } from '../../../sandbox/functions-host/start.ts'
import { DIST, startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.ts'

const PRIYA = 'priya.nair@harbourpine.example'
const WIRE = { userAgent: 'test' }
const TRACE = fileURLToPath(new URL('trace-loads.mjs', import.meta.url))
const QUERY = { entity: 'opportunity', top: 50, select: ['name', 'customerid', 'estimatedvalue'] }

const MOST_CALLS = 300

/** To be told where to sign in, a stranger needs no more of other people's code than this. */
const FOR_A_CHALLENGE = [
  '@azure/functions',
  '@azure/functions-extensions-base',
  'cookie',
  'ipaddr.js',
  'lru-cache',
  'zod',
]
/** Neither what signs in nor what exports telemetry: MSAL, jose, `@azure/identity`, OpenTelemetry's SDK. */
const FOR_A_QUERY = [
  ...FOR_A_CHALLENGE,
  '@azure/abort-controller',
  '@azure/core-auth',
  '@azure/core-client',
  '@azure/core-rest-pipeline',
  '@azure/core-tracing',
  '@azure/core-util',
  '@azure/data-tables',
  '@azure/logger',
  '@modelcontextprotocol/core',
  '@modelcontextprotocol/core-internal',
  '@modelcontextprotocol/server',
  '@opentelemetry/api',
  '@rgrove/parse-xml',
  '@typespec/ts-http-runtime',
  'agent-base',
  'content-type',
  'debug',
  'has-flag',
  'http-proxy-agent',
  'https-proxy-agent',
  'ms',
  'supports-color',
].sort()

let sandbox: Sandbox
let folder: string
beforeAll(async () => {
  sandbox = await startSandbox({ deployed: true })
  folder = await mkdtemp(join(tmpdir(), 'loads-'))
})
afterAll(async () => {
  await sandbox.close()
  await rm(folder, { recursive: true })
})

/** `@azure/functions` comes bundled itself, and its map names its sources in webpack's way. */
function packageOf(source: string): string | undefined {
  const starts = ['/node_modules/', 'webpack://'].filter((start) => source.includes(start))
  const start = starts.at(0)
  if (start === undefined) return undefined
  const [scope = '', name = ''] = source.slice(source.lastIndexOf(start) + start.length).split('/')
  return scope.startsWith('@') ? `${scope}/${name}` : scope
}

/** What a worker has loaded so far of the app: bytes, and the packages that they come from by the source maps. */
async function loadedOf(trace: string) {
  const files = (await readFile(trace, 'utf8')).split('\n').filter((file) => file.startsWith(`${DIST}/`))
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size))
  const maps = files.map((file) => join(`${DIST}.maps`, `${relative(DIST, file)}.map`))
  const sources = await Promise.all(
    maps.map(async (map) => (JSON.parse(await readFile(map, 'utf8')) as { sources: string[] }).sources),
  )
  const packages = sources.flat().flatMap((source) => packageOf(source) ?? [])
  return {
    files: files.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    packages: [...new Set(packages)].sort(),
  }
}

describe('a worker loads', () => {
  test('0.35 MB for its first challenge, and 1.2 MB for its first query', async () => {
    const trace = join(folder, 'trace')
    const { tokens } = await createChatGpt({ mcpUrl: sandbox.mcpUrl }).connect(PRIYA)
    const instance = await sandbox.startInstance({
      TRACE_LOADS: trace,
      languageWorkers__node__arguments: `--import ${TRACE}`,
    })
    const challenged = await fetch(`${instance.url}/mcp`, { method: 'POST', body: '{}' })
    expect(challenged.status).toBe(401)
    const first = await loadedOf(trace)
    expect(first.packages).toEqual(FOR_A_CHALLENGE)
    expect(first.bytes).toBeLessThan(350_000)
    expect(first.files).toBeLessThanOrEqual(6)
    const asked = { id: 1, method: 'tools/call', params: { name: 'query_crm', arguments: QUERY } }
    const reply = await postMcp(WIRE, `${instance.url}/mcp`, { ...asked, accessToken: tokens.access_token })
    expect(readResult('tools/call', reply, 1)).toMatchObject({ structuredContent: { rows: expect.any(Array) } })
    const query = await loadedOf(trace)
    expect(query.packages).toEqual(FOR_A_QUERY)
    expect(query.bytes).toBeLessThan(1_200_000)
    expect(query.files).toBeLessThanOrEqual(20)
    await instance.close()
  })

  test.each([
    ['signs in', '/oauth/authorize?client_id=nobody'],
    ['looks at one’s connections', '/me'],
    ['administers', '/manage'],
  ])('nothing of the MCP server for whoever %s', async (_, path) => {
    const trace = join(folder, `trace${path.replace(/\W+/g, '-')}`)
    const instance = await sandbox.startInstance({
      TRACE_LOADS: trace,
      languageWorkers__node__arguments: `--import ${TRACE}`,
    })
    expect((await fetch(`${instance.url}${path}`, { redirect: 'manual' })).status).toBeLessThan(500)
    const { packages, bytes } = await loadedOf(trace)
    expect(bytes).toBeGreaterThan(500_000)
    expect(packages).not.toContain('@modelcontextprotocol/server')
    await instance.close()
  })

  test('without a look for garbage before its first answer, and with looks beside its work from then on', async () => {
    const { tokens } = await createChatGpt({ mcpUrl: sandbox.mcpUrl }).connect(PRIYA)
    const instance = await sandbox.startInstance({
      languageWorkers__node__arguments: `--import ${TRACE.replace('trace-loads', 'trace-marking')}`,
    })
    const marked = async () => (await instance.logs()).filter((line) => line.startsWith('marked ')).length
    const ask = async () => {
      const asked = { id: 1, method: 'tools/call', params: { name: 'query_crm', arguments: QUERY } }
      await postMcp(WIRE, `${instance.url}/mcp`, { ...asked, accessToken: tokens.access_token })
    }
    await ask()
    expect(await marked()).toBe(0)
    for (let asked = 0; asked < MOST_CALLS && (await marked()) === 0; asked++) await ask()
    expect(await marked()).toBeGreaterThan(0)
    await instance.close()
  })

  test('a part that was away when it was wanted, and says so meanwhile', async () => {
    const appDir = join(folder, 'app')
    await cp(DIST, appDir, { recursive: true })
    const rest = (await readdir(join(appDir, 'chunks'))).filter((name) => name.startsWith('rest-'))
    expect(rest).toHaveLength(1)
    const chunk = join(appDir, 'chunks', rest.join(''))
    await rename(chunk, `${chunk}.away`)
    const host = await startFunctionsHost({ appDir, env: sandbox.settings })
    const refused = await Promise.all([fetch(`${host.url}/health`), fetch(`${host.url}/health`)])
    expect(refused.map(({ status }) => status)).toEqual([500, 500])
    expect(await refused[0].json()).toMatchObject({ error: 'server_error', correlation_id: expect.any(String) })
    expect(
      (await host.logs()).filter((line) => line.includes('NotLoaded(the app) < Error(ERR_MODULE_NOT_FOUND)')),
    ).toHaveLength(2)
    expect((await fetch(`${host.url}/mcp`, { method: 'POST', body: '{}' })).status).toBe(401)
    await rename(`${chunk}.away`, chunk)
    expect((await fetch(`${host.url}/health`)).status).toBe(200)
    await host.close()
  })
})
