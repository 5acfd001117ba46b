import { type AuthenticationResult, ResponseMode } from '@azure/msal-node'
import * as z from 'zod'
import type { DataverseToken, EntraSession } from '../grants/types.ts'
import { EntraFault, EntraRefused, EntraUnavailable } from './refusals/entra-error.ts'
import { type Identity, type VerifyIdToken } from './id-token.ts'
import { askEntra, openMsal, type MsalClient, type MsalDeps } from './msal-client.ts'
import type { EntraStep } from './refusals/verdict.ts'

/** What a sign-in or a renewal gives: who it is, Entra's session to renew, and the token for Dataverse. */
export type SignedIn = {
  readonly identity: Identity
  readonly session: EntraSession
  readonly dataverse: DataverseToken
}

export type SignInRequest = {
  readonly state: string
  readonly nonce: string
  readonly codeChallenge: string
  readonly prompt?: SignInPrompt
  readonly claims?: string
  /** Of the client, for the account and the organisation to begin with. */
  readonly loginHint?: string | undefined
  readonly domainHint?: string | undefined
  /** Only who it is: no access to anything is asked for. */
  readonly identityOnly?: true
}

/** `login`: the person proves who they are anew. `select_account`: they choose, whoever is signed in. */
export type SignInPrompt = 'login' | 'select_account'

export type Entra = {
  readonly signInUrl: (request: SignInRequest) => Promise<string>
  /** @throws EntraRefused, EntraFault, EntraUnavailable, IdTokenInvalid */
  readonly redeemCode: (request: { code: string; codeVerifier: string; nonce: string }) => Promise<SignedIn>
  /** Who signed in, of a request for that alone. @throws EntraRefused, EntraFault, EntraUnavailable, IdTokenInvalid */
  readonly identify: (request: { code: string; codeVerifier: string; nonce: string }) => Promise<Identity>
  /** @throws EntraRefused, EntraFault, EntraUnavailable, IdTokenInvalid */
  readonly renew: (session: EntraSession) => Promise<SignedIn>
}

export type EntraDeps = MsalDeps & {
  readonly apiScope: string
  readonly dataverseUrl: string
  readonly redirectUri: string
  readonly verifyIdToken: VerifyIdToken
}

/** Never `resource`, never the client's scopes: the scope sent is ours alone. */
const scopesOf = (deps: EntraDeps) => [deps.apiScope, 'openid', 'profile', 'email', 'offline_access']
/** MSAL adds `offline_access` to every request; what comes of it is dropped with the client object. */
const IDENTITY = ['openid', 'profile']

/**
 * Everything that is asked of Entra, through MSAL: one client object per use, so that no cache is ever shared by two
 * people.
 */
export function createEntra(deps: EntraDeps): Entra {
  return {
    signInUrl: (request) => signInUrl(deps, request),
    redeemCode: async ({ code, codeVerifier, nonce }) => {
      const client = await openMsal(deps, 'redeem-code')
      const request = { code, codeVerifier, nonce, scopes: scopesOf(deps), redirectUri: deps.redirectUri }
      const result = await askEntra(client, 'redeem-code', () => client.msal.acquireTokenByCode(request))
      // Without one the connection would die with its first access token, and the person would not know why.
      if (!holdsRefreshToken(client.msal.getTokenCache().serialize()))
        throw new EntraFault('not-renewable', 'redeem-code', undefined, 'no refresh token')
      return complete(deps, client, 'redeem-code', result, nonce)
    },
    identify: async ({ code, codeVerifier, nonce }) => {
      const client = await openMsal(deps, 'redeem-code')
      const request = { code, codeVerifier, nonce, scopes: IDENTITY, redirectUri: deps.redirectUri }
      const { idToken } = await askEntra(client, 'redeem-code', () => client.msal.acquireTokenByCode(request))
      return deps.verifyIdToken(idToken, nonce)
    },
    renew: async (session) => {
      const client = await openMsal(deps, 'renew')
      const cache = client.msal.getTokenCache()
      cache.deserialize(session.cache)
      const account = (await cache.getAllAccounts()).find((one) => one.homeAccountId === session.homeAccountId)
      if (!account || !holdsRefreshToken(session.cache))
        throw new EntraRefused('session-ended', 'renew', undefined, 'no refresh token')
      const request = { account, scopes: [deps.apiScope], forceRefresh: true }
      const result = await askEntra(client, 'renew', () => client.msal.acquireTokenSilent(request))
      return complete(deps, client, 'renew', result)
    },
  }
}

async function signInUrl(deps: EntraDeps, request: SignInRequest): Promise<string> {
  const { state, nonce, codeChallenge, prompt, claims, loginHint, domainHint, identityOnly } = request
  const { msal } = await openMsal(deps, 'authorize')
  return msal.getAuthCodeUrl({
    state,
    nonce,
    codeChallenge,
    codeChallengeMethod: 'S256',
    redirectUri: deps.redirectUri,
    scopes: identityOnly ? IDENTITY : scopesOf(deps),
    responseMode: ResponseMode.QUERY,
    ...(prompt === undefined ? {} : { prompt }),
    ...(claims === undefined ? {} : { claims }),
    ...(loginHint === undefined ? {} : { loginHint }),
    ...(domainHint === undefined ? {} : { domainHint }),
  })
}

/** The session is taken before the exchange for Dataverse: its token rests in the access row, not in the cache. */
async function complete(
  deps: EntraDeps,
  client: MsalClient,
  step: EntraStep,
  result: AuthenticationResult,
  nonce?: string,
): Promise<SignedIn> {
  const identity = await deps.verifyIdToken(result.idToken, nonce)
  if (!result.account) throw new EntraUnavailable(step, undefined, { cause: 'no account in the answer' })
  const session = { cache: client.msal.getTokenCache().serialize(), homeAccountId: result.account.homeAccountId }
  const request = { oboAssertion: result.accessToken, scopes: [`${deps.dataverseUrl}/user_impersonation`] }
  const dataverse = await askEntra(client, 'on-behalf-of', () => client.msal.acquireTokenOnBehalfOf(request))
  if (!dataverse.expiresOn) throw new EntraUnavailable('on-behalf-of', undefined, { cause: 'a token without an end' })
  return { identity, session, dataverse: { value: dataverse.accessToken, expiresAt: dataverse.expiresOn.getTime() } }
}

const Cache = z.object({ RefreshToken: z.record(z.string(), z.object({ secret: z.string().min(1) })).optional() })

/** Whether MSAL's serialized cache can be renewed. Entra gives no refresh token where `offline_access` is not granted. */
function holdsRefreshToken(serialized: string): boolean {
  const cache = Cache.safeParse(JSON.parse(serialized))
  return cache.success && Object.keys(cache.data.RefreshToken ?? {}).length > 0
}
