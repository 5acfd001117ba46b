import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import {
  createMetadataDocuments,
  isMetadataDocumentUrl,
} from '../../../../../shared/oauth/clients/documents/client-id-metadata-document.ts'
import { createAdvice } from '../../../../../shared/oauth/clients/admission-advice.ts'
import { DocumentRefused } from '../../../../../shared/oauth/clients/documents/document-refused.ts'
import type { Network } from '../../../../../shared/oauth/clients/documents/guarded-fetch.ts'
import { type DocumentServer, HOST, jsonAnswer, startDocumentServer } from './document-server.ts'

const ID = `https://${HOST}/client.json`
const REDIRECT = `https://${HOST}/callback`
const CHATGPT = 'https://chatgpt.com/connector_platform_oauth_redirect'
const DOCUMENT = { client_id: ID, client_name: 'Client', redirect_uris: [REDIRECT] }
const HOUR_MS = 3_600_000
let server: DocumentServer
let clock: number

beforeAll(async () => {
  server = await startDocumentServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.requests.length = 0
  server.answer = jsonAnswer(DOCUMENT)
  clock = Date.parse('2026-11-24T09:00:00Z')
})

const documents = (allowedDomains: readonly string[] = [HOST], network: Partial<Network> = {}) =>
  createMetadataDocuments({
    allowedDomains,
    redirects: { patterns: [CHATGPT, REDIRECT, `${REDIRECT}/*`], loopback: true },
    advise: createAdvice([]),
    now: () => clock,
    network: { ...server.network, ...network },
  })

describe('client ids that are the address of a document', () => {
  test.each([ID, 'https://chatgpt.com/oauth/client.json', 'https://chatgpt.com/oauth/kDmjx77UnKOM/client.json'])(
    '%s',
    (id) => expect(isMetadataDocumentUrl(id)).toBe(true),
  )
})

describe('client ids that are not', () => {
  test.each([
    ['a registered id', 'dmi_AAAAAAAAAAAAAAAAAAAAAA'],
    ['empty', ''],
    ['http', `http://${HOST}/client.json`],
    ['another scheme', 'file:///etc/passwd'],
    ['data', 'data:application/json,{}'],
    ['no path', `https://${HOST}`],
    ['only the root', `https://${HOST}/`],
    ['user name', `https://chatgpt.com@${HOST}/client.json`],
    ['password', `https://a:b@${HOST}/client.json`],
    ['empty user name', `https://@${HOST}/client.json`],
    ['fragment', `${ID}#a`],
    ['empty fragment', `${ID}#`],
    ['query', `${ID}?a=b`],
    ['empty query', `${ID}?`],
    ['dot segment', `https://${HOST}/a/./client.json`],
    ['double dot segment', `https://${HOST}/a/../client.json`],
    ['encoded dot segment', `https://${HOST}/a/%2e%2E/client.json`],
    ['backslash', `https://${HOST}\\client.json`],
    ['upper-case host', 'https://Client.test/client.json'],
    ['upper-case scheme', `HTTPS://${HOST}/client.json`],
    ['default port', `https://${HOST}:443/client.json`],
    ['other port', `https://${HOST}:8443/client.json`],
    ['leading blank', ` ${ID}`],
    ['trailing line feed', `${ID}\n`],
    ['tab inside', `https://${HOST}/cli\tent.json`],
    ['letter outside ASCII', `https://${HOST}/clïent.json`],
    ['decimal address', 'https://2130706433/client.json'],
    ['hexadecimal address', 'https://0x7f.1/client.json'],
    ['too long', `https://${HOST}/${'a'.repeat(500)}`],
  ])('%s', async (_what, id) => {
    expect(isMetadataDocumentUrl(id)).toBe(false)
    await expect(documents().find(id)).rejects.toMatchObject({ reason: 'not-a-document-url' })
    expect(server.requests).toHaveLength(0)
  })
})

describe('documents that make a client', () => {
  const chatGpt = {
    ...DOCUMENT,
    client_uri: 'https://chatgpt.com/',
    client_name: 'ChatGPT',
    redirect_uris: [CHATGPT],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_signing_alg: 'RS256',
    jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
    logo_uri: 'https://persistent.oaistatic.com/sonic/misc/openai-logo.png',
  }

  test('the one of ChatGPT, whose preferred method we do not offer', async () => {
    server.answer = jsonAnswer(chatGpt)
    expect(await documents().find(ID)).toEqual({
      clientId: ID,
      name: 'ChatGPT',
      redirectUris: [CHATGPT],
      leftOut: [],
    })
  })

  test.each<[string, object]>([
    ['unknown grant types', { grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer'] }],
    ['unknown response types', { response_types: ['code', 'id_token'] }],
    ['unknown members', { software_id: 'x', tls_client_certificate_bound_access_tokens: true }],
    ['the method none', { token_endpoint_auth_method: 'none' }],
    ['none among methods', { token_endpoint_auth_methods_supported: ['client_secret_post', 'none'] }],
    ['a loopback redirect', { redirect_uris: ['http://127.0.0.1/callback'] }],
    ['20 redirects', { redirect_uris: Array.from({ length: 20 }, (_, index) => `${REDIRECT}/${index}`) }],
  ])('with %s', async (_what, members) => {
    server.answer = jsonAnswer({ ...DOCUMENT, ...members })
    await expect(documents().find(ID)).resolves.toMatchObject({ clientId: ID, name: 'Client' })
  })

  test.each([
    ['over http', 'http://client.test/callback'],
    ['a script', 'javascript:alert(1)'],
    ['with a fragment', `${REDIRECT}#a`],
    ['of another client', 'https://vscode.dev/redirect'],
    ['of an app’s own scheme', 'cursor://anysphere.cursor-mcp/oauth/callback'],
    ['no address', ''],
  ])('one redirect that is not admitted is left out, %s', async (_what, uri) => {
    server.answer = jsonAnswer({ ...DOCUMENT, redirect_uris: [uri, REDIRECT, `${REDIRECT}/1`] })
    expect(await documents().find(ID)).toMatchObject({ redirectUris: [REDIRECT, `${REDIRECT}/1`], leftOut: [uri] })
  })

  test('a name that would disturb the consent page is cleaned', async () => {
    server.answer = jsonAnswer({ ...DOCUMENT, client_name: `\u202eTP\u0000Gtahc\u2069${'x'.repeat(200)}` })
    expect((await documents().find(ID)).name).toBe(`TPGtahc${'x'.repeat(92)}…`)
  })
})

describe('documents that make none', () => {
  test.each<[string, string, unknown]>([
    ['another client_id', 'client-id-mismatch', { ...DOCUMENT, client_id: 'https://chatgpt.com/oauth/client.json' }],
    [
      'its client_id in other words',
      'client-id-mismatch',
      { ...DOCUMENT, client_id: `https://${HOST}:443/client.json` },
    ],
    ['no client_id', 'invalid', { ...DOCUMENT, client_id: undefined }],
    ['no name', 'invalid', { ...DOCUMENT, client_name: undefined }],
    ['a blank name', 'invalid', { ...DOCUMENT, client_name: ' ' }],
    ['a name that is no text', 'invalid', { ...DOCUMENT, client_name: 7 }],
    ['no redirects', 'invalid', { ...DOCUMENT, redirect_uris: undefined }],
    ['an empty list of redirects', 'invalid', { ...DOCUMENT, redirect_uris: [] }],
    ['21 redirects', 'invalid', { ...DOCUMENT, redirect_uris: Array.from({ length: 21 }, () => REDIRECT) }],
    ['a redirect that is no text', 'invalid', { ...DOCUMENT, redirect_uris: [REDIRECT, 7] }],
    ['a redirect over http', 'no-redirect-admitted', { ...DOCUMENT, redirect_uris: ['http://client.test/callback'] }],
    [
      'redirects elsewhere',
      'no-redirect-admitted',
      { ...DOCUMENT, redirect_uris: ['https://vscode.dev/redirect', `${REDIRECT}/a/b`] },
    ],
    [
      'a redirect to a lookalike of loopback',
      'no-redirect-admitted',
      { ...DOCUMENT, redirect_uris: ['http://127.0.0.1.test/'] },
    ],
    ['a script as redirect', 'no-redirect-admitted', { ...DOCUMENT, redirect_uris: ['javascript:alert(1)'] }],
    ['a redirect with a fragment', 'no-redirect-admitted', { ...DOCUMENT, redirect_uris: [`${REDIRECT}#a`] }],
    ['a secret', 'invalid', { ...DOCUMENT, client_secret: 'hunter2' }],
    ['the expiry of a secret', 'invalid', { ...DOCUMENT, client_secret_expires_at: 0 }],
    ['other grant types only', 'invalid', { ...DOCUMENT, grant_types: ['client_credentials'] }],
    ['other response types only', 'invalid', { ...DOCUMENT, response_types: ['token'] }],
    ['a list', 'invalid', [DOCUMENT]],
    ['null', 'invalid', null],
    ['text', 'invalid', ID],
    ['a method with a secret', 'auth-method', { ...DOCUMENT, token_endpoint_auth_method: 'client_secret_post' }],
    ['a method with a key', 'auth-method', { ...DOCUMENT, token_endpoint_auth_method: 'private_key_jwt' }],
    [
      'methods without none',
      'auth-method',
      { ...DOCUMENT, token_endpoint_auth_methods_supported: ['private_key_jwt'] },
    ],
    [
      'none only where the list outranks it',
      'auth-method',
      {
        ...DOCUMENT,
        token_endpoint_auth_method: 'none',
        token_endpoint_auth_methods_supported: ['client_secret_basic'],
      },
    ],
  ])('with %s: %s', async (_what, reason, document) => {
    server.answer = jsonAnswer(document)
    const refused = await documents()
      .find(ID)
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(DocumentRefused)
    expect(refused).toMatchObject({ reason })
    expect((refused as Error).message).not.toContain('client.test')
  })
})

describe('who is refused learns the setting', () => {
  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => '',
      (error: unknown) => (error as Error).message,
    )
  test('that would admit the addresses of its document', async () => {
    server.answer = jsonAnswer({ ...DOCUMENT, redirect_uris: ['https://vscode.dev/redirect', 'https://a.example/cb'] })
    const message = await refusal(documents().find(ID))
    expect(message).toContain('Visual Studio Code, which is not among CLIENTS; CLIENTS=vscode would admit it.')
    expect(message).toContain('REDIRECT_URI_ALLOW_LIST would admit it.')
  })

  test.each([
    ['https://vscode.dev/oauth/client.json', 'CLIENTS=vscode'],
    ['https://apps.example/client.json', 'CLIENT_ID_METADATA_DOMAINS'],
  ])('that would admit the host of %s: %s', async (id, setting) => {
    const refused = documents().find(id)
    expect(await refusal(refused)).toContain(`${setting} would admit it.`)
    await expect(refused).rejects.toMatchObject({ addresses: [id], settings: [setting] })
    expect(server.requests).toHaveLength(0)
  })
})

describe('the list of allowed hosts', () => {
  test.each([
    [['chatgpt.com', HOST], 'read'],
    [['chatgpt.com'], 'refused'],
    [['test'], 'refused'],
    [[`sub.${HOST}`], 'refused'],
  ])('%j: the host is %s', async (allowed, outcome) => {
    const found = await documents(allowed)
      .find(ID)
      .catch((error: unknown) => error)
    if (outcome === 'read') expect(found).toMatchObject({ clientId: ID })
    else expect(found).toMatchObject({ reason: 'domain-not-allowed' })
    expect(server.requests).toHaveLength(outcome === 'read' ? 1 : 0)
  })
})

describe('keeping documents', () => {
  const readsAfter = async (headers: Readonly<Record<string, string>>, waitMs: number) => {
    server.answer = jsonAnswer(DOCUMENT, headers)
    const { find } = documents()
    await find(ID)
    clock += waitMs
    await find(ID)
    return server.requests.length
  }

  test.each<[string, Record<string, string>, number, number]>([
    ['max-age, within', { 'cache-control': 'max-age=3600' }, HOUR_MS - 10_000, 1],
    ['max-age, after', { 'cache-control': 'max-age=3600' }, HOUR_MS + 1000, 2],
    ['s-maxage outranks max-age', { 'cache-control': 'max-age=3600, s-maxage=60' }, 61_000, 2],
    ['Age counts', { 'cache-control': 'max-age=3600', age: '3000' }, 601_000, 2],
    ['a year, within a day', { 'cache-control': 'public, max-age=31536000' }, 24 * HOUR_MS - 1000, 1],
    ['a year, after a day', { 'cache-control': 'public, max-age=31536000, immutable' }, 24 * HOUR_MS + 1000, 2],
    ['no-store', { 'cache-control': 'no-store' }, 0, 2],
    ['no-cache', { 'cache-control': 'no-cache, max-age=3600' }, 0, 2],
    ['private', { 'cache-control': 'private, max-age=3600' }, 0, 2],
    ['stale answers are not kept', { 'cache-control': 'max-age=0, stale-if-error=86400' }, 0, 2],
    ['stale-while-revalidate neither', { 'cache-control': 'max-age=0, stale-while-revalidate=86400' }, 0, 2],
    ['varies by everything', { 'cache-control': 'max-age=3600', vary: '*' }, 0, 2],
    ['no headers', {}, 0, 2],
    ['nonsense', { 'cache-control': 'max-age=NaN', age: '-1e9' }, 25 * HOUR_MS, 2],
  ])('%s', async (_what, headers, waitMs, reads) => {
    expect(await readsAfter(headers, waitMs)).toBe(reads)
  })

  test('what is asked for at once is read once, even where it may not be kept', async () => {
    server.answer = jsonAnswer(DOCUMENT, { 'cache-control': 'no-store' })
    const { find } = documents()
    const found = await Promise.all(Array.from({ length: 20 }, () => find(ID)))
    expect(new Set(found.map(({ clientId }) => clientId))).toEqual(new Set([ID]))
    expect(server.requests).toHaveLength(1)
  })

  test('a flood of documents pushes the oldest out', async () => {
    server.answer = (request, response) =>
      jsonAnswer(
        { ...DOCUMENT, client_id: `https://${HOST}${request.url ?? ''}` },
        { 'cache-control': 'max-age=3600' },
      )(request, response)
    const { find } = documents()
    for (let index = 0; index <= 100; index += 1) await find(`https://${HOST}/${index}.json`)
    await find(`https://${HOST}/100.json`)
    expect(server.requests).toHaveLength(101)
    await find(`https://${HOST}/0.json`)
    expect(server.requests).toHaveLength(102)
  })
})
