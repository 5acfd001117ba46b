import { expect } from '@jest/globals'
import { z } from 'zod'
import type { Discovery } from '../../../sandbox/chatgpt/discovery.ts'
import { person } from '../../../sandbox/people.ts'
import { type Identity, type NamedClient, readings, type Tokens } from '../../support/named-client.ts'
import { PRIYA } from '../../support/oauth.ts'
import type { DocumentHosts } from '../profiles/document-hosts.ts'
import type { ClientProfile, Waiting, Way } from '../profiles/profile.ts'

type Publish = DocumentHosts['publish']

const pageSchema = z.object({ rows: z.array(z.array(z.string())), cursor: z.string() })
export const [FIRST_PORT, LATER_PORT] = [49_152, 50_321]

/** Registers with one port, or publishes the document. @returns what the token endpoint wants to know */
export async function identify(client: NamedClient, way: Way, publishAt: Publish): Promise<Identity> {
  const { registers, document } = client.profile
  if (way === 'document') return { clientId: publish(client, document, publishAt) }
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

function publish(client: NamedClient, document: ClientProfile['document'], publishAt: Publish): string {
  const published = document?.(client.place(FIRST_PORT))
  if (!published) throw new Error('it has no document')
  publishAt(published)
  return published.client_id
}

/** Back where it waits, with the issuer and, to the byte, the state that it reads. */
export async function signIn(
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
export async function connects(
  client: NamedClient,
  way: Way,
  publishAt: Publish,
  addresses: 'each' | 'the first' = 'each',
): Promise<void> {
  const [discovery, identity] = [await client.discover(), await identify(client, way, publishAt)]
  const waits = client.profile.waits(client.place(LATER_PORT), way)
  for (const [at, waiting] of (addresses === 'each' ? waits : waits.slice(0, 1)).entries()) {
    const tokens = await signIn(client, identity, waiting, discovery)
    if (at > 0) continue
    await work(client, tokens.access_token)
    const renewed = await renew(client, identity, tokens)
    if (client.profile.revokes) await disconnect(client, identity, renewed)
  }
}

/** All of its addresses together, and each by itself. */
export async function expectNoRegistration(client: NamedClient): Promise<void> {
  const metadata = client.profile.registers?.(client.place(FIRST_PORT)) ?? {}
  const addresses = metadata.redirect_uris as readonly string[]
  for (const redirects of [addresses, ...addresses.map((address) => [address])]) {
    const { status, text } = await client.register({ ...metadata, redirect_uris: redirects })
    expect([status, text]).toEqual([400, expect.stringContaining('invalid_redirect_uri')])
    expect(text).toContain('CLIENTS')
  }
}
