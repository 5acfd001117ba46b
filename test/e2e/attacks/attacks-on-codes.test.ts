import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { createAdvice } from '../../../shared/oauth/clients/admission-advice.ts'
import { switchesOf } from '../../../shared/grants/switches/current-switches.ts'
import { createClients } from '../../../shared/oauth/clients/client.ts'
import { createClientIds } from '../../../shared/oauth/clients/registration/client-ids.ts'
import { createMetadataDocuments } from '../../../shared/oauth/clients/documents/client-id-metadata-document.ts'
import { parseAsker } from '../../../shared/oauth/authorize/parse-request.ts'
import { HOST, jsonAnswer, startDocumentServer } from '../../unit/oauth/clients/documents/document-server.ts'
import {
  callTool,
  codeFields,
  connect,
  form,
  MARCUS,
  newParty,
  obtainCode,
  pairOf,
  type Party,
  PRIYA,
  refresh,
  refreshFields,
  register,
  signIn,
  token,
} from '../support/oauth.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { Tab, target } from '../support/tab.ts'
import { forge } from '../support/token-forge.ts'

const sandbox = useSandbox()
let party: Party
beforeAll(async () => {
  party = await newParty(sandbox())
})
const api = () => sandbox().app.url
const GOOD_REDIRECT = 'https://chatgpt.com/connector_platform_oauth_redirect'
const ask = (asked: Readonly<Record<string, string | undefined>> = {}) =>
  new Tab().open(buildAuthorizeUrl(party.discovery, party.client, asked).url)
const INVALID_GRANT = [400, 'invalid_grant']
const statusOf = ({ status, json }: { status: number; json: Readonly<Record<string, unknown>> }) => [status, json.error]

describe('code interception', () => {
  test('a stolen code without its verifier is worth nothing, and its owner still gets the tokens', async () => {
    const issued = await obtainCode(sandbox(), party, PRIYA)
    const thief = { ...issued, verifier: 'w'.repeat(64) }
    expect(statusOf(await token(api(), codeFields(party, thief)))).toEqual(INVALID_GRANT)
    const { code_verifier: _, ...without } = codeFields(party, issued)
    expect(statusOf(await token(api(), without))).toEqual([400, 'invalid_request'])
    expect((await token(api(), codeFields(party, issued))).status).toBe(200)
  })

  test('a stolen code under another client is worth nothing', async () => {
    const issued = await obtainCode(sandbox(), party, PRIYA)
    const thief = await newParty(sandbox())
    expect(statusOf(await token(api(), codeFields(thief, issued)))).toEqual(INVALID_GRANT)
    expect((await token(api(), codeFields(party, issued))).status).toBe(200)
  })
})

describe('a code that was used, seen in a log or a browser’s history', () => {
  const said = async (name: string, grantId: string) =>
    (await events(sandbox().app, name)).filter((one) => one.includes(grantId))

  test('without its verifier it does not log its owner out, with it the connection ends', async () => {
    const issued = await obtainCode(sandbox(), party, PRIYA)
    const grantId = issued.code.slice(4, 26)
    const first = pairOf(await token(api(), codeFields(party, issued)))
    const thief = await newParty(sandbox())
    for (const fields of [
      codeFields(party, { ...issued, verifier: 'w'.repeat(64) }),
      { ...codeFields(party, issued), redirect_uri: 'https://chatgpt.com/elsewhere' },
      codeFields(thief, issued),
    ])
      expect(statusOf(await token(api(), fields))).toEqual(INVALID_GRANT)
    expect((await callTool(api(), first.access)).status).toBe(200)
    expect(await said('code.reused', grantId)).toEqual([])

    expect(statusOf(await token(api(), codeFields(party, issued)))).toEqual(INVALID_GRANT)
    await eventually(async () => (await said('code.reused', grantId))[0])
    expect((await callTool(api(), first.access)).status).toBe(401)
    expect(statusOf(await token(api(), refreshFields(party, first.refresh)))).toEqual(INVALID_GRANT)
  })
})

describe('code injection', () => {
  test('the victim’s code in the attacker’s own session fails at his own verifier', async () => {
    const [victim, attacker] = [await obtainCode(sandbox(), party, PRIYA), await obtainCode(sandbox(), party, MARCUS)]
    const injected = { code: victim.code, verifier: attacker.verifier }
    expect(statusOf(await token(api(), codeFields(party, injected)))).toEqual(INVALID_GRANT)
  })

  test('the secret of one code with the grant id of another is no code', async () => {
    const [one, two] = [await obtainCode(sandbox(), party, PRIYA), await obtainCode(sandbox(), party, PRIYA)]
    const mixed = `${one.code.slice(0, 26)}${two.code.slice(26)}`
    expect(statusOf(await token(api(), codeFields(party, { ...one, code: mixed })))).toEqual(INVALID_GRANT)
  })
})

describe('PKCE downgrade', () => {
  const challenge = createHash('sha256').update('v'.repeat(43)).digest('base64url')
  test.each([
    ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
    ['a method without a challenge', { code_challenge: undefined }],
    ['a challenge without a method, which means plain', { code_challenge_method: undefined }],
    ['plain', { code_challenge: 'v'.repeat(43), code_challenge_method: 'plain' }],
    ['a method in lower case', { code_challenge_method: 's256' }],
    ['a method that nobody knows', { code_challenge_method: 'S512' }],
    ['an empty challenge', { code_challenge: '' }],
    ['a challenge too short', { code_challenge: challenge.slice(1) }],
    ['a challenge too long', { code_challenge: `${challenge}A` }],
    ['a challenge with padding', { code_challenge: `${challenge}=` }],
  ])('%s: back to the client with invalid_request, iss and state', async (_, asked) => {
    const page = await ask({ state: 's t+a', ...asked })
    expect(page.status).toBe(303)
    const back = target(page)
    expect(back.origin + back.pathname).toBe(GOOD_REDIRECT)
    expect(Object.fromEntries(back.searchParams)).toMatchObject({
      error: 'invalid_request',
      iss: api(),
      state: 's t+a',
    })
  })

  test('the challenge itself in place of the verifier', async () => {
    const issued = await obtainCode(sandbox(), party, PRIYA)
    const plain = createHash('sha256').update(issued.verifier).digest('base64url')
    expect(statusOf(await token(api(), codeFields(party, { ...issued, verifier: plain })))).toEqual(INVALID_GRANT)
  })
})

describe('mix-up: whose answer it is stands in every answer, exactly once', () => {
  const issOf = (url: URL) => url.searchParams.getAll('iss')
  test('on success', async () => {
    const { page } = await signIn(sandbox(), party, PRIYA)
    expect(issOf(target(page))).toEqual([api()])
  })

  test.each([
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no response type', { response_type: undefined }, 'unsupported_response_type'],
    ['a response mode', { response_mode: 'fragment' }, 'invalid_request'],
    ['another resource', { resource: 'https://elsewhere.example/mcp' }, 'invalid_target'],
    ['a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    ['a request object by address', { request_uri: 'https://evil.example/r' }, 'request_uri_not_supported'],
    ['a silent request', { prompt: 'none' }, 'consent_required'],
  ])('on %s', async (_, asked, error) => {
    const back = target(await ask({ state: 'x', ...asked }))
    expect([back.searchParams.get('error'), issOf(back), back.searchParams.get('state')]).toEqual([error, [api()], 'x'])
  })

  test('the issuer is the same byte for byte in both documents and in the answers', async () => {
    expect(party.discovery.server.issuer).toBe(api())
    expect(party.discovery.resource.authorization_servers).toEqual([api()])
    expect(party.discovery.server.authorization_response_iss_parameter_supported).toBe(true)
  })
})

describe('open redirect: an address that was not registered is never gone to', () => {
  const BAD_REDIRECTS = [
    'https://evil.example/cb',
    `${GOOD_REDIRECT}/`,
    `${GOOD_REDIRECT}?x=1`,
    `${GOOD_REDIRECT}#x`,
    `${GOOD_REDIRECT}/../evil`,
    `${GOOD_REDIRECT}%2f..%2fevil`,
    'https://chatgpt.com.evil.example/connector_platform_oauth_redirect',
    'https://chatgpt.com@evil.example/connector_platform_oauth_redirect',
    'https://chatgpt.com:444/connector_platform_oauth_redirect',
    'http://chatgpt.com/connector_platform_oauth_redirect',
    'HTTPS://CHATGPT.COM/connector_platform_oauth_redirect',
    'https://chatgpt.com\\@evil.example/',
    '//evil.example/',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://chatgpt.com/connector/oauth/abc',
    'http://127.0.0.1:9/cb',
  ]
  test.each(BAD_REDIRECTS)('%s', async (redirect) => {
    for (const asked of [{}, { response_type: 'token' }]) {
      const page = await ask({ redirect_uri: redirect, ...asked })
      expect([page.status, page.headers.get('location')]).toEqual([400, null])
      expect(page.headers.has('refresh')).toBe(false)
      expect(page.text).not.toMatch(/href="[^"]*evil|<meta[^>]+http-equiv/i)
    }
  })

  test.each([
    ['an unknown client', { client_id: `dmi_${'A'.repeat(22)}`, redirect_uri: 'https://evil.example/cb' }],
    ['no client', { client_id: undefined, redirect_uri: 'https://evil.example/cb' }],
    [
      'a client id with a line break',
      { client_id: 'a\r\nLocation: https://evil.example', redirect_uri: GOOD_REDIRECT },
    ],
    ['a metadata document on a private address', { client_id: 'https://127.0.0.1/client.json' }],
    ['a metadata document on the cloud’s own address', { client_id: 'https://169.254.169.254/client.json' }],
  ])('%s', async (_, asked) => {
    const page = await ask(asked)
    expect(page.status).toBe(400)
    expect(page.headers.get('location')).toBeNull()
  })

  test('two redirect addresses in one request', async () => {
    const url = buildAuthorizeUrl(party.discovery, party.client).url
    const page = await new Tab().open(`${url}&redirect_uri=https%3A%2F%2Fevil.example`)
    expect([page.status, page.headers.get('location')]).toEqual([400, null])
  })

  test.each([
    ...BAD_REDIRECTS.slice(0, 2),
    ...BAD_REDIRECTS.slice(3, 15),
    'http://evil.example/cb',
    'http://127.0.0.1.evil.example/cb',
  ])('registering %s is refused', async (redirect) => {
    const metadata = { redirect_uris: [redirect], token_endpoint_auth_method: 'none' }
    const answer = await register(api(), metadata)
    expect(statusOf(answer)).toEqual([400, 'invalid_redirect_uri'])
    const mixed = await register(api(), { ...metadata, redirect_uris: [GOOD_REDIRECT, redirect] })
    expect([mixed.status, mixed.json.redirect_uris]).toEqual([201, [GOOD_REDIRECT]])
  })

  test('a metadata document that points elsewhere', async () => {
    const host = await startDocumentServer()
    const clientId = `https://${HOST}/client.json`
    const evil = 'https://evil.example/cb'
    host.answer = jsonAnswer({ client_id: clientId, client_name: 'ChatGPT', redirect_uris: [evil, GOOD_REDIRECT] })
    const redirects = { patterns: [GOOD_REDIRECT], loopback: false }
    const advise = createAdvice([])
    const reading = { allowedDomains: [HOST], redirects, advise, now: Date.now, network: host.network }
    const documents = createMetadataDocuments(reading)
    const clients = createClients({
      store: { read: () => Promise.resolve(undefined) },
      ids: createClientIds({ index: () => Promise.resolve(randomBytes(32)) }),
      switches: { fresh: () => Promise.resolve(switchesOf([], (id) => id)) },
      documents,
    })
    const asking = (redirect: string) =>
      parseAsker(
        new Map([
          ['client_id', clientId],
          ['redirect_uri', redirect],
        ]),
        { clients, redirects, advise },
      )
    await expect(asking(evil)).rejects.toMatchObject({ code: 'invalid_request', status: 400 })
    expect((await asking(GOOD_REDIRECT)).redirectUri).toBe(GOOD_REDIRECT)
    await host.close()
  })
})

describe('logging somebody out with no more than a token’s prefix', () => {
  test('neither the token endpoint nor revocation ends the grant', async () => {
    const session = await connect(sandbox(), PRIYA, { party })
    for (const kind of ['access', 'refresh', 'code'] as const) {
      const forged = forge(kind, session.grantId)
      const id = { client_id: party.client.clientId }
      expect((await form(`${api()}/oauth/revoke`, { token: forged, ...id })).status).toBe(200)
      expect(statusOf(await token(api(), refreshFields(party, forged)))).toEqual(INVALID_GRANT)
      const code = { code: forged, verifier: 'v'.repeat(43) }
      expect(statusOf(await token(api(), codeFields(party, code)))).toEqual(INVALID_GRANT)
    }
    expect((await callTool(api(), session.access)).status).toBe(200)
    expect((await refresh(api(), session, session.refresh)).status).toBe(200)
  })
})
