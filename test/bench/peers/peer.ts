import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { FOLDER } from './install.ts'

export const ORGANIZATION = 'https://harbourpine.crm.dynamics.com'
const TENANT = '6f1d2c3b-4a59-4e68-8c77-9b8a7c6d5e4f'
const IDENTITY = {
  TENANT_ID: TENANT,
  CLIENT_ID: '11111111-2222-4333-8444-555555555555',
  CLIENT_SECRET: 'of-a-stand-in',
}
const PORT_WITHIN_MS = 30_000

export type Peer = {
  readonly pid: number
  readonly request: (method: string, params: object) => Promise<string>
  readonly close: () => Promise<void>
}

/** With what a request to it carries. */
export type HttpPeer = Peer & { readonly url: string; readonly headers: Readonly<Record<string, string>> }

const prefixed = (prefix: string) =>
  Object.fromEntries(Object.entries(IDENTITY).map(([name, value]) => [`${prefix}${name}`, value]))

function start(
  script: string,
  door: string,
  settings: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): ChildProcess {
  const env = { PATH: process.env.PATH ?? '', HOME: FOLDER, PEERS_DOOR: door, ...settings }
  const args = ['--import', `${FOLDER}preload.mjs`, `${FOLDER}node_modules/${script}`, ...more]
  return spawn(process.execPath, args, { cwd: FOLDER, env, stdio: ['pipe', 'pipe', 'ignore'] })
}

const ofDataverse = {
  ...prefixed('AZURE_'),
  DATAVERSE_ENV_URL: ORGANIZATION,
  AUTH_METHOD: 'client-credentials',
}
const SCRIPTS = {
  'mcp-dataverse': 'mcp-dataverse/dist/server.js',
  'powerplatform-mcp': 'powerplatform-mcp/build/index.js',
}
const ofPlatform = {
  ...prefixed('POWERPLATFORM_DEV_'),
  POWERPLATFORM_ENVIRONMENTS: 'DEV',
  POWERPLATFORM_DEV_URL: ORGANIZATION,
}

async function end(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exited
}

const INITIALIZE = {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'bench', version: '1.0.0' },
}

/** Over stdio: a message a line, both ways. */
export async function startStdio(name: keyof typeof SCRIPTS, door: string): Promise<Peer> {
  const child = start(SCRIPTS[name], door, name === 'mcp-dataverse' ? ofDataverse : ofPlatform)
  const { stdin, stdout } = child
  if (!stdin || !stdout) throw new Error(`${name} has no pipes`)
  const waiting = new Map<number, (line: string) => void>()
  createInterface({ input: stdout }).on('line', (line) => {
    const id = /"id":(\d+)/.exec(line.slice(-40))?.[1] ?? /"id":(\d+)/.exec(line)?.[1]
    waiting.get(Number(id))?.(line)
    waiting.delete(Number(id))
  })
  let last = 0
  const request = (method: string, params: object) =>
    new Promise<string>((resolve) => {
      waiting.set((last += 1), resolve)
      stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: last, method, params })}\n`)
    })
  await request('initialize', INITIALIZE)
  stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`)
  return { pid: child.pid ?? -1, request, close: () => end(child) }
}

/** Over its own HTTP server, with the session that it demands. */
export async function startHttp(door: string, port: number): Promise<HttpPeer> {
  const settings = { ...ofDataverse, MCP_HTTP_SECRET: 'bench' }
  const listen = ['--transport', 'http', '--port', String(port)]
  const child = start(SCRIPTS['mcp-dataverse'], door, settings, listen)
  const url = `http://127.0.0.1:${port}`
  const until = Date.now() + PORT_WITHIN_MS
  while (
    !(await fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (Date.now() > until) throw new Error('mcp-dataverse did not listen')
    await pause(100)
  }
  const headers: Record<string, string> = {
    authorization: 'Bearer bench',
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  const post = (body: object) => fetch(`${url}/mcp`, { method: 'POST', headers, body: JSON.stringify(body) })
  const request = async (method: string, params: object) =>
    (await post({ jsonrpc: '2.0', id: 1, method, params })).text()
  const opened = await post({ jsonrpc: '2.0', id: 1, method: 'initialize', params: INITIALIZE })
  await opened.text()
  headers['mcp-session-id'] = opened.headers.get('mcp-session-id') ?? ''
  await (await post({ jsonrpc: '2.0', method: 'notifications/initialized' })).text()
  return { pid: child.pid ?? -1, request, url, headers, close: () => end(child) }
}
