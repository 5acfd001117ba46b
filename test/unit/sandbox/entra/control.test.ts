import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import type { Entra } from '../../../sandbox/entra/start.ts'
import { IDENTITY_HEADER } from '../../../sandbox/entra/control.ts'
import { TENANT_ID, person } from '../../../sandbox/people.ts'
import { DATAVERSE, authorizeUrl, get, newTokens, start } from './driver.ts'

const { upn, oid } = person('analyst')
let entra: Entra

beforeAll(async () => {
  entra = await start()
})
afterEach(() => entra.reset())
afterAll(() => entra.close())

const control = (path: string, init?: RequestInit) => fetch(`${entra.url}/__sandbox/${path}`, init)
const change = (body: unknown) => control('behaviour', { method: 'POST', body: JSON.stringify(body) })

describe('public documents', () => {
  test('discovery agrees with the object and counts', async () => {
    const response = await get(`${entra.url}/${TENANT_ID}/v2.0/.well-known/openid-configuration`)
    expect(await response.json()).toMatchObject({ issuer: entra.issuer, jwks_uri: entra.jwksUri })
    expect(entra.counters()).toMatchObject({ discovery: 1, jwks: 0 })
  })

  test('URLs show localhost, another site than the app on 127.0.0.1', () => {
    expect(entra.url).toMatch(/^http:\/\/localhost:\d+$/)
    expect(entra.issuer).toBe(`${entra.url}/${TENANT_ID}/v2.0`)
  })

  test('the key set names RSA keys without a private part', async () => {
    const { keys } = (await (await get(entra.jwksUri)).json()) as { keys: Record<string, string>[] }
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([['e', 'kid', 'kty', 'n', 'use', 'x5t']])
    expect(entra.counters().jwks).toBe(1)
  })
})

describe('claims of a person', () => {
  test('roles and groups', async () => {
    entra.behaviour(upn, { roles: ['Mcp.User'], groups: ['group-1'] })
    const tokens = await newTokens(entra, upn)
    for (const token of [tokens.access_token, tokens.id_token]) {
      expect(decodeJwt(token)).toMatchObject({ roles: ['Mcp.User'], groups: ['group-1'] })
    }
    expect(decodeJwt((await newTokens(entra, person('no Dynamics user').upn)).id_token)).not.toHaveProperty('roles')
    const ofRep = decodeJwt((await newTokens(entra, person('sales rep').upn)).id_token)
    expect(ofRep['roles']).toEqual(person('sales rep').appRoles)
  })

  test.each([
    ['hasgroups', { hasgroups: true }],
    ['claim_names', { _claim_names: { groups: 'src1' } }],
  ] as const)('too many groups: %s', async (groupsOverage, expected) => {
    entra.behaviour(upn, { groups: ['group-1'], groupsOverage })
    const claims = decodeJwt((await newTokens(entra, upn)).id_token)
    expect(claims).toMatchObject(expected)
    expect(claims).not.toHaveProperty('groups')
  })
})

describe('/__sandbox/', () => {
  test('token mints a Dataverse bearer', async () => {
    const { access_token: token } = (await (await control(`token?upn=${upn}`)).json()) as { access_token: string }
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(entra.jwksUri)), { audience: DATAVERSE })
    expect(payload).toMatchObject({ oid, upn, scp: 'user_impersonation' })
    expect((await control('token?upn=nobody')).status).toBe(400)
  })

  test('behaviour, counters and reset', async () => {
    expect((await change({ upn, change: { signedIn: true } })).status).toBe(204)
    expect((await get(authorizeUrl(entra))).status).toBe(302)
    expect(await (await control('counters')).json()).toMatchObject({ authorize: 1 })
    expect((await control('reset', { method: 'POST' })).status).toBe(204)
    expect((await get(authorizeUrl(entra))).status).toBe(200)
    expect(entra.counters().authorize).toBe(1)
  })

  test('null takes a step of a behaviour away', async () => {
    const discovery = `${entra.url}/${TENANT_ID}/v2.0/.well-known/openid-configuration`
    await change({ upn: '*', change: { fault: { discovery: { kind: 'down', status: 503, body: 'empty' } } } })
    expect((await get(discovery)).status).toBe(503)
    await change({ upn: '*', change: { fault: { discovery: null } } })
    expect((await get(discovery)).status).toBe(200)
  })

  test.each([
    { upn: 'nobody@x.example', change: {} },
    { upn, change: { refuse: { authorize: 'AADSTS1' } } },
    { upn, change: { refuse: { lunch: 'AADSTS50105' } } },
    { upn, change: { surprise: true } },
    { upn },
    'text',
  ])('behaviour refuses %j', async (body) => {
    const response = await change(body)
    expect(response.status).toBe(400)
    expect(((await response.json()) as { error: string }).error).not.toBe('')
  })

  test('the managed-identity endpoint wants its header and the exchange audience', async () => {
    const ask = async (resource: string, header: string) =>
      (await control(`managed-identity?resource=${resource}`, { headers: { 'x-identity-header': header } })).status
    expect(await ask('api://AzureADTokenExchange', IDENTITY_HEADER)).toBe(200)
    expect(await ask('api://AzureADTokenExchange', 'wrong')).toBe(401)
    expect(await ask('https://vault.azure.net', IDENTITY_HEADER)).toBe(400)
  })

  test('what is unknown is not found', async () => {
    expect((await control('nothing')).status).toBe(404)
    expect((await get(`${entra.url}/${TENANT_ID}/oauth2/v2.0/devicecode`)).status).toBe(404)
  })
})

describe('what is learnt later', () => {
  test('redirect URIs and the Dataverse URL', async () => {
    const late = await start({ redirectUris: [], people: [person('analyst')] })
    try {
      expect((await get(authorizeUrl(late))).status).toBe(400)
      late.setRedirectUris([authorizeUrl(late).searchParams.get('redirect_uri') ?? ''])
      expect((await get(authorizeUrl(late))).status).toBe(200)
      late.setDataverseUrl('http://localhost:5555')
      expect(decodeJwt(await late.mintDataverseToken(upn)).aud).toBe('http://localhost:5555')
    } finally {
      await late.close()
    }
  })

  test('hostname 127.0.0.1 can be shown instead', async () => {
    const numeric = await start({ hostname: '127.0.0.1' })
    expect(numeric.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    await numeric.close()
  })
})
