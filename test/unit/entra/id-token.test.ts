import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { EntraUnavailable } from '../../../shared/entra/refusals/entra-error.ts'
import { createIdTokenVerifier, IdTokenInvalid } from '../../../shared/entra/id-token.ts'
import { createEntraKeys } from '../../../shared/entra/entra-keys.ts'

const TENANT = '6f1d2c3b-4a59-4e68-8c77-9b8a7c6d5e4f'
const OTHER_TENANT = '6f1d2c3b-4a59-4e68-8c77-9b8a7c6d5e40'
const CLIENT = '2b7e1516-28ae-4d2a-9f4c-3c4fcf098815'
const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`
const OID = '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e01'
const NOW = Date.parse('2026-11-24T09:00:00Z')
const SECONDS = NOW / 1000
const CLAIMS = {
  iss: ISSUER,
  aud: CLIENT,
  tid: TENANT,
  oid: OID,
  nonce: 'nonce',
  preferred_username: 'priya@harbourpine.example',
  iat: SECONDS - 5,
  nbf: SECONDS - 5,
  exp: SECONDS + 3_600,
  ver: '2.0',
}

type Keys = Awaited<ReturnType<typeof generateKeyPair>>
let keys: Keys
let otherKeys: Keys
let jwks: () => Promise<Response>
let fetches: number
beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true })
  otherKeys = await generateKeyPair('RS256')
})
beforeEach(async () => {
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', use: 'sig' }
  fetches = 0
  jwks = () => Promise.resolve(Response.json({ keys: [jwk] }))
})

const fetchKeys = () => {
  fetches += 1
  return jwks()
}
const verifier = () =>
  createIdTokenVerifier({
    issuer: ISSUER,
    clientId: CLIENT,
    tenantId: TENANT,
    now: () => NOW,
    keys: createEntraKeys(`https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`, fetchKeys, () => NOW),
  })
const sign = (
  change: Readonly<Record<string, unknown>> = {},
  header: { alg?: string; kid?: string } = {},
  key: Keys['privateKey'] | Uint8Array = keys.privateKey,
) => new SignJWT({ ...CLAIMS, ...change }).setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header }).sign(key)

describe('an id token of this sign-in', () => {
  test('names the person', async () => {
    expect(await verifier()(await sign({ roles: ['Crm.Ask'], groups: ['g'] }), 'nonce')).toEqual({
      userId: OID,
      tenantId: TENANT,
      username: 'priya@harbourpine.example',
      roles: ['Crm.Ask'],
      groups: ['g'],
      groupOverage: false,
    })
  })

  test('at a renewal there is no nonce to compare', async () => {
    expect(await verifier()(await sign({ nonce: undefined }))).toMatchObject({ userId: OID, roles: [], groups: [] })
  })

  test.each([
    ['_claim_names', { _claim_names: { groups: 'src1' } }, true],
    ['hasgroups', { hasgroups: true }, true],
    ['another claim by reference', { _claim_names: { roles: 'src1' } }, false],
  ])('more groups than Entra names: %s', async (_, change, groupOverage) => {
    expect(await verifier()(await sign(change), 'nonce')).toMatchObject({ groupOverage })
  })

  test('clocks may differ by a minute', async () => {
    const { userId } = await verifier()(await sign({ exp: SECONDS - 59, nbf: SECONDS + 59 }), 'nonce')
    expect(userId).toBe(OID)
  })

  test('the keys are fetched once', async () => {
    const verify = verifier()
    for (let time = 0; time < 3; time++) await verify(await sign(), 'nonce')
    expect(fetches).toBe(1)
  })
})

describe('an id token that is refused', () => {
  const CASES: readonly [string, () => string | Promise<string>][] = [
    ['alg none', () => new UnsecuredJWT(CLAIMS).encode()],
    [
      'HS256, keyed with the public key',
      async () => sign({}, { alg: 'HS256' }, new TextEncoder().encode(JSON.stringify(await exportJWK(keys.publicKey)))),
    ],
    ['PS256 with the right key', async () => sign({}, { alg: 'PS256' }, await importAs('PS256'))],
    ['another key under our key’s id', () => sign({}, {}, otherKeys.privateKey)],
    ['a key id that Entra does not publish', () => sign({}, { kid: 'k2' }, otherKeys.privateKey)],
    ['another issuer', () => sign({ iss: ISSUER.replace(TENANT, OTHER_TENANT) })],
    ['Entra’s v1 issuer', () => sign({ iss: `https://sts.windows.net/${TENANT}/` })],
    ['another audience', () => sign({ aud: `api://${CLIENT}` })],
    ['another tenant', () => sign({ tid: OTHER_TENANT })],
    ['another nonce', () => sign({ nonce: 'other' })],
    ['no nonce', () => sign({ nonce: undefined })],
    ['expired', () => sign({ exp: SECONDS - 61 })],
    ['not yet valid', () => sign({ nbf: SECONDS + 61 })],
    ['no oid', () => sign({ oid: undefined })],
    ['an oid that is no GUID', () => sign({ oid: 'priya' })],
    ['no tid', () => sign({ tid: undefined })],
    ['no exp', () => sign({ exp: undefined })],
    ['no iat', () => sign({ iat: undefined })],
    ['roles that are no list', () => sign({ roles: 'Crm.Ask' })],
    [
      'a changed claim',
      async () => {
        const [header = '', , signature = ''] = (await sign()).split('.')
        return [
          header,
          Buffer.from(JSON.stringify({ ...CLAIMS, oid: OTHER_TENANT })).toString('base64url'),
          signature,
        ].join('.')
      },
    ],
    ['cut off', async () => (await sign()).slice(0, -10)],
    ['no JWT', () => 'dma_token'],
    ['empty', () => ''],
  ]
  test.each(CASES)('%s', async (name, make) => {
    const error: unknown = await verifier()(await make(), 'nonce').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(IdTokenInvalid)
    expect((error as IdTokenInvalid).wrongTenant).toBe(name === 'another tenant')
  })
})

describe('when the keys cannot be had, nothing is decided', () => {
  test.each([
    ['no connection', () => Promise.reject(new TypeError('fetch failed'))],
    ['503', () => Promise.resolve(new Response('', { status: 503 }))],
    ['a page', () => Promise.resolve(new Response('<html>'))],
    ['JSON that is no key set', () => Promise.resolve(Response.json({ error: 'x' }))],
    ['a time-out', () => Promise.reject(new DOMException('timed out', 'TimeoutError'))],
  ])('%s', async (_, answer) => {
    jwks = answer
    await expect(verifier()(await sign(), 'nonce')).rejects.toThrow(EntraUnavailable)
  })
})

/** The signing key for another algorithm of the same family. */
const importAs = async (alg: string) =>
  crypto.subtle.importKey(
    'jwk',
    { ...(await exportJWK(keys.privateKey)), alg },
    { name: 'RSA-PSS', hash: 'SHA-256' },
    true,
    ['sign'],
  )
