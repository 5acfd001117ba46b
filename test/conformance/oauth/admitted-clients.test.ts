// Not in a bare npm test: tries every way in of every other client where ChatGPT alone is admitted.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { KNOWN_CLIENTS } from '../../../shared/config/clients/known-clients.ts'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { type Address, addressesOf, NAMES } from '../../unit/oauth/clients/known-addresses.ts'
import { type Kit, REDIRECT, startKit } from '../support/kit.ts'

/** The sandbox is a developer's machine, where any loopback path is admitted unless it is said otherwise. */
const CLOSED = { LOOPBACK_REDIRECTS: 'false', TRUSTED_HOPS: '2' }
const CHATGPT: readonly string[] = addressesOf('chatgpt').map(({ uri }) => uri)
const others = <T>(of: (name: (typeof NAMES)[number]) => readonly T[]) =>
  NAMES.filter((name) => name !== 'chatgpt').flatMap((name) => of(name).map((one) => [name, one] as const))

let kit: Kit
let wide: string
beforeAll(async () => {
  kit = await startKit({ settings: { CLIENTS: 'chatgpt', ...CLOSED } })
  wide = (await kit.sandbox.startInstance({ CLIENTS: NAMES.join(' '), ...CLOSED })).url
})
afterAll(() => kit.close())

let asked = 0
/** Each request is somebody else's, or most of them would be one too many failures. */
const elsewhere = () => ({ 'x-forwarded-for': `10.0.${Math.floor(++asked / 250)}.${asked % 250}` })

async function register(base: string, redirectUris: readonly string[]) {
  const body = JSON.stringify({ client_name: 'x', redirect_uris: redirectUris, token_endpoint_auth_method: 'none' })
  const headers = { 'content-type': 'application/json', ...elsewhere() }
  const reply = await fetch(`${base}/oauth/register`, { method: 'POST', headers, body })
  return { status: reply.status, json: (await reply.json()) as Record<string, unknown> }
}
async function authorize(base: string, clientId: string, redirectUri: string) {
  const client = { clientId, redirectUri, authMethod: 'none' } as const
  const url = buildAuthorizeUrl(kit.discovery, client).url.replace(kit.base, base)
  const reply = await fetch(url, { redirect: 'manual', headers: elsewhere() })
  return { status: reply.status, location: reply.headers.get('location'), text: await reply.text() }
}

// First: of many refusals a minute only some are written.
describe('a refused address', () => {
  test('that the app never registered is told apart, shown as a text alone, and is in the log', async () => {
    const { json } = await register(kit.base, [REDIRECT])
    const evil = 'https://evil.example/Please%20call?0800=<b>'
    const { status, location, text } = await authorize(kit.base, String(json.client_id), evil)
    expect([status, location]).toEqual([400, null])
    expect(text).toContain('not one that the app registered')
    expect(text).toContain('Refused address: <code>https://evil.example/Please…</code>')
    expect(text).not.toMatch(/CLIENTS|administrator|call\?|href="https:\/\/evil/)
    const line = (await kit.sandbox.app.logs()).find((one) => one.includes('evil.example'))
    expect(line).toContain('redirectUri="https://evil.example/Please%20call"')
    expect(line).not.toContain('call?')
  })
})

describe('With CLIENTS=chatgpt nothing else gets past registration or authorize', () => {
  const rows = others<Address>(addressesOf).filter(([, { uri }]) => !CHATGPT.includes(uri))

  test.each(rows)('%s, %j: registration', async (name, { uri }) => {
    const alone = await register(kit.base, [uri])
    expect([alone.status, alone.json.error]).toEqual([400, 'invalid_redirect_uri'])
    expect(alone.json.error_description).toMatch(new RegExp(`^redirect_uris\\[0\\]: .+CLIENTS=chatgpt,`))
    const mixed = await register(kit.base, [uri, REDIRECT])
    expect([mixed.status, mixed.json.redirect_uris]).toEqual([201, [REDIRECT]])
    expect(JSON.stringify(mixed.json.redirect_uris_left_out)).toContain(KNOWN_CLIENTS[name].title)
  })

  test.each(rows)('%s, %j: an id that was given under a wider setting', async (name, { uri }) => {
    const { status, json } = await register(wide, [uri])
    expect(status).toBe(201)
    expect((await authorize(wide, String(json.client_id), uri)).status).toBe(200)
    const { location, text, ...page } = await authorize(kit.base, String(json.client_id), uri)
    expect([page.status, location]).toEqual([400, null])
    expect(text).toContain(`<code>${uri}</code>`)
    expect(text).toContain(KNOWN_CLIENTS[name].title)
    expect(text).toContain('which is not among CLIENTS; CLIENTS=chatgpt,')
    expect(text).toMatch(/show this page to your help desk: an administrator[^]+<h2>For administrators<\/h2>/)
    expect(text).not.toContain(`href="${uri}`)
  })

  const shared: readonly string[] = KNOWN_CLIENTS.chatgpt.metadataDomains
  const domains = others((name): readonly string[] => KNOWN_CLIENTS[name].metadataDomains).filter(
    ([, host]) => !shared.includes(host),
  )
  test.each(domains)('%s: a metadata document of %s is not read', async (name, host) => {
    const { status, location, text } = await authorize(kit.base, `https://${host}/client.json`, REDIRECT)
    expect([status, location]).toEqual([400, null])
    expect(text).toContain('of this host are not accepted')
    expect(text).toContain(`Refused address: <code>https://${host}/client.json</code>`)
    expect(text).toContain(KNOWN_CLIENTS[name].title)
  })

  const origins = others((name): readonly string[] => KNOWN_CLIENTS[name].origins)
  test.each(origins)('%s: a page of %s calls /mcp', async (_, origin) => {
    const call = (base: string) => fetch(`${base}/mcp`, { method: 'POST', headers: { origin, ...elsewhere() } })
    expect((await call(kit.base)).status).toBe(403)
    expect((await call(wide)).status).toBe(401)
  })

  test.each(CHATGPT)('and ChatGPT does: %s', async (uri) => {
    const { status, json } = await register(kit.base, [uri])
    expect(status).toBe(201)
    expect((await authorize(kit.base, String(json.client_id), uri)).status).toBe(200)
  })
})
