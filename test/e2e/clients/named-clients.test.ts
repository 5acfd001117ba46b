import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { formatted } from '../../../infra/docs/formatted.ts'
import { type ClientName, KNOWN_CLIENTS } from '../../../shared/config/clients/known-clients.ts'
import type { Discovery } from '../../sandbox/chatgpt/discovery.ts'
import { startDocumentHosts } from './profiles/document-hosts.ts'
import type { ClientProfile, Waiting, Way } from './profiles/profile.ts'
import { PROFILES } from './profiles/profiles.ts'
import type { FunctionsHost } from '../../sandbox/functions-host/start.ts'
import { person } from '../../sandbox/people.ts'
import { recordedSchema, type Seen, RECORDED } from './recorded.ts'
import { type Identity, NamedClient, readings, type Tokens, waysOf } from '../support/named-client.ts'
import { PRIYA } from '../support/oauth.ts'
import { useSandbox } from '../support/suite.ts'

/** The hosts of metadata documents are found before the sandbox starts, whose app is told of them. */
const documents = await startDocumentHosts()
afterAll(documents.close)

const NAMES = PROFILES.map(({ name }) => name)
/** Development alone would admit every loopback address. */
const STRICT = { LOOPBACK_REDIRECTS: 'false', ...documents.environment }
const sandbox = useSandbox({ settings: { ...STRICT, CLIENTS: NAMES.join(','), HTTP_STREAMS: 'true' } })
const start = (settings: Readonly<Record<string, string>>) => sandbox().startInstance({ ...STRICT, ...settings })
const clientAt = (profile: ClientProfile, { url }: { readonly url: string }) =>
  new NamedClient(profile, { publicUrl: sandbox().app.url, url })

function addressesOf(name: ClientName): readonly string[] {
  const { redirectUris, loopbackPaths, origins, metadataDomains } = KNOWN_CLIENTS[name]
  return [...redirectUris, ...loopbackPaths, ...origins, ...metadataDomains]
}

/** @returns groups of names no two of which share an address, each name in the first that takes it */
function apart(names: readonly ClientName[]): ClientName[][] {
  const groups: ClientName[][] = []
  for (const name of names) {
    const own = new Set(addressesOf(name))
    const group = groups.find((others) => !others.flatMap(addressesOf).some((address) => own.has(address)))
    if (group) group.push(name)
    else groups.push([name])
  }
  return groups
}

const pageSchema = z.object({ rows: z.array(z.array(z.string())), cursor: z.string() })
const seen: Seen[] = []
const [FIRST_PORT, LATER_PORT] = [49_152, 50_321]

/** Registers with one port, or publishes the document. @returns what the token endpoint wants to know */
async function identify(client: NamedClient, way: Way): Promise<Identity> {
  const { registers, document } = client.profile
  if (way === 'document') return { clientId: publish(client, document) }
  const metadata = registers?.(client.place(FIRST_PORT)) ?? {}
  const { status, headers, text } = await client.register(metadata)
  expect([status, text]).toEqual([201, expect.anything()])
  const registered = JSON.parse(text) as Record<string, unknown>
  expect(registered.redirect_uris).toEqual(metadata.redirect_uris)
  expect(registered.token_endpoint_auth_method).toBe(metadata.token_endpoint_auth_method)
  expect(headers.get('access-control-allow-origin')).toBe(client.profile.origin ?? null)
  const { client_secret: secret } = registered
  return { clientId: String(registered.client_id), ...(typeof secret === 'string' && { secret }) }
}

function publish(client: NamedClient, document: ClientProfile['document']): string {
  const published = document?.(client.place(FIRST_PORT))
  if (!published) throw new Error('it has no document')
  documents.publish(published)
  return published.client_id
}

/** Back where it waits, with the issuer and, to the byte, the state that it reads. */
async function signIn(
  client: NamedClient,
  identity: Identity,
  waiting: Waiting,
  discovery: Discovery,
): Promise<Tokens> {
  const asked = await client.authorize(identity, waiting, discovery)
  expect([asked.page.status, asked.page.headers.get('location')]).toEqual([200, null])
  const callback = await client.approve(asked, PRIYA)
  expect(callback.href.split('?')[0]).toBe(waiting.redirectUri)
  expect(callback.searchParams.get('state')).toBe(waiting.state)
  expect(callback.searchParams.get('iss')).toBe(discovery.server.issuer)
  const reply = await client.redeem(identity, callback.searchParams.get('code') ?? '', waiting, asked.verifier)
  expect([reply.status, reply.text]).toEqual([200, expect.stringContaining('refresh_token')])
  return JSON.parse(reply.text) as Tokens
}

/** Opens, lists, calls, and reads what its model would be given. */
async function work(client: NamedClient, access: string): Promise<void> {
  expect(await client.open(access)).toHaveProperty('capabilities')
  expect((await client.listTools(access)).map(({ name }) => name)).toContain('query_crm')
  const { name, systemUserId = '' } = person(PRIYA)
  for (const reading of readings(client.profile, await client.callTool(access, 'whoami'))) {
    expect(reading).toContain(name)
    expect(reading).toContain(systemUserId)
  }
  const answer = await client.callTool(access, 'query_crm', { entity: 'account', select: ['name'], top: 3 })
  const { rows, cursor } = pageSchema.parse(answer.structuredContent)
  expect(rows).toHaveLength(3)
  for (const reading of readings(client.profile, answer))
    for (const told of [...rows.flat(), cursor]) expect(reading).toContain(told)
}

async function renew(client: NamedClient, identity: Identity, tokens: Tokens): Promise<Tokens> {
  const reply = await client.refresh(identity, tokens.refresh_token)
  expect([reply.status, reply.text]).toEqual([200, expect.anything()])
  const renewed = JSON.parse(reply.text) as Tokens
  expect(renewed.refresh_token).not.toBe(tokens.refresh_token)
  expect((await client.post(renewed.access_token, 'tools/list')).status).toBe(200)
  return renewed
}

async function disconnect(client: NamedClient, identity: Identity, tokens: Tokens): Promise<void> {
  expect((await client.revoke(identity, tokens.refresh_token)).status).toBe(200)
  expect((await client.post(tokens.access_token, 'tools/list')).status).toBe(401)
}

/** The whole way, and back from the addresses at which it may wait; the port is another one than it registered. */
async function connects(client: NamedClient, way: Way, addresses: 'each' | 'the first' = 'each'): Promise<void> {
  const [discovery, identity] = [await client.discover(), await identify(client, way)]
  const waits = client.profile.waits(client.place(LATER_PORT), way)
  for (const [at, waiting] of (addresses === 'each' ? waits : waits.slice(0, 1)).entries()) {
    const tokens = await signIn(client, identity, waiting, discovery)
    if (at > 0) continue
    await work(client, tokens.access_token)
    const renewed = await renew(client, identity, tokens)
    if (client.profile.revokes) await disconnect(client, identity, renewed)
  }
}

const cases = PROFILES.flatMap((profile) => waysOf(profile).map((way) => ({ profile, way, client: profile.name })))

/** Each name stands beside names that share no address with it: what lets it in is its own. */
describe('where CLIENTS names it and others of other addresses, in buffered mode', () => {
  const groups = apart(NAMES)
  const hosts: FunctionsHost[] = []
  beforeAll(async () => {
    for (const names of groups) hosts.push(await start({ CLIENTS: names.join(','), HTTP_STREAMS: 'false' }))
  })
  afterAll(() => Promise.all(hosts.map((host) => host.close())))

  test.each(cases)('$client connects by $way', async ({ profile, way, client }) => {
    await connects(clientAt(profile, hosts[groups.findIndex((names) => names.includes(client))]!), way)
    seen.push({ client, way, settings: 'named', mode: 'buffered', result: 'connects' })
  })
})

describe('where CLIENTS names all, in stream mode', () => {
  test.each(cases)('$client connects by $way', async ({ profile, way }) => {
    await connects(clientAt(profile, sandbox().app), way, 'the first')
    seen.push({ client: profile.name, way, settings: 'named', mode: 'stream', result: 'connects' })
  })

  test.each(['/mcp', '/oauth/register', '/oauth/token', '/.well-known/oauth-authorization-server'])(
    'a browser lets the page of MCP Inspector call %s',
    async (path) => {
      const origin = KNOWN_CLIENTS.inspector.origins[0]
      const wanted = ['authorization', 'content-type', 'mcp-protocol-version']
      const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': wanted.join(',') }
      const answer = await fetch(sandbox().app.url + path, { method: 'OPTIONS', headers: { origin, ...asked } })
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, origin])
      const allowed = answer.headers.get('access-control-allow-headers')?.split(/, ?/)
      expect(allowed).toEqual(expect.arrayContaining(wanted))
    },
  )

  test('Copilot Studio is offered each tool, and all of it', async () => {
    const profile = PROFILES.find(({ name }) => name === 'copilot-studio')
    if (!profile) throw new Error('it has no profile')
    const client = clientAt(profile, sandbox().app)
    const [waiting] = profile.waits(client.place(LATER_PORT), 'registration')
    if (!waiting) throw new Error('it waits nowhere')
    const { access_token: access } = await signIn(
      client,
      await identify(client, 'registration'),
      waiting,
      await client.discover(),
    )
    const tools = await client.listTools(access)
    expect(tools.length).toBeGreaterThan(5)
    // It drops tools with references, cuts where a type is a list, and fails where a bound is a number.
    // https://learn.microsoft.com/microsoft-copilot-studio/mcp-troubleshooting
    expect(JSON.stringify(tools)).not.toMatch(/"\$(?:ref|defs)"|"type":\[|"exclusiveM(?:in|ax)imum":\d/)
  })
})

describe.each(['buffered', 'stream'] as const)('where CLIENTS is left at chatgpt, in %s mode', (mode) => {
  let host: FunctionsHost
  beforeAll(async () => {
    host = await start({ CLIENTS: 'chatgpt', HTTP_STREAMS: String(mode === 'stream') })
  })
  afterAll(() => host.close())

  test.each(cases.filter(({ client }) => client !== 'chatgpt'))(
    '$client by $way is refused',
    async ({ profile, way }) => {
      const client = clientAt(profile, host)
      if (way === 'registration') await expectNoRegistration(client)
      // Elsewhere it is somebody: an id of this app, or a document that can be read.
      const identity = await identify(clientAt(profile, sandbox().app), way)
      for (const waiting of profile.waits(client.place(LATER_PORT), way)) {
        const { page } = await client.authorize(identity, waiting, await client.discover())
        expect([page.status, page.headers.get('location')]).toEqual([400, null])
        expect(page.text).toContain('CLIENTS')
      }
      if (profile.origin !== undefined) expect((await client.post('', 'tools/list')).status).toBe(403)
      const result = way === 'registration' ? 'refused at registration and authorization' : 'refused at authorization'
      seen.push({ client: profile.name, way, settings: 'chatgpt', mode, result })
    },
  )

  test.each(cases.filter(({ client }) => client === 'chatgpt'))(
    'ChatGPT itself connects by $way',
    async ({ profile, way }) => {
      await connects(clientAt(profile, host), way)
      seen.push({ client: profile.name, way, settings: 'chatgpt', mode, result: 'connects' })
    },
  )
})

/** All of its addresses together, and each by itself. */
async function expectNoRegistration(client: NamedClient): Promise<void> {
  const metadata = client.profile.registers?.(client.place(FIRST_PORT)) ?? {}
  const addresses = metadata.redirect_uris as readonly string[]
  for (const redirects of [addresses, ...addresses.map((address) => [address])]) {
    const { status, text } = await client.register({ ...metadata, redirect_uris: redirects })
    expect([status, text]).toEqual([400, expect.stringContaining('invalid_redirect_uri')])
    expect(text).toContain('CLIENTS')
  }
}

describe('the record', () => {
  test('has a profile for each client that CLIENTS may name', () => {
    expect(NAMES).toEqual(Object.keys(KNOWN_CLIENTS))
  })

  test('is what these tests saw; UPDATE_CLIENTS=1 writes it anew', async () => {
    if (process.env.UPDATE_CLIENTS === '1') await writeFile(RECORDED, formatted(RECORDED, JSON.stringify(seen)))
    expect(recordedSchema.parse(JSON.parse(await readFile(RECORDED, 'utf8')))).toEqual(seen)
  })
})
