import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { UnsecuredJWT } from 'jose'
import { EntraUnavailable } from '../../../shared/entra/refusals/entra-error.ts'
import { TokenInvalid } from '../../../shared/entra/verify-token.ts'
import {
  APPLICATION_CLAIMS,
  AZURE_CLI,
  type Claims,
  CLIENT,
  createIssuer,
  ID_TOKEN_CLAIMS,
  ISSUER,
  OTHER_CLIENT,
  OTHER_TENANT,
  PERSON,
  PERSON_CLAIMS,
  PIPELINE,
  SECONDS,
  TENANT,
} from '../manage/entra-tokens.ts'

let issuer: Awaited<ReturnType<typeof createIssuer>>
beforeAll(async () => {
  issuer = await createIssuer()
})
beforeEach(() => {
  Object.assign(issuer.state, { fetches: 0, answer: issuer.jwks })
})

const person = (change: Claims = {}) => ({ ...PERSON_CLAIMS, ...change })
const application = (change: Claims = {}) => ({ ...APPLICATION_CLAIMS, ...change })
const verify = async (claims: Claims) => issuer.verifier()(await issuer.sign(claims))

describe('an access token for this app', () => {
  test.each([
    ['as Azure CLI gets it', {}],
    ['that says it is a user’s', { idtyp: 'user' }],
    ['with several scopes', { scp: 'Other MCP.Access' }],
    ['from a clock that is a minute off', { exp: SECONDS - 59, nbf: SECONDS + 59 }],
  ])('of a person, %s', async (_, change) => {
    expect(await verify(person(change))).toEqual({
      kind: 'person',
      objectId: PERSON,
      clientId: AZURE_CLI,
      roles: ['Administrator'],
      scopes: expect.arrayContaining(['MCP.Access']) as unknown,
    })
  })

  test.each([
    ['with idtyp', { idtyp: 'app', azpacr: undefined }],
    ['without idtyp, by secret', {}],
    ['without idtyp, by certificate or federation', { azpacr: '2' }],
  ])('of an application, %s', async (_, change) => {
    expect(await verify(application(change))).toEqual({
      kind: 'application',
      objectId: PIPELINE,
      clientId: OTHER_CLIENT,
      scopes: [],
      roles: ['Administrator'],
    })
  })

  test('without roles names none', async () => {
    expect(await verify(person({ roles: undefined }))).toMatchObject({ roles: [] })
  })
})

describe('a token that is refused', () => {
  test.each<[string, Claims, string]>([
    ['an id token of our own sign-in, whose audience is this app too', ID_TOKEN_CLAIMS, 'incomplete'],
    ['an id token without nonce, of a renewal', { ...ID_TOKEN_CLAIMS, nonce: undefined }, 'incomplete'],
    ['an id token that names a client', { ...ID_TOKEN_CLAIMS, azp: CLIENT }, 'incomplete'],
    ['one without nonce that names a client', { ...ID_TOKEN_CLAIMS, nonce: undefined, azp: CLIENT }, 'incomplete'],
    [
      'one that even says how the client proved itself',
      { ...ID_TOKEN_CLAIMS, nonce: undefined, azp: CLIENT, azpacr: '1' },
      'incomplete',
    ],
    ['a person’s token with a nonce', person({ nonce: 'n' }), 'incomplete'],
    ['version 1', person({ ver: '1.0' }), 'incomplete'],
    ['no version', person({ ver: undefined }), 'incomplete'],
    [
      'version 1, by its issuer',
      person({ ver: '1.0', iss: `https://sts.windows.net/${TENANT}/`, azp: undefined, appid: AZURE_CLI }),
      'wrong-issuer',
    ],
    ['the application id URI for audience, as version 1 has it', person({ aud: `api://${CLIENT}` }), 'wrong-audience'],
    ['the audience in a list', person({ aud: [CLIENT] }), 'incomplete'],
    ['the audience beside another', person({ aud: [CLIENT, 'https://graph.microsoft.com'] }), 'incomplete'],
    ['the audience in capitals', person({ aud: CLIENT.toUpperCase() }), 'wrong-audience'],
    ['Graph’s audience', person({ aud: '00000003-0000-0000-c000-000000000000' }), 'wrong-audience'],
    ['Dataverse’s audience', person({ aud: 'https://contoso.crm11.dynamics.com' }), 'wrong-audience'],
    ['the audience of the token exchange', application({ aud: 'api://AzureADTokenExchange' }), 'wrong-audience'],
    ['another tenant’s issuer', person({ iss: ISSUER.replace(TENANT, OTHER_TENANT) }), 'wrong-issuer'],
    ['another tenant', person({ tid: OTHER_TENANT }), 'wrong-tenant'],
    ['no tenant', person({ tid: undefined }), 'incomplete'],
    ['expired', person({ exp: SECONDS - 61 }), 'expired'],
    ['not yet valid', person({ nbf: SECONDS + 61 }), 'not-yet-valid'],
    ['no end', person({ exp: undefined }), 'incomplete'],
    ['no beginning', person({ iat: undefined }), 'incomplete'],
    ['no object id', person({ oid: undefined }), 'incomplete'],
    ['an object id that is no GUID', person({ oid: 'priya' }), 'incomplete'],
    ['no client', person({ azp: undefined }), 'incomplete'],
    ['the client as version 1 names it', person({ azp: undefined, appid: AZURE_CLI }), 'incomplete'],
    ['roles that are a text', person({ roles: 'Administrator' }), 'incomplete'],
    ['scopes that are a list', person({ scp: ['MCP.Access'] }), 'incomplete'],
    ['scopes in a token of an application', application({ idtyp: 'app', scp: 'MCP.Access' }), 'incomplete'],
    ['a device', application({ idtyp: 'device' }), 'incomplete'],
    ['no scope and idtyp user', application({ idtyp: 'user' }), 'incomplete'],
    ['no scope, of a public client', application({ azpacr: '0' }), 'incomplete'],
    ['no scope, and a subject that is not the object id', application({ sub: 'pairwise' }), 'incomplete'],
    ['no scope, and no word of how the client proved itself', application({ azpacr: undefined }), 'incomplete'],
  ])('%s', async (_, claims, fault) => {
    await expect(verify(claims)).rejects.toMatchObject({ name: 'TokenInvalid', fault })
  })

  test.each<[string, () => string | Promise<string>]>([
    ['alg none', () => new UnsecuredJWT(PERSON_CLAIMS).encode()],
    ['alg none in capitals', () => unsigned('NONE')],
    ['HS256, keyed with the public key', () => issuer.sign(PERSON_CLAIMS, { alg: 'HS256', key: publicKeyBytes() })],
    ['another key under our key’s id', () => issuer.sign(PERSON_CLAIMS, { key: issuer.other.privateKey })],
    ['an unknown key id', () => issuer.sign(PERSON_CLAIMS, { kid: 'k2', key: issuer.other.privateKey })],
    ['a changed claim', () => tampered({ roles: ['Administrator', 'x'] })],
    ['a header that brings its own key', () => unsigned('RS256', { jwk: issuer.publicJwk })],
    ['our own access token', () => 'dma_AAAAAAAAAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB.CCCCCC'],
    ['our own refresh token', () => 'dmr_AAAAAAAAAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB.CCCCCC'],
    ['empty', () => ''],
    ['dots', () => '..'],
  ])('%s', async (_, make) => {
    const error: unknown = await issuer
      .verifier()(await make())
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TokenInvalid)
    expect(error).toMatchObject({ fault: 'not-verified' })
  })
})

describe('Entra’s keys', () => {
  test('made-up key ids fetch them once, not once each', async () => {
    const verify = issuer.verifier()
    for (let at = 0; at < 50; at++)
      await expect(verify(await issuer.sign(PERSON_CLAIMS, { kid: `made-up-${at}` }))).rejects.toThrow(TokenInvalid)
    expect(await verify(await issuer.sign(PERSON_CLAIMS))).toMatchObject({ kind: 'person' })
    expect(issuer.state.fetches).toBe(1)
  })

  test.each(['dma_x.y.z', 'a.b.c', ''])('%s costs no fetch', async (token) => {
    await expect(issuer.verifier()(token)).rejects.toThrow(TokenInvalid)
    expect(issuer.state.fetches).toBe(0)
  })

  test('that cannot be had decide nothing', async () => {
    issuer.state.answer = () => Promise.resolve(new Response('', { status: 503 }))
    await expect(verify(person())).rejects.toThrow(EntraUnavailable)
  })
})

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const unsigned = (alg: string, header = {}) => `${base64({ alg, kid: 'k1', ...header })}.${base64(PERSON_CLAIMS)}.`
const publicKeyBytes = () => new TextEncoder().encode(JSON.stringify(issuer.publicJwk))
async function tampered(change: Claims): Promise<string> {
  const [header = '', , signature = ''] = (await issuer.sign(PERSON_CLAIMS)).split('.')
  return [header, base64(person(change)), signature].join('.')
}
