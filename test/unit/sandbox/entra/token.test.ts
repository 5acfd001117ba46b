import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { SignJWT, decodeJwt, generateKeyPair } from 'jose'
import { MANAGED_IDENTITY, TOKEN_EXCHANGE_AUDIENCE } from '../../../sandbox/entra/tokens.ts'
import type { Entra } from '../../../sandbox/entra/start.ts'
import { ENTRA_CLIENT_ID, TENANT_ID, person } from '../../../sandbox/people.ts'
import { DATAVERSE, DATAVERSE_SCOPE, REDIRECT_URI, SCOPES } from './driver.ts'
import { newCode, newTokens, oboForm, pkce, post, start, tokenRequest } from './driver.ts'

const { upn } = person('sales rep')
const MINUTE = 60_000
let entra: Entra
let clock = 0
const cert = await generateKeyPair('PS256')
const certificate = { publicKey: cert.publicKey as never, thumbprint: 'thumbprint-1' }

beforeAll(async () => {
  entra = await start({ now: () => Date.now() + clock, certificate })
})
afterEach(() => {
  clock = 0
  entra.reset()
})
afterAll(() => entra.close())

type ErrorBody = { error: string; error_codes: number[]; suberror?: string; claims?: string }

async function refusal(response: Response): Promise<ErrorBody & { status: number }> {
  return { ...((await response.json()) as ErrorBody), status: response.status }
}

const codeForm = (code: string) => ({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI })
const refreshForm = (token: string) => ({ grant_type: 'refresh_token', refresh_token: token, scope: SCOPES })

test('the error body is that of Entra', async () => {
  const correlation = randomUUID()
  const response = await fetch(`${entra.url}/${TENANT_ID}/oauth2/v2.0/token`, {
    method: 'POST',
    headers: { 'client-request-id': correlation },
    body: new URLSearchParams({ grant_type: 'magic' }),
  })
  const body = (await response.json()) as Record<string, string>
  expect(response.status).toBe(400)
  expect(body).toMatchObject({
    error: 'unsupported_grant_type',
    error_codes: [70003],
    correlation_id: correlation,
    error_uri: `${entra.url}/error?code=70003`,
  })
  expect(body['timestamp']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/)
  expect(body['error_description']).toBe(
    'AADSTS70003: The app requested an unsupported grant type. ' +
      `Trace ID: ${body['trace_id']} Correlation ID: ${correlation} Timestamp: ${body['timestamp']}`,
  )
})

describe('any grant', () => {
  const cases: [string, number, number, Record<string, string>][] = [
    ['invalid_request', 900144, 400, { grant_type: '' }],
    ['invalid_request', 900144, 400, { client_id: '' }],
    ['invalid_request', 900144, 400, { code: '' }],
    ['unauthorized_client', 700016, 400, { client_id: randomUUID() }],
    ['invalid_client', 7000215, 401, { client_secret: 'another' }],
    ['invalid_client', 7000218, 401, { client_secret: '' }],
    ['invalid_target', 9010010, 400, { resource: DATAVERSE }],
    ['invalid_scope', 70011, 400, { scope: 'User.Read' }],
    ['invalid_grant', 70000, 400, { code: 'made-up' }],
    ['invalid_grant', 500112, 400, { redirect_uri: 'http://127.0.0.1:7071/other' }],
  ]

  test.each(cases)('%s %i', async (error, number, status, changes) => {
    const form = { ...codeForm(await newCode(entra, upn)), ...changes }
    expect(await refusal(await tokenRequest(entra, form))).toMatchObject({ error, error_codes: [number], status })
  })

  test('a repeated parameter', async () => {
    const repeated: [string, string][] = [
      ['grant_type', 'authorization_code'],
      ['grant_type', 'authorization_code'],
    ]
    const response = await post(`${entra.url}/${TENANT_ID}/oauth2/v2.0/token`, repeated)
    expect(await refusal(response)).toMatchObject({ error_codes: [9000411] })
  })
})

describe('authorization codes', () => {
  test('are good once', async () => {
    const form = codeForm(await newCode(entra, upn))
    expect((await tokenRequest(entra, form)).status).toBe(200)
    expect(await refusal(await tokenRequest(entra, form))).toMatchObject({
      error: 'invalid_grant',
      error_codes: [54005],
    })
  })

  test('expire', async () => {
    const form = codeForm(await newCode(entra, upn))
    clock = 11 * MINUTE
    expect(await refusal(await tokenRequest(entra, form))).toMatchObject({ error_codes: [70008] })
  })

  test('need the verifier of their challenge, and none without a challenge', async () => {
    const { verifier, challenge } = pkce()
    const bound = codeForm(await newCode(entra, upn, { code_challenge: challenge, code_challenge_method: 'S256' }))
    const unbound = codeForm(await newCode(entra, upn))
    for (const form of [bound, { ...bound, code_verifier: pkce().verifier }, { ...unbound, code_verifier: verifier }]) {
      expect(await refusal(await tokenRequest(entra, form))).toMatchObject({ error_codes: [501481] })
    }
    expect((await tokenRequest(entra, { ...bound, code_verifier: verifier })).status).toBe(200)
  })
})

describe('refresh tokens', () => {
  test('a used one stays valid and each use gives a new one', async () => {
    const { refresh_token: first } = await newTokens(entra, upn)
    const renew = async () =>
      (await (await tokenRequest(entra, refreshForm(first))).json()) as { refresh_token: string }
    const issued = [first, (await renew()).refresh_token, (await renew()).refresh_token]
    expect(new Set(issued).size).toBe(3)
  })

  test('come only with offline_access', async () => {
    const tokens = await newTokens(entra, upn, { scope: SCOPES.replace(' offline_access', '') })
    expect(tokens).not.toHaveProperty('refresh_token')
  })

  test('expire after 90 days', async () => {
    const { refresh_token: token } = await newTokens(entra, upn)
    clock = 91 * 24 * 60 * MINUTE
    expect(await refusal(await tokenRequest(entra, refreshForm(token)))).toMatchObject({ error_codes: [70008] })
  })

  test('are revoked for good, those of a later sign-in are not', async () => {
    const before = await newTokens(entra, upn)
    const other = await newTokens(entra, person('analyst').upn)
    entra.behaviour(upn, { revokeSessions: true })
    const after = await newTokens(entra, upn)
    const renew = (token: string) => tokenRequest(entra, refreshForm(token))
    expect(await refusal(await renew(before.refresh_token))).toMatchObject({ error_codes: [50173] })
    expect((await renew(after.refresh_token)).status).toBe(200)
    expect((await renew(other.refresh_token)).status).toBe(200)
  })

  test.each([
    ['made-up', SCOPES, 70000],
    [undefined, 'User.Read', 70011],
    [undefined, '', 900144],
  ])('%s with scope "%s" is refused', async (token, scope, number) => {
    const form = refreshForm(token ?? (await newTokens(entra, upn)).refresh_token)
    expect(await refusal(await tokenRequest(entra, { ...form, scope }))).toMatchObject({ error_codes: [number] })
  })
})

describe('on behalf of', () => {
  test.each([
    [DATAVERSE_SCOPE, DATAVERSE_SCOPE],
    [`${DATAVERSE}/.default`, `${DATAVERSE_SCOPE} ${DATAVERSE}/.default`],
  ])('%s answers %s', async (asked, granted) => {
    const { access_token: assertion } = await newTokens(entra, upn)
    const body = (await (await tokenRequest(entra, oboForm(assertion, asked))).json()) as { scope: string }
    expect(body.scope).toBe(granted)
  })

  test.each(['User.Read', 'https://other.dynamics.example/user_impersonation', 'openid'])('scope %s', async (scope) => {
    const { access_token: assertion } = await newTokens(entra, upn)
    expect(await refusal(await tokenRequest(entra, oboForm(assertion, scope)))).toMatchObject({ error_codes: [70011] })
  })

  test('the assertion must be an access token of ours', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    const { access_token: good, id_token: idToken } = await newTokens(entra, upn)
    const forged = await new SignJWT(decodeJwt(good)).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
    for (const bad of [forged, idToken, await entra.mintDataverseToken(upn), 'junk', good.slice(0, -8)]) {
      const answer = await refusal(await tokenRequest(entra, oboForm(bad)))
      expect(answer).toMatchObject({ error: 'invalid_grant', error_codes: [50013] })
    }
  })

  test('the assertion must not have expired', async () => {
    const { access_token: assertion } = await newTokens(entra, upn)
    clock = 61 * MINUTE
    expect(await refusal(await tokenRequest(entra, oboForm(assertion)))).toMatchObject({ error_codes: [500133] })
  })

  test('needs requested_token_use and consent', async () => {
    const form = oboForm((await newTokens(entra, upn)).access_token)
    const other = { ...form, requested_token_use: 'other' }
    expect(await refusal(await tokenRequest(entra, other))).toMatchObject({ error_codes: [70003] })
    entra.behaviour('*', { consent: false })
    expect(await refusal(await tokenRequest(entra, form))).toMatchObject({
      error: 'invalid_grant',
      error_codes: [65001],
      suberror: 'consent_required',
      status: 400,
    })
  })
})

describe('client assertions', () => {
  const now = Math.floor(Date.now() / 1000)
  const certificateClaims = () => ({
    iss: ENTRA_CLIENT_ID,
    sub: ENTRA_CLIENT_ID,
    aud: `${entra.url}/${TENANT_ID}/oauth2/v2.0/token`,
    jti: randomUUID(),
    exp: now + 300,
  })
  const federatedClaims = () => ({
    iss: entra.issuer,
    sub: MANAGED_IDENTITY,
    aud: TOKEN_EXCHANGE_AUDIENCE,
    exp: now + 300,
  })
  const byCertificate = (changes: object, header: object = {}) =>
    new SignJWT({ ...certificateClaims(), ...changes })
      .setProtectedHeader({ alg: 'PS256', 'x5t#S256': 'thumbprint-1', ...header })
      .sign(cert.privateKey)
  const redeem = async (assertion: string, changes: Record<string, string> = {}) =>
    tokenRequest(entra, {
      ...codeForm(await newCode(entra, upn)),
      client_secret: '',
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      ...changes,
    })

  test('of the certificate and of the managed identity are good', async () => {
    expect((await redeem(await byCertificate({}))).status).toBe(200)
    expect((await redeem(await entra.mintManagedIdentityToken())).status).toBe(200)
  })

  test.each<[number, string, object, object]>([
    [700027, 'another thumbprint', {}, { 'x5t#S256': 'thumbprint-2' }],
    [700027, 'another audience', { aud: 'https://other.example' }, {}],
    [700027, 'another subject', { sub: 'other' }, {}],
    [700024, 'expired', { exp: now - 301 }, {}],
  ])('%i: %s', async (number, _, changes, header) => {
    const answer = await refusal(await redeem(await byCertificate(changes, header)))
    expect(answer).toMatchObject({ error: 'invalid_client', error_codes: [number], status: 401 })
  })

  test('a federated credential is bound to key, subject and audience', async () => {
    const forged = await new SignJWT(federatedClaims())
      .setProtectedHeader({ alg: 'RS256' })
      .sign((await generateKeyPair('RS256')).privateKey)
    const bad = [
      [forged, 700027],
      [await entra.mintDataverseToken(upn), 700212],
      [await entra.mintManagedIdentityToken(randomUUID()), 700213],
    ] as const
    for (const [assertion, number] of bad) {
      expect(await refusal(await redeem(assertion))).toMatchObject({ error_codes: [number], status: 401 })
    }
  })

  test('of the managed identity expire after a day', async () => {
    const assertion = await entra.mintManagedIdentityToken()
    clock = 25 * 60 * MINUTE
    expect(await refusal(await redeem(assertion))).toMatchObject({ error_codes: [700024], status: 401 })
  })

  test('must be a JWT of the right type', async () => {
    expect(await refusal(await redeem('junk'))).toMatchObject({ error_codes: [50027] })
    const untyped = await redeem(await byCertificate({}), { client_assertion_type: '' })
    expect(await refusal(untyped)).toMatchObject({ error_codes: [900144] })
  })
})
