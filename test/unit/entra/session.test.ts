import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { authorityOf } from '../../../shared/entra/authority.ts'
import { createEntra, type Entra, type EntraDeps } from '../../../shared/entra/entra.ts'
import { EntraFault, EntraRefused, EntraUnavailable } from '../../../shared/entra/refusals/entra-error.ts'
import { createIdTokenVerifier } from '../../../shared/entra/id-token.ts'
import { createEntraKeys } from '../../../shared/entra/entra-keys.ts'
import { ENTRA_CLIENT_ID, person, TENANT_ID } from '../../sandbox/people.ts'
import { API_SCOPE, DATAVERSE, newCode, REDIRECT_URI, SECRET, start } from '../sandbox/entra/driver.ts'

const { upn } = person('sales rep')
const VERIFIER = 'v'.repeat(43)
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
let sandbox: Awaited<ReturnType<typeof start>>
let entra: Entra
let entraOf: (change?: Partial<EntraDeps>) => Entra

beforeAll(async () => {
  sandbox = await start()
  const authority = authorityOf(sandbox.url, TENANT_ID)
  const { issuer, jwksUri } = authority
  entraOf = (change = {}) =>
    createEntra({
      clientId: ENTRA_CLIENT_ID,
      authority,
      fetch,
      apiScope: API_SCOPE,
      dataverseUrl: DATAVERSE,
      redirectUri: REDIRECT_URI,
      credential: () => Promise.resolve({ clientSecret: SECRET }),
      verifyIdToken: createIdTokenVerifier({
        issuer,
        clientId: ENTRA_CLIENT_ID,
        tenantId: TENANT_ID,
        now: Date.now,
        keys: createEntraKeys(jwksUri, fetch, Date.now),
      }),
      ...change,
    })
  entra = entraOf()
})
afterEach(() => sandbox.reset())
afterAll(() => sandbox.close())

const signIn = async () => {
  const code = await newCode(sandbox, upn, { nonce: 'n', code_challenge: CHALLENGE, code_challenge_method: 'S256' })
  return entra.redeemCode({ code, codeVerifier: VERIFIER, nonce: 'n' })
}
const failureOf = (act: Promise<unknown>) => act.catch((error: unknown) => error)
const refreshTokensIn = (cache: string) => (JSON.parse(cache) as { RefreshToken: Record<string, object> }).RefreshToken

describe('a session that can be renewed', () => {
  test('is what a sign-in gives, and each renewal keeps or replaces what it is renewed with', async () => {
    const { session } = await signIn()
    const next = await entra.renew(session)
    expect(Object.values(refreshTokensIn(next.session.cache))).not.toEqual(
      Object.values(refreshTokensIn(session.cache)),
    )
    sandbox.behaviour(upn, { refreshTokens: false })
    const kept = await entra.renew(next.session)
    expect(refreshTokensIn(kept.session.cache)).toEqual(refreshTokensIn(next.session.cache))
    expect((await entra.renew(kept.session)).dataverse.value).toMatch(/^eyJ/)
  })

  test('without a refresh token there is none: said at the sign-in, and Dataverse is not asked', async () => {
    sandbox.behaviour(upn, { refreshTokens: false })
    const error = await failureOf(signIn())
    expect(error).toBeInstanceOf(EntraFault)
    expect(error).toMatchObject({ kind: 'not-renewable', step: 'redeem-code', code: 'no refresh token' })
    expect(sandbox.counters()).toMatchObject({ 'token.authorization_code': 1, 'token.obo': 0 })
  })

  test.each(['RefreshToken', 'Account'])(
    'one that rests here without its %s is over, and Entra is not asked',
    async (part) => {
      const { session } = await signIn()
      sandbox.reset()
      const cache = JSON.stringify({ ...(JSON.parse(session.cache) as object), [part]: {} })
      const error = await failureOf(entra.renew({ ...session, cache }))
      expect(error).toBeInstanceOf(EntraRefused)
      expect(error).toMatchObject({ kind: 'session-ended', step: 'renew', code: 'no refresh token' })
      expect(sandbox.counters()['token.refresh_token']).toBe(0)
    },
  )

  test.each([
    ['another app registration', { clientId: '9b1f6a0e-5c7d-4e2f-8a3b-1c2d3e4f5a6b' }],
    ['another authority', { authority: authorityOf('https://login.example', TENANT_ID) }],
  ])('one of %s is over: only a sign-in helps, and Entra is not asked', async (_, change) => {
    const { session } = await signIn()
    sandbox.reset()
    const error = await failureOf(entraOf(change).renew(session))
    expect(error).toBeInstanceOf(EntraRefused)
    expect(error).toMatchObject({ kind: 'session-ended', step: 'renew' })
    expect(sandbox.counters()['token.refresh_token']).toBe(0)
  })

  test.each(['<html>', '{}', '{"access_token":""}', '{"token_type":"Bearer"}'])(
    'a renewal that is answered 200 without a token, %s, ends nothing',
    async (body) => {
      const { session } = await signIn()
      const away = entraOf({ fetch: () => Promise.resolve(new Response(body)) })
      expect(await failureOf(away.renew(session))).toBeInstanceOf(EntraUnavailable)
    },
  )
})
