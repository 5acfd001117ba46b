import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { CryptoKey, JWTPayload } from 'jose'
import { SignJWT, exportJWK, generateKeyPair } from 'jose'

import { seed } from '../../../sandbox/dataverse/seed/seed.ts'
import type { Values } from '../../../sandbox/dataverse/store/store.ts'
import { fetchHere } from '../../../sandbox/dataverse/http/in-process.ts'
import type { Dataverse, DataverseOptions } from '../../../sandbox/dataverse/start.ts'
import { startDataverse } from '../../../sandbox/dataverse/start.ts'
import { PEOPLE, person } from '../../../sandbox/people.ts'

/** A Tuesday, so that weeks and months have days on both sides. */
export const NOW = new Date('2026-11-24T09:30:00Z')
export const ISSUER = 'https://login.sandbox.example/tenant/v2.0'
export const REP = 'sales rep'
export const MANAGER = 'sales manager'
export const ANALYST = 'analyst'

/** The rows of a table that every one of these Dataverses begins with. */
export function seeded(entity: string): readonly Values[] {
  return seed(PEOPLE, NOW).flatMap((row) => (row.entity === entity ? [row.values] : []))
}

/** What JSON gives: the tests assert on its members. */
export type Loose = ReturnType<typeof JSON.parse>
export type Reply = { readonly status: number; readonly headers: Headers; readonly text: string; readonly body: Loose }
export type GetOptions = {
  readonly prefer?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly token?: string
}

export type SendOptions = {
  /** Sent as it is where it is text, else as JSON. */
  readonly body?: unknown
  readonly prefer?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type Harness = {
  readonly dataverse: Dataverse
  readonly mint: (persona: string, claims?: JWTPayload, audience?: string, key?: CryptoKey) => Promise<string>
  /** GET below `/api/data/v9.2/` (or of a whole URL) as a person. */
  readonly get: (persona: string, path: string, options?: GetOptions) => Promise<Reply>
  /** POST, PATCH or another method below `/api/data/v9.2/` as a person. */
  readonly send: (persona: string, method: string, path: string, options?: SendOptions) => Promise<Reply>
  readonly fetchXml: (persona: string, set: string, xml: string, prefer?: string) => Promise<Reply>
  readonly close: () => Promise<void>
}

type Keys = Awaited<ReturnType<typeof generateKeyPair>>
let made: Promise<Keys> | undefined

/** The keys of an Entra that tests play: made once a process, as primes of a thousand bits take long to find. */
export const signingKeys = async (): Promise<Keys> => await (made ??= generateKeyPair('RS256'))

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function serveKeys(key: CryptoKey): Promise<{ readonly url: string; readonly server: Server }> {
  const jwk = { ...(await exportJWK(key)), kid: 'test', alg: 'RS256', use: 'sig' }
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }))
  })
  return { url: `${await listen(server)}/keys`, server }
}

function parse(text: string): Loose {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parse(text) }
}

type Mint = Harness['mint']

function sender(dataverse: Dataverse, mint: Mint): Harness['send'] {
  return async (persona, method, path, { body, prefer, headers = {} } = {}) => {
    const authorization = `Bearer ${await mint(persona)}`
    const response = await fetchHere(`${dataverse.url}/api/data/v9.2/${path}`, {
      method,
      headers: {
        authorization,
        'content-type': 'application/json',
        ...(prefer !== undefined && { prefer }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return replyOf(response)
  }
}

type HarnessOptions = Partial<Pick<DataverseOptions, 'limits' | 'rows' | 'bulk' | 'now' | 'people'>>

const signed = (payload: JWTPayload, key: CryptoKey): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'test' }).sign(key)

/** Starts Dataverse on a fixed day with a key server of its own. A token is signed once: most requests need the same. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const now = options.now ?? (() => NOW)
  const { publicKey, privateKey } = await signingKeys()
  const keys = await serveKeys(publicKey)
  const minted = new Map<string, Promise<string>>()
  const mint: Harness['mint'] = (persona, claims = {}, audience = dataverse.url, key = privateKey) => {
    const { oid, upn } = options.people?.find((one) => one.persona === persona) ?? person(persona)
    const exp = Math.floor(now().getTime() / 1000) + 3600
    const payload = { oid, upn, scp: 'user_impersonation', iss: ISSUER, exp, aud: audience, ...claims }
    if (key !== privateKey) return signed(payload, key)
    const text = JSON.stringify(payload)
    const token = minted.get(text) ?? signed(payload, key)
    minted.set(text, token)
    return token
  }
  const dataverse = await startDataverse({
    issuer: ISSUER,
    jwksUri: keys.url,
    people: PEOPLE,
    ...options,
    now,
    mintToken: (upn) => mint(upn),
  })
  const get: Harness['get'] = async (persona, path, { prefer, headers = {}, token } = {}) => {
    const url = path.startsWith('http') ? path : `${dataverse.url}/api/data/v9.2/${path}`
    const authorization = `Bearer ${token ?? (await mint(persona))}`
    const response = await fetchHere(url, {
      headers: { authorization, ...(prefer !== undefined && { prefer }), ...headers },
    })
    return replyOf(response)
  }
  const close = async (): Promise<void> => {
    await dataverse.close()
    keys.server.closeAllConnections()
    keys.server.close()
  }
  const fetchXml: Harness['fetchXml'] = (persona, set, xml, prefer = 'odata.include-annotations="*"') =>
    get(persona, `${set}?fetchXml=${encodeURIComponent(xml)}`, { prefer })
  return { dataverse, mint, get, send: sender(dataverse, mint), fetchXml, close }
}

export function column(reply: Reply, name: string): unknown[] {
  return (reply.body.value as Loose[]).map((row) => row[name] as unknown)
}
