import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseChallenge } from '../../sandbox/chatgpt/discovery.ts'
import type { OAuthClient } from '../../sandbox/chatgpt/registration.ts'
import { readJson, send } from '../../sandbox/chatgpt/wire.ts'
import { type Kit, type Pair, PERSON, startKit, WIRE } from '../support/kit.ts'
import { postRaw, request } from '../support/mcp-calls.ts'
import { REVISIONS } from '../support/revisions.ts'

let kit: Kit
let client: OAuthClient
let tokens: Pair
beforeAll(async () => {
  kit = await startKit()
  client = await kit.newClient()
  tokens = await kit.connect(client)
})
afterAll(() => kit.close())

const PING = { jsonrpc: '2.0', id: 1, method: 'ping' }
const metadataUrl = () => `${kit.base}/.well-known/oauth-protected-resource/mcp`
const bare = () => `Bearer resource_metadata="${metadataUrl()}", scope="dynamics.read"`

describe.each(REVISIONS)('challenges at $date', (revision) => {
  test('without credentials: a bare Bearer challenge that leads to the metadata', async () => {
    const reply = await postRaw(kit.sandbox.mcpUrl, { body: PING, headers: { 'mcp-protocol-version': revision.date } })
    expect(reply.status).toBe(401)
    expect(reply.headers.get('www-authenticate')).toBe(bare())
    expect(reply.headers.get('cache-control')).toBe('no-store')
  })

  test.each([
    ['a token that is none', 'nonsense'],
    ['a token of nobody', `dma_${'A'.repeat(22)}.${'A'.repeat(43)}AAAAAA`],
    ['a JSON Web Token of someone else', 'eyJhbGciOiJub25lIn0.eyJhdWQiOiJodHRwczovL290aGVyIn0.'],
  ])('%s is invalid_token', async (_what, accessToken) => {
    const reply = await request(revision, kit.sandbox.mcpUrl, accessToken, 'tools/list')
    expect(reply.status).toBe(401)
    expect(parseChallenge(reply.headers.get('www-authenticate'))).toMatchObject({
      error: 'invalid_token',
      resource_metadata: metadataUrl(),
      scope: 'dynamics.read',
    })
  })

  test('tokens for another audience are refused: Dataverse’s, and our own of another kind', async () => {
    const dataverse = await kit.sandbox.entra.mintDataverseToken(PERSON)
    for (const token of [dataverse, tokens.refresh]) {
      const reply = await request(revision, kit.sandbox.mcpUrl, token, 'tools/list')
      expect(reply.status).toBe(401)
      expect(parseChallenge(reply.headers.get('www-authenticate'))).toHaveProperty('error', 'invalid_token')
    }
  })

  test('the metadata has the resource, its server and the baseline scope alone', async () => {
    const reply = await send(WIRE, 'GET', { url: metadataUrl(), headers: { 'mcp-protocol-version': revision.date } })
    expect(readJson('metadata', reply)).toMatchObject({
      resource: kit.sandbox.mcpUrl,
      authorization_servers: [kit.base],
      scopes_supported: ['dynamics.read'],
      bearer_methods_supported: ['header'],
    })
  })
})

describe('where the metadata is', () => {
  test.each(['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp'])(
    '%s',
    async (path) => {
      const reply = await send(WIRE, 'GET', { url: kit.base + path })
      expect(readJson(path, reply)).toHaveProperty('resource', kit.sandbox.mcpUrl)
    },
  )

  test.each([
    '/.well-known/oauth-protected-resource/other',
    '/.well-known/oauth-authorization-server/oauth',
    '/.well-known/jwks.json',
  ])('%s is 404 in JSON', async (path) => {
    const reply = await send(WIRE, 'GET', { url: kit.base + path })
    expect(readJson(path, reply, [404])).toHaveProperty('error', 'not_found')
  })
})

describe('the token stands in the Authorization header alone (RFC 6750)', () => {
  test('in the query it is invalid_request, even with a good one in the header', async () => {
    const url = `${kit.sandbox.mcpUrl}?access_token=${tokens.access}`
    const reply = await postRaw(url, { body: PING, accessToken: tokens.access })
    expect(reply.status).toBe(400)
    expect(parseChallenge(reply.headers.get('www-authenticate'))).toMatchObject({ error: 'invalid_request' })
  })

  test.each(['Basic dXNlcjpwYXNz', 'DPoP abc', ''])('"%s" is no Bearer: a bare challenge', async (authorization) => {
    const reply = await postRaw(kit.sandbox.mcpUrl, { body: PING, headers: { authorization } })
    expect(reply.status).toBe(401)
    expect(reply.headers.get('www-authenticate')).toBe(bare())
  })

  test('the scheme is read without regard to case', async () => {
    const headers = { authorization: `bearer ${tokens.access}` }
    expect((await postRaw(kit.sandbox.mcpUrl, { body: PING, headers })).status).toBe(200)
  })

  test.each(['GET', 'DELETE'] as const)('%s: 401 before 405, so that a polling client learns of it', async (method) => {
    const url = kit.sandbox.mcpUrl
    expect((await send(WIRE, method, { method, url })).status).toBe(401)
    const headers = { authorization: `Bearer ${tokens.access}` }
    expect((await send(WIRE, method, { method, url, headers })).status).toBe(405)
  })
})

describe('tokens are not passed through', () => {
  test('Dataverse gets a token of its own, and would refuse the client’s', async () => {
    kit.sandbox.dataverse.reset()
    const call = { name: 'whoami', arguments: {} }
    const reply = await request(REVISIONS[3]!, kit.sandbox.mcpUrl, tokens.access, 'tools/call', call)
    expect(reply.text).toContain('Signed in as')
    // What the instance does not know of the person yet, and then the person's roles.
    expect(kit.sandbox.dataverse.counters()).toMatchObject({ total: 2, unauthenticated: 0 })
    const headers = { authorization: `Bearer ${tokens.access}` }
    const direct = await send(WIRE, 'GET', { url: `${kit.sandbox.dataverse.url}/api/data/v9.2/WhoAmI`, headers })
    expect(direct.status).toBe(401)
  })
})
