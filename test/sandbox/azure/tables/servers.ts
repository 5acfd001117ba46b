import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { startAzuriteByName } from '../../azurite.ts'
import { type Authority, createAuthority } from '../front/authority.ts'

export type StorageAccount = {
  readonly name: string
  /** Resource id in ARM. */
  readonly id: string
  readonly allowSharedKeyAccess: boolean
  /** The tables that the template declares: they are there before anybody asks. */
  readonly tables: readonly string[]
}

type Azurite = { readonly port: number; readonly close: () => Promise<void> }
type Server = Azurite & { readonly made: Set<string> }

export type Servers = {
  /** The port of the account's Azurite, started and with the template's tables. */
  readonly of: (account: StorageAccount) => Promise<number>
  readonly remove: (name: string) => Promise<void>
  readonly close: () => Promise<void>
}

const DOMAIN = 'table.core.windows.net'
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Azurite reads a token's form, not its signature: what the template makes is made in nobody's name. */
function templateToken(now: number): string {
  const seconds = Math.floor(now / 1000)
  const times = { iat: seconds - 60, nbf: seconds - 60, exp: seconds + 600 }
  const claims = { aud: 'https://storage.azure.com', iss: 'https://sts.windows.net/template/', ...times }
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.x`
}

const Listed = z.object({ value: z.array(z.object({ TableName: z.string() })) })

/** Of Azurites alone: they outlive the front of a rehearsal's world, and its authority. */
let authority: Promise<Authority> | undefined
export const azuriteAuthority = (): Promise<Authority> => (authority ??= createAuthority())

type Wish = { readonly method: string; readonly path: string; readonly body?: object; readonly now: number }

async function ask(port: number, account: string, { method, path, body, now }: Wish) {
  const host = `${account}.${DOMAIN}`
  const headers = {
    host,
    authorization: `Bearer ${templateToken(now)}`,
    accept: 'application/json;odata=nometadata',
    'content-type': 'application/json',
    'x-ms-version': '2019-02-02',
  }
  const { ca } = await azuriteAuthority()
  const call = request({ host: '127.0.0.1', port, servername: host, ca, method, path, headers })
  // It may break after the head of the answer, too: then reading the rest fails.
  call.on('error', () => undefined)
  call.end(body === undefined ? undefined : JSON.stringify(body))
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, said: await text(response) }
}

async function makeTable(port: number, account: string, table: string, now: number): Promise<void> {
  const { status } = await ask(port, account, { method: 'POST', path: '/Tables', body: { TableName: table }, now })
  if (![201, 204, 409].includes(status)) throw new Error(`Azurite refused the table ${table}: ${status}`)
}

/** @throws Error unless nothing is left */
async function empty(port: number, account: string, now: number): Promise<void> {
  const tables = async () =>
    Listed.parse(JSON.parse((await ask(port, account, { method: 'GET', path: '/Tables', now })).said)).value
  for (const { TableName } of await tables())
    await ask(port, account, { method: 'DELETE', path: `/Tables('${TableName}')`, now })
  const left = await tables()
  if (left.length > 0) throw new Error(`Azurite keeps ${left.map(({ TableName }) => TableName).join(', ')}`)
}

/** Empty ones that run, by the names of their accounts; undefined: none is kept. */
let kept: Map<string, Azurite> | undefined

/**
 * From now on an account that is dropped leaves its Azurite, emptied, to the next of its name: the worlds of a rehearsal
 * name theirs alike, and starting one takes seconds. @returns what ends that, and those that nobody took: how many
 */
export function keepAzurites(): () => Promise<number> {
  const own = (kept = new Map<string, Azurite>())
  return async () => {
    kept = undefined
    await Promise.all([...own.values()].map(({ close }) => close()))
    return own.size
  }
}

async function start(name: string): Promise<Server> {
  const left = kept?.get(name)
  kept?.delete(name)
  if (left) return { ...left, made: new Set() }
  const { certificate } = await azuriteAuthority()
  const { cert, key } = await certificate([`${name}.${DOMAIN}`])
  const folder = await mkdtemp(join(tmpdir(), 'tables-'))
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key, { mode: 0o600 })])
  const { port, close } = await startAzuriteByName(name, { certFile, keyFile })
  await rm(folder, { recursive: true, force: true })
  return { port, made: new Set(), close }
}

/** An Azurite for each storage account, started when it is first needed: an account of its is addressed by its name. */
export function createServers(now: () => number): Servers {
  const servers = new Map<string, Promise<Server>>()
  const of = async ({ name, tables }: StorageAccount) => {
    const starting = servers.get(name) ?? start(name)
    servers.set(name, starting)
    const { port, made } = await starting
    const missing = tables.filter((table) => !made.has(table))
    missing.forEach((table) => made.add(table))
    await Promise.all(missing.map((table) => makeTable(port, name, table, now())))
    return port
  }
  const remove = async (name: string) => {
    const server = await servers.get(name)
    servers.delete(name)
    if (!server) return
    if (kept === undefined || kept.has(name)) return server.close()
    await empty(server.port, name, now())
    kept.set(name, server)
  }
  return { of, remove, close: () => Promise.all([...servers.keys()].map(remove)).then(() => undefined) }
}
