import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { createAccessTokenVerifier } from '../../../shared/entra/access-token.ts'
import { createEntraKeys } from '../../../shared/entra/entra-keys.ts'

export const TENANT = '6f1d2c3b-4a59-4e68-8c77-9b8a7c6d5e4f'
export const OTHER_TENANT = '6f1d2c3b-4a59-4e68-8c77-9b8a7c6d5e40'
export const CLIENT = '2b7e1516-28ae-4d2a-9f4c-3c4fcf098815'
export const OTHER_CLIENT = '2b7e1516-28ae-4d2a-9f4c-3c4fcf098816'
export const AZURE_CLI = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'
export const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`
const JWKS_URI = `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`
export const PERSON = '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e01'
export const PIPELINE = '9d1b7c52-3e64-4f0a-8b1d-2c3e4f5a6b7c'
export const NOW = Date.parse('2026-11-28T09:00:00Z')
export const SECONDS = NOW / 1000

export type Claims = Readonly<Record<string, unknown>>
type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey']
type Signing = { readonly alg?: string; readonly kid?: string; readonly key?: Key | Uint8Array }

const TIMES = { iat: SECONDS - 5, nbf: SECONDS - 5, exp: SECONDS + 3_600 }
const COMMON = { iss: ISSUER, aud: CLIENT, tid: TENANT, ver: '2.0', ...TIMES }

/** What `az account get-access-token --scope <client id>/MCP.Access` gives an administrator. */
export const PERSON_CLAIMS: Claims = {
  ...COMMON,
  oid: PERSON,
  sub: 'pairwise-subject',
  azp: AZURE_CLI,
  azpacr: '0',
  scp: 'MCP.Access',
  roles: ['Administrator'],
  name: 'Priya Nair',
  preferred_username: 'priya.nair@harbourpine.example',
}
/** What a service principal with the app role gets by client credentials. */
export const APPLICATION_CLAIMS: Claims = {
  ...COMMON,
  oid: PIPELINE,
  sub: PIPELINE,
  azp: OTHER_CLIENT,
  azpacr: '1',
  roles: ['Administrator'],
}
/** The id token of the same person's sign-in at this very app: the audience is the same. */
export const ID_TOKEN_CLAIMS: Claims = {
  ...COMMON,
  oid: PERSON,
  sub: 'pairwise-subject',
  nonce: 'n',
  roles: ['Administrator'],
  name: 'Priya Nair',
  preferred_username: 'priya.nair@harbourpine.example',
  sid: 's',
  login_hint: 'O.x',
}

/** Entra's keys, its JWKS as it is fetched, and a verifier on them. */
export async function createIssuer() {
  const keys = await generateKeyPair('RS256', { extractable: true })
  const other = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', use: 'sig' }
  const jwks = () => Promise.resolve(Response.json({ keys: [jwk] }))
  const state = { fetches: 0, answer: jwks }
  const fetchKeys = () => {
    state.fetches += 1
    return state.answer()
  }
  const sign = (claims: Claims, { alg = 'RS256', kid = 'k1', key = keys.privateKey }: Signing = {}) =>
    new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg, kid }).sign(key)
  const verifier = () =>
    createAccessTokenVerifier({
      issuer: ISSUER,
      clientId: CLIENT,
      tenantId: TENANT,
      now: () => NOW,
      keys: createEntraKeys(JWKS_URI, fetchKeys, () => NOW),
    })
  return { keys, other, jwks, state, sign, verifier, publicJwk: jwk }
}
