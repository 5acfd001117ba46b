import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAzuriteByName } from '../../azurite.ts'
import type { Certificate } from '../front/authority.ts'

export type StorageAccount = {
  readonly name: string
  /** Resource id in ARM. */
  readonly id: string
  readonly allowSharedKeyAccess: boolean
  /** The tables that the template declares: they are there before anybody asks. */
  readonly tables: readonly string[]
}

type Server = { readonly port: number; readonly made: Set<string>; readonly close: () => Promise<void> }

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

function makeTable(port: number, account: string, table: string, ca: string, now: number): Promise<void> {
  const host = `${account}.${DOMAIN}`
  const headers = {
    host,
    authorization: `Bearer ${templateToken(now)}`,
    accept: 'application/json;odata=nometadata',
    'content-type': 'application/json',
    'x-ms-version': '2019-02-02',
  }
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, servername: host, ca, method: 'POST', path: '/Tables', headers })
    call.once('error', reject).once('response', (response) => {
      response.resume()
      if (response.statusCode === 201 || response.statusCode === 409 || response.statusCode === 204) resolve()
      else reject(new Error(`Azurite refused the table ${table}: ${response.statusCode ?? 0}`))
    })
    call.end(JSON.stringify({ TableName: table }))
  })
}

/** An Azurite for each storage account, started when it is first needed: an account of its is addressed by its name. */
export function createServers(
  certificate: (names: readonly string[]) => Promise<Certificate & { readonly ca: string }>,
  now: () => number,
): Servers {
  const servers = new Map<string, Promise<Server & { readonly ca: string }>>()
  const start = async (name: string) => {
    const { cert, key, ca } = await certificate([`${name}.${DOMAIN}`])
    const folder = await mkdtemp(join(tmpdir(), 'tables-'))
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key, { mode: 0o600 })])
    const { port, close } = await startAzuriteByName(name, { certFile, keyFile })
    await rm(folder, { recursive: true, force: true })
    return { port, ca, made: new Set<string>(), close }
  }
  const of = async ({ name, tables }: StorageAccount) => {
    const starting = servers.get(name) ?? start(name)
    servers.set(name, starting)
    const { port, ca, made } = await starting
    const missing = tables.filter((table) => !made.has(table))
    missing.forEach((table) => made.add(table))
    await Promise.all(missing.map((table) => makeTable(port, name, table, ca, now())))
    return port
  }
  const remove = async (name: string) => {
    const server = await servers.get(name)
    servers.delete(name)
    await server?.close()
  }
  return { of, remove, close: () => Promise.all([...servers.keys()].map(remove)).then(() => undefined) }
}
