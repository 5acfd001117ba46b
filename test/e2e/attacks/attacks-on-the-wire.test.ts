// Not in a bare npm test: starts built instances of the app.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { parseChallenge } from '../../sandbox/chatgpt/discovery.ts'
import type { FunctionsHost } from '../../sandbox/functions-host/start.ts'
import { connect, form, newParty, type Party, PRIYA, refreshFields, register, token } from '../support/oauth.ts'
import { raw } from '../support/raw.ts'
import { startStorageProxy, type StorageProxy } from '../support/storage-proxy.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { Tab, target } from '../support/tab.ts'
import { forge } from '../support/token-forge.ts'

const sandbox = useSandbox({ deployed: true })
let party: Party
beforeAll(async () => {
  party = await newParty(sandbox())
})
const api = () => sandbox().app.url
const metadata = (more: Readonly<Record<string, unknown>> = {}) => ({
  redirect_uris: [party.client.redirectUri],
  token_endpoint_auth_method: 'none',
  client_name: 'ChatGPT',
  ...more,
})

describe('token in the query', () => {
  test.each(['POST', 'GET'])('%s /mcp: 400 invalid_request, and the token is not used', async (method) => {
    const { access } = await connect(sandbox(), PRIYA, { party })
    const answer = await raw(`${api()}/mcp?access_token=${access}`, { method })
    expect(answer.status).toBe(400)
    const challenge = parseChallenge(answer.headers['www-authenticate'] ?? null)
    expect(challenge).toMatchObject({ error: 'invalid_request' })
    const both = await raw(`${api()}/mcp?access_token=${access}`, {
      method,
      headers: { authorization: `Bearer ${access}` },
    })
    expect(both.status).toBe(400)
    expect((await sandbox().app.logs()).join('\n')).not.toContain(access)
  })

  test.each(['access_token=TOKEN', '{"access_token":"TOKEN"}'])('in the body, %s: 401', async (body) => {
    const { access } = await connect(sandbox(), PRIYA, { party })
    const sent = body.replace('TOKEN', access)
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(sent.length) }
    expect((await raw(`${api()}/mcp`, { method: 'POST', headers, body: [sent] })).status).toBe(401)
  })

  test('a refresh token in the query of the token endpoint is not read', async () => {
    const { refresh } = await connect(sandbox(), PRIYA, { party })
    const { refresh_token: _, ...rest } = refreshFields(party, refresh)
    const answer = await form(`${api()}/oauth/token?refresh_token=${refresh}`, rest)
    expect([answer.status, answer.json.error]).toEqual([400, 'invalid_request'])
  })
})

describe('header injection', () => {
  const EVIL = 'x\r\nSet-Cookie: evil=1\r\nLocation: https://evil.example\r\n\r\n<script>'

  test('line breaks in state come back encoded, in one Location and no cookie', async () => {
    const page = await new Tab().open(
      buildAuthorizeUrl(party.discovery, party.client, { state: EVIL, response_type: 'x' }).url,
    )
    expect(target(page).searchParams.get('state')).toBe(EVIL)
    expect(page.headers.get('location')).not.toMatch(/[\r\n]/)
    expect(page.headers.getSetCookie()).toEqual([])
  })

  test.each(['redirect_uri', 'client_id', 'scope', 'resource', 'response_mode'])('line breaks in %s', async (name) => {
    const page = await new Tab().open(buildAuthorizeUrl(party.discovery, party.client, { [name]: EVIL }).url)
    expect(page.headers.getSetCookie().join()).not.toContain('evil=')
    expect(page.headers.get('location') ?? '').not.toContain('evil.example')
    expect(page.text).not.toContain('<script>')
    expect(page.status).toBeLessThan(500)
  })

  test('a client name with line breaks, script and direction marks is shown as text', async () => {
    const name = `Chat\u202eGPT\r\nX: y"><script>alert(1)</script>`
    const { json } = await register(api(), metadata({ client_name: name }))
    expect(json.client_name).toBe('ChatGPT X: y script alert 1 /script')
    const client = { ...party.client, clientId: String(json.client_id) }
    const page = await new Tab().open(buildAuthorizeUrl(party.discovery, client).url)
    expect(page.status).toBe(200)
    expect(page.text).toContain('“<bdi>ChatGPT X: y script alert 1 /script</bdi>”')
    expect(page.text).not.toContain('<script>')
  })

  test('a bearer with quotes does not get into the challenge', async () => {
    const answer = await raw(`${api()}/mcp`, { method: 'POST', headers: { authorization: 'Bearer x", error="none' } })
    expect(answer.status).toBe(401)
    expect(parseChallenge(answer.headers['www-authenticate'] ?? null)).toMatchObject({ error: 'invalid_token' })
  })
})

describe('log injection', () => {
  test('what a client sends cannot make a line, nor pass for a field', async () => {
    const forged = `x\n[information] token: token.issued userId=evil\u2028 reason="y" grantId=evil\u001b[31m`
    await register(api(), metadata({ client_name: forged }))
    await new Tab().open(buildAuthorizeUrl(party.discovery, party.client, { client_id: forged }).url)
    await new Tab().open(buildAuthorizeUrl(party.discovery, party.client, { state: forged, response_type: forged }).url)
    await token(api(), { ...refreshFields(party, forged), client_id: forged })
    await token(api(), refreshFields(party, forged))
    await raw(`${api()}/mcp`, { method: 'POST', headers: { authorization: 'Bearer userId=evil' } })
    await eventually(async () => (await events(sandbox().app, 'mcp.refused')).length > 0)
    const lines = await sandbox().app.logs()
    expect(lines.filter((line) => /^\[information\] token: token\.issued\s+userId=evil/.test(line))).toEqual([])
    expect(lines.filter((line) => /(^|\s)(grantId|userId)=evil/.test(line))).toEqual([])
    // oxlint-disable-next-line no-control-regex -- a terminal escape is what must not be there
    expect(lines.join('\n')).not.toMatch(/[\u001b\u2028]/)
  })
})

// Each alone, at every endpoint: forwarded-headers.test.ts.
describe('host header spoofing', () => {
  const SPOOFED = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-original-host': 'evil.example',
    forwarded: 'host=evil.example;proto=https',
    'disguised-host': 'evil.example',
  }
  test('the challenge, the answers of authorize and the address given to Entra are at our own address', async () => {
    const challenge = await raw(`${api()}/mcp`, { method: 'POST', headers: SPOOFED })
    expect(challenge.headers['www-authenticate']).toContain(`resource_metadata="${api()}/`)
    const asked = new URL(buildAuthorizeUrl(party.discovery, party.client, { response_type: 'x' }).url)
    const refused = await raw(asked.href, { headers: SPOOFED })
    expect(new URL(refused.headers.location ?? '').searchParams.get('iss')).toBe(api())
  })

  test('a form whose Origin is the spoofed host is foreign', async () => {
    const answer = await raw(`${api()}/oauth/authorize`, {
      method: 'POST',
      headers: { ...SPOOFED, origin: 'https://evil.example' },
    })
    expect(answer.status).toBe(403)
  })
})

describe('what an answer tells about secrets', () => {
  let storage: StorageProxy
  let counted: FunctionsHost
  beforeAll(async () => {
    storage = await startStorageProxy(sandbox().azurite)
    counted = await sandbox().startInstance({ TABLES_CONNECTION_STRING: storage.connectionString })
  })
  afterAll(() => storage.close())

  test('a wrong secret and an unknown client: the same answer after the same storage calls', async () => {
    const { client } = await newParty(sandbox(), 'client_secret_post')
    const cost = async (clientId: string) => {
      storage.reset()
      const fields = { grant_type: 'refresh_token', refresh_token: forge('refresh'), client_secret: 'wrong' }
      const { status, json } = await token(counted.url, { ...fields, client_id: clientId })
      const { error, error_description } = json
      return { status, error, error_description, reads: storage.reads(), writes: storage.writes() }
    }
    const wrong = await cost(client.clientId)
    expect(wrong).toMatchObject({ status: 401, error: 'invalid_client', reads: 0, writes: 0 })
    expect(await cost(`dmi2_${'A'.repeat(64)}`)).toEqual(wrong)
  })

  test('an unknown token, an unknown grant and another client’s token: the same', async () => {
    const session = await connect(sandbox(), PRIYA, { party })
    const other = await newParty(sandbox())
    const cost = async (refreshToken: string) => {
      storage.reset()
      const { status, json } = await token(counted.url, refreshFields(other, refreshToken))
      return {
        status,
        error: json.error,
        text: json.error_description,
        reads: storage.reads(),
        writes: storage.writes(),
      }
    }
    const { reads, ...made } = await cost(forge('refresh'))
    expect(made).toMatchObject({ status: 400, error: 'invalid_grant', writes: 0 })
    // Whose grant it names costs a read more, and one for a secret that the grant does not know now but may have known:
    // that only tells a grant's id from a random one of 128 bits, and a current secret, which works, from all others.
    expect(await cost(forge('refresh', session.grantId))).toEqual({ ...made, reads: reads + 2 })
    expect(await cost(session.refresh)).toEqual({ ...made, reads: reads + 1 })
  })
})

describe('registration flood', () => {
  const sendOne = async (base: string, at: number, more: Readonly<Record<string, unknown>> = {}) => {
    const body = JSON.stringify(metadata(more))
    const headers = {
      'content-type': 'application/json',
      'content-length': String(body.length),
      'x-forwarded-for': `203.0.113.${at % 250}`,
    }
    return raw(`${base}/oauth/register`, { method: 'POST', headers, body: [body] })
  }

  test('of what is refused one address gets 100 in ten minutes, whatever hops it invents, and the rest register', async () => {
    const first = await sandbox().startInstance()
    const counts = new Map<string, number>()
    const flood = async (base: string, count: number, sent: Readonly<Record<string, unknown>> = {}) => {
      for (let at = 0; at < count; at += 10) {
        const answers = await Promise.all(Array.from({ length: 10 }, (_, more) => sendOne(base, at + more, sent)))
        for (const { status } of answers) counts.set(`${base} ${status}`, (counts.get(`${base} ${status}`) ?? 0) + 1)
      }
    }
    const foreign = { redirect_uris: ['https://evil.example/'] }
    await flood(first.url, 110, foreign)
    expect([counts.get(`${first.url} 400`), counts.get(`${first.url} 429`)]).toEqual([100, 10])
    const limited = await sendOne(first.url, 7, foreign)
    expect([limited.status, Number(limited.headers['retry-after']) > 500]).toEqual([429, true])
    await flood(first.url, 110)
    expect(counts.get(`${first.url} 201`)).toBe(110)
    expect(await events(first, 'rate.limited')).toHaveLength(1)
    expect((await first.logs()).join()).not.toContain('203.0.113')
  })
})
