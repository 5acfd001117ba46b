import { wireFetch } from '../../../shared/dataverse/web-api/wire-fetch.ts'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readConfig } from '../../../shared/config/config.ts'
import { withErrorBoundary } from '../../../shared/http/error-boundary.ts'
import { errorPage } from '../../../shared/http/pages/error-page.ts'
import { createPages } from '../../../shared/http/pages/page.ts'
import { resolveHost } from '../../../shared/oauth/clients/documents/resolve-host.ts'
import { authorizationServerMetadata, protectedResourceMetadata } from '../../../shared/oauth/metadata.ts'
import { createOAuthEndpoints } from '../../../shared/oauth/oauth-endpoints.ts'
import { translateError } from '../../../shared/oauth/errors/translate-error.ts'
import { createServices } from '../../../shared/app/services.ts'
import type { Discovery } from '../../sandbox/chatgpt/discovery.ts'
import { METADATA_DOCUMENT_CLIENT_ID as CLIENT_ID, type OAuthClient } from '../../sandbox/chatgpt/registration.ts'
import {
  type DocumentServer,
  jsonAnswer,
  startDocumentServer,
} from '../../unit/oauth/clients/documents/document-server.ts'
import { type NameServer, startNameServer } from '../../unit/oauth/clients/documents/name-server.ts'
import { type InProcessServer, startInProcessServer } from '../support/in-process-server.ts'
import { createKit, type Kit, REDIRECT, startKit } from '../support/kit.ts'
import { REVISIONS } from '../support/revisions.ts'

/** The document that ChatGPT serves, as it was read in October 2026. */
const CHATGPT = {
  client_id: CLIENT_ID,
  client_uri: 'https://chatgpt.com/',
  client_name: 'ChatGPT',
  redirect_uris: [REDIRECT],
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_signing_alg: 'RS256',
  jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
  logo_uri: 'https://persistent.oaistatic.com/sonic/misc/openai-logo.png',
}

const client: OAuthClient = { clientId: CLIENT_ID, authMethod: 'none', redirectUri: REDIRECT }
let kit: Kit
let chatgpt: DocumentServer
let server: InProcessServer
let here: ReturnType<typeof createKit>

beforeAll(async () => {
  ;[kit, chatgpt, server] = await Promise.all([
    startKit({ settings: { CLIENT_ID_METADATA_DOMAINS: 'chatgpt.com, *' } }),
    startDocumentServer('chatgpt.com'),
    startInProcessServer(),
  ])
  kit.sandbox.entra.setRedirectUris([`${kit.base}/oauth/callback`, `${server.url}/oauth/callback`])
  here = serveHere()
})
afterAll(() => Promise.all([kit.close(), chatgpt.close(), server.close()]))

/** The app's own endpoints in this process, for whom chatgpt.com leads to the document server. */
function serveHere(documentNetwork = chatgpt.network) {
  const config = readConfig({ ...kit.sandbox.settings, PUBLIC_BASE_URL: server.url })
  const services = createServices(config, { fetch, wireFetch, now: Date.now, random: (size) => randomBytes(size) })
  const page = createPages(config.branding)
  const oauth = createOAuthEndpoints(config, { ...services, documentNetwork }, page)
  const shown = (endpoint: typeof oauth.consent) =>
    withErrorBoundary(endpoint, translateError, (error, { correlationId }) => errorPage(page, error, correlationId))
  server.routes = {
    'GET /oauth/authorize': shown(oauth.consent),
    'POST /oauth/authorize': shown(oauth.consentAnswer),
    'GET /oauth/callback': shown(oauth.callback),
    'POST /oauth/token': shown(oauth.token),
  }
  const options = { publicBaseUrl: server.url, name: 'x', registration: true, metadataDocuments: true }
  return createKit({
    challenge: { scope: 'dynamics.read' },
    resource: protectedResourceMetadata(options),
    server: authorizationServerMetadata(options),
  } as Discovery)
}

describe.each(REVISIONS)('ChatGPT’s own document at $date', ({ sendsResource }) => {
  const own = sendsResource ? {} : { resource: undefined }

  test('is advertised', () => {
    expect(kit.discovery.server.client_id_metadata_document_supported).toBe(true)
  })

  test('makes a public client that gets tokens and refreshes them', async () => {
    chatgpt.answer = jsonAnswer(CHATGPT)
    const { status, body } = await here.redeem(client, await here.approve(client, own), own)
    expect(status).toBe(200)
    const renewed = await here.refresh(client, String(body.refresh_token), own)
    expect(renewed.status).toBe(200)
    expect(renewed.body.refresh_token).not.toBe(body.refresh_token)
  })
})

describe('the document decides', () => {
  test('the consent page names the client and shows where the answer goes', async () => {
    chatgpt.answer = jsonAnswer(CHATGPT)
    const { status, text } = await here.ask(client)
    expect(status).toBe(200)
    expect(text).toMatch(/ChatGPT/)
    expect(text).toContain('>chatgpt.com<')
  })

  test.each<[string, Record<string, unknown>]>([
    ['it names another client', { client_id: 'https://chatgpt.com/oauth/other.json' }],
    ['it allows no public client', { token_endpoint_auth_methods_supported: ['private_key_jwt'] }],
    ['it has another redirect address', { redirect_uris: ['https://chatgpt.com/connector/oauth/abc'] }],
    ['it has no name', { client_name: undefined }],
    ['it holds a secret', { client_secret: 'everybody can read it' }],
  ])('refused where %s, with a page and no redirect', async (what, members) => {
    chatgpt.answer = jsonAnswer({ ...CHATGPT, ...members })
    const clientId = `https://chatgpt.com/oauth/${what.replaceAll(' ', '-')}.json`
    if (!members.client_id) chatgpt.answer = jsonAnswer({ ...CHATGPT, ...members, client_id: clientId })
    const reply = await here.ask({ ...client, clientId })
    expect(reply.status).toBe(400)
    expect(reply.headers.get('location')).toBeNull()
  })

  test('a redirect address outside our own list is refused, whatever the document says', async () => {
    const clientId = 'https://chatgpt.com/oauth/elsewhere.json'
    const redirectUri = 'https://attacker.example/callback'
    chatgpt.answer = jsonAnswer({ ...CHATGPT, client_id: clientId, redirect_uris: [redirectUri] })
    const reply = await here.ask({ ...client, clientId, redirectUri })
    expect(reply.status).toBe(400)
    expect(reply.headers.get('location')).toBeNull()
    expect(reply.text).toContain('None of the redirect addresses')
    expect(reply.text).toContain(`Refused address: <code>${redirectUri}</code>`)
    expect(server.audited.at(-1)).toMatchObject({ name: 'request.refused', redirectUri })
  })

  test('such an address among others is left out; the log says so, and who asks with it is told why', async () => {
    const clientId = 'https://chatgpt.com/oauth/mixed.json'
    const left = ['https://attacker.example/callback', 'https://vscode.dev/redirect']
    chatgpt.answer = jsonAnswer({ ...CHATGPT, client_id: clientId, redirect_uris: [...left, REDIRECT] })
    expect((await here.ask({ ...client, clientId })).status).toBe(200)
    expect(server.audited.at(-1)).toMatchObject({
      name: 'consent.shown',
      redirectUri: left.join(' '),
      reason: expect.stringContaining('left out') as unknown,
    })
    const reply = await here.ask({ ...client, clientId, redirectUri: 'https://vscode.dev/redirect' })
    expect([reply.status, reply.headers.get('location')]).toEqual([400, null])
    expect(reply.text).toContain('Visual Studio Code, which is not among CLIENTS; CLIENTS=chatgpt,vscode')
  })
})

describe('200 client ids at hosts whose name servers keep silent', () => {
  let names: NameServer
  beforeAll(async () => {
    names = await startNameServer({ 'chatgpt.com': ['127.0.0.1'] })
  })
  afterAll(() => names.close())

  test('a person beside them signs in and refreshes; the rest is told at once to come back', async () => {
    chatgpt.answer = jsonAnswer(CHATGPT)
    const over = new AbortController()
    const ended = once(over.signal, 'abort')
    const there = serveHere({
      ...chatgpt.network,
      deadlineMs: 60_000,
      resolve: async (host, signal) => {
        if (host === 'chatgpt.com') return await resolveHost(host, signal, [names.address])
        // However slow this machine is, the person is served while every silence still lasts.
        const silent = resolveHost(host, AbortSignal.any([signal, over.signal]), [names.address])
        await Promise.allSettled([silent, ended])
        return await silent
      },
    })
    const waiting = Array.from({ length: 200 }, (_, at) =>
      there.ask({ ...client, clientId: `https://silent${at}.example/client.json` }),
    )
    const { status, body } = await there.redeem(client, await there.approve(client))
    const renewed = await there.refresh(client, String(body.refresh_token))
    expect([status, renewed.status]).toEqual([200, 200])
    const early = await Promise.race(waiting)
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '5'])
    expect(new Set(names.asked).size).toBeLessThanOrEqual(5)
    over.abort()
    expect(new Set((await Promise.all(waiting)).map((reply) => reply.status))).toEqual(new Set([503]))
  })
})

describe('the deployed app, whose network nothing replaces', () => {
  test.each([
    ['a loopback address', 'https://127.0.0.1/client.json'],
    ['a name for loopback', 'https://localhost/client.json'],
    ['a private address', 'https://10.0.0.1/client.json'],
    ['cloud metadata', 'https://169.254.169.254/latest/meta-data'],
    ['an IPv4 address inside IPv6', 'https://[::ffff:7f00:1]/client.json'],
  ])('%s is refused on a page', async (_what, clientId) => {
    const reply = await kit.ask({ ...client, clientId })
    expect(reply.status).toBe(400)
    expect(reply.headers.get('location')).toBeNull()
    expect(reply.text).toContain('not on the public Internet')
  })

  test.each([
    ['http', 'http://chatgpt.com/oauth/client.json'],
    ['no path', 'https://chatgpt.com/'],
    ['a fragment', 'https://chatgpt.com/oauth/client.json#x'],
    ['a user name', 'https://user@chatgpt.com/oauth/client.json'],
    ['dot segments', 'https://chatgpt.com/oauth/../client.json'],
    ['a port', 'https://chatgpt.com:8443/oauth/client.json'],
  ])('an address with %s is no client', async (_what, clientId) => {
    const reply = await kit.ask({ ...client, clientId })
    expect(reply.status).toBe(400)
    expect(reply.headers.get('location')).toBeNull()
  })

  test('a host other than chatgpt.com is refused, unless a setting admits it', async () => {
    const { url } = await kit.sandbox.startInstance({ CLIENT_ID_METADATA_DOMAINS: '' })
    const reply = await askAt(url, 'https://client.example/client.json')
    expect(reply.status).toBe(400)
    expect(await reply.text()).toContain('of this host are not accepted')
  })

  test('switched off, it is not advertised and its clients are unknown', async () => {
    const { url } = await kit.sandbox.startInstance({ CLIENT_ID_METADATA_DOCUMENTS: 'off' })
    const metadata = await (await fetch(`${url}/.well-known/oauth-authorization-server`)).json()
    expect(metadata).toHaveProperty('client_id_metadata_document_supported', false)
    expect((await askAt(url, CLIENT_ID)).status).toBe(400)
  })
})

const askAt = (url: string, clientId: string) =>
  fetch(`${url}/oauth/authorize?${new URLSearchParams({ client_id: clientId, redirect_uri: REDIRECT })}`)
