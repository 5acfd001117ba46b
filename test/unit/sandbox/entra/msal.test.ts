import { createHash, generateKeyPairSync } from 'node:crypto'
import { ManagedIdentityCredential } from '@azure/identity'
import type { AuthenticationResult, ConfidentialClientApplication } from '@azure/msal-node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { IDENTITY_HEADER } from '../../../sandbox/entra/control.ts'
import type { Entra } from '../../../sandbox/entra/start.ts'
import { ENTRA_CLIENT_ID, TENANT_ID, person } from '../../../sandbox/people.ts'
import { API_SCOPE, DATAVERSE, DATAVERSE_SCOPE, REDIRECT_URI, SECRET } from './driver.ts'
import { msalClient, newTokens, pkce, returned, signIn, start, get } from './driver.ts'

const rep = person('sales rep')
const certificate = generateKeyPairSync('rsa', { modulusLength: 2048 })
const thumbprint = createHash('sha256').update('the certificate of the sandbox app').digest()
let entra: Entra

beforeAll(async () => {
  entra = await start({
    certificate: { publicKey: certificate.publicKey, thumbprint: thumbprint.toString('base64url') },
  })
})
afterEach(() => entra.reset())
afterAll(async () => {
  delete process.env['IDENTITY_ENDPOINT']
  delete process.env['IDENTITY_HEADER']
  await entra.close()
})

async function authorizationUrl(client: ConfidentialClientApplication, challenge: string, claims?: string) {
  return client.getAuthCodeUrl({
    scopes: [API_SCOPE, 'email'],
    redirectUri: REDIRECT_URI,
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
    nonce: 'nonce-1',
    state: 'state-1',
    responseMode: 'query',
    ...(claims !== undefined && { claims }),
  })
}

async function connect(client: ConfidentialClientApplication, claims?: string): Promise<AuthenticationResult> {
  const { verifier, challenge } = pkce()
  const answer = await signIn(await authorizationUrl(client, challenge, claims), rep.upn)
  return client.acquireTokenByCode({
    code: answer.get('code') ?? '',
    scopes: [API_SCOPE, 'email'],
    redirectUri: REDIRECT_URI,
    codeVerifier: verifier,
    nonce: 'nonce-1',
  })
}

const onBehalfOf = (client: ConfidentialClientApplication, oboAssertion: string) =>
  client.acquireTokenOnBehalfOf({ oboAssertion, scopes: [DATAVERSE_SCOPE] })

describe('MSAL against the stand-in', () => {
  test('redeems a code with PKCE and nonce into verifiable tokens', async () => {
    const result = await connect(msalClient(entra))
    const keys = createRemoteJWKSet(new URL(entra.jwksUri))
    const id = await jwtVerify(result.idToken, keys, { issuer: entra.issuer, audience: ENTRA_CLIENT_ID })
    const api = await jwtVerify(result.accessToken, keys, { issuer: entra.issuer, audience: ENTRA_CLIENT_ID })
    const identity = { oid: rep.oid, tid: TENANT_ID, preferred_username: rep.upn, name: rep.name, ver: '2.0' }
    expect(id.payload).toMatchObject({ ...identity, nonce: 'nonce-1', email: rep.upn })
    expect(api.payload).toMatchObject({ ...identity, scp: 'MCP.Access', azp: ENTRA_CLIENT_ID, sid: id.payload['sid'] })
    expect(result.scopes).toEqual([API_SCOPE])
    expect(result.account?.homeAccountId).toBe(`${rep.oid}.${TENANT_ID}`)
  })

  test('a serialized cache serves silent, forced refresh and OBO in a fresh client', async () => {
    const first = msalClient(entra)
    const { accessToken } = await connect(first)
    const dataverse = await onBehalfOf(first, accessToken)
    expect(dataverse?.scopes).toEqual([DATAVERSE_SCOPE])

    const fresh = msalClient(entra)
    fresh.getTokenCache().deserialize(first.getTokenCache().serialize())
    const again = await onBehalfOf(fresh, accessToken)
    expect(again).toMatchObject({ fromCache: true, accessToken: dataverse?.accessToken })

    const account = (await fresh.getTokenCache().getAllAccounts())[0]!
    const silent = await fresh.acquireTokenSilent({ account, scopes: [API_SCOPE] })
    expect(silent).toMatchObject({ fromCache: true, accessToken })
    const renewed = await fresh.acquireTokenSilent({ account, scopes: [API_SCOPE], forceRefresh: true })
    expect(renewed.fromCache).toBe(false)
    expect(renewed.accessToken).not.toBe(accessToken)
    expect(entra.counters()).toMatchObject({
      'token.authorization_code': 1,
      'token.refresh_token': 1,
      'token.obo': 1,
      discovery: 0,
    })
  })

  test('the OBO token is for Dataverse and carries the person', async () => {
    const client = msalClient(entra)
    const dataverse = await onBehalfOf(client, (await connect(client)).accessToken)
    const { payload } = await jwtVerify(dataverse?.accessToken ?? '', createRemoteJWKSet(new URL(entra.jwksUri)))
    expect(payload).toMatchObject({
      aud: DATAVERSE,
      scp: 'user_impersonation',
      oid: rep.oid,
      upn: rep.upn,
      tid: TENANT_ID,
      appid: ENTRA_CLIENT_ID,
    })
  })

  test('a wrong nonce is noticed by MSAL', async () => {
    const client = msalClient(entra)
    const { verifier, challenge } = pkce()
    const code = (await signIn(await authorizationUrl(client, challenge), rep.upn)).get('code') ?? ''
    const request = { code, scopes: [API_SCOPE], redirectUri: REDIRECT_URI, codeVerifier: verifier, nonce: 'other' }
    await expect(client.acquireTokenByCode(request)).rejects.toMatchObject({ errorCode: 'nonce_mismatch' })
  })

  test('single sign-on answers the authorization URL without a page', async () => {
    entra.behaviour(rep.upn, { signedIn: true })
    const answer = await returned(await get(await authorizationUrl(msalClient(entra), pkce().challenge)))
    expect(answer.get('state')).toBe('state-1')
    expect(answer.get('code')).toMatch(/^1\./)
  })

  test('a claims challenge at OBO is satisfied by signing in with its claims', async () => {
    entra.behaviour(rep.upn, { refuse: { 'token.obo': 'AADSTS50076' } })
    const client = msalClient(entra)
    const { accessToken } = await connect(client)
    const refusal = await onBehalfOf(client, accessToken).then(
      () => ({ claims: undefined }),
      (error: unknown) => error as { claims?: string },
    )
    expect(JSON.parse(refusal.claims ?? '{}')).toHaveProperty(['access_token', 'capolids', 'essential'], true)
    const stepped = await connect(client, refusal.claims)
    expect((await onBehalfOf(client, stepped.accessToken))?.scopes).toEqual([DATAVERSE_SCOPE])
  })
})

describe('how the client proves itself', () => {
  const managedIdentity = () => {
    process.env['IDENTITY_ENDPOINT'] = `${entra.url}/__sandbox/managed-identity`
    process.env['IDENTITY_HEADER'] = IDENTITY_HEADER
    const credential = new ManagedIdentityCredential({ clientId: '11111111-2222-4333-8444-555555555555' })
    return async () => (await credential.getToken('api://AzureADTokenExchange/.default')).token
  }
  const credentials = {
    'a client secret': () => ({ clientSecret: SECRET }),
    'a minted managed-identity assertion': () => ({ clientAssertion: () => entra.mintManagedIdentityToken() }),
    'the real ManagedIdentityCredential': () => ({ clientAssertion: managedIdentity() }),
    'a certificate': () => ({
      clientCertificate: {
        thumbprintSha256: thumbprint.toString('hex'),
        privateKey: certificate.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      },
    }),
  }

  test.each(Object.entries(credentials))('%s', async (_, credential) => {
    const client = msalClient(entra, credential())
    const { accessToken } = await connect(client)
    expect((await onBehalfOf(client, accessToken))?.scopes).toEqual([DATAVERSE_SCOPE])
  })
})

describe('tokens that are about to expire', () => {
  test('MSAL does not serve from its cache what has less than five minutes left', async () => {
    const brief = await start({ accessTokenLifetime: 200 })
    try {
      const client = msalClient(brief)
      const { access_token: assertion } = await newTokens(brief, rep.upn)
      await onBehalfOf(client, assertion)
      expect((await onBehalfOf(client, assertion))?.fromCache).toBe(false)
    } finally {
      await brief.close()
    }
  })
})
