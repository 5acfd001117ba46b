import { type AuthenticationResult, ResponseMode } from '@azure/msal-node'
import type { DataverseToken, EntraSession } from '../grants/types.ts'
import { type EntraStep, EntraUnavailable } from './entra-error.ts'
import { type Identity, type VerifyIdToken } from './id-token.ts'
import { askEntra, openMsal, type MsalClient, type MsalDeps } from './msal-client.ts'

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
  readonly prompt?: 'select_account'
  readonly claims?: string
}

export type Entra = {
  readonly signInUrl: (request: SignInRequest) => Promise<string>
  /** @throws EntraRefused, EntraUnavailable, IdTokenInvalid */
  readonly redeemCode: (request: { code: string; codeVerifier: string; nonce: string }) => Promise<SignedIn>
  /** @throws EntraRefused, EntraUnavailable, IdTokenInvalid */
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

/**
 * Everything that is asked of Entra, through MSAL: one client object per use, so that no cache is ever shared by two
 * people.
 */
export function createEntra(deps: EntraDeps): Entra {
  return {
    signInUrl: async ({ state, nonce, codeChallenge, prompt, claims }) => {
      const { msal } = await openMsal(deps, 'authorize')
      return msal.getAuthCodeUrl({
        ...{ state, nonce, codeChallenge, codeChallengeMethod: 'S256', redirectUri: deps.redirectUri },
        ...{ scopes: scopesOf(deps), responseMode: ResponseMode.QUERY },
        ...(prompt === undefined ? {} : { prompt }),
        ...(claims === undefined ? {} : { claims }),
      })
    },
    redeemCode: async ({ code, codeVerifier, nonce }) => {
      const client = await openMsal(deps, 'redeem-code')
      const request = { code, codeVerifier, nonce, scopes: scopesOf(deps), redirectUri: deps.redirectUri }
      const result = await askEntra(client, 'redeem-code', () => client.msal.acquireTokenByCode(request))
      return complete(deps, client, 'redeem-code', result, nonce)
    },
    renew: async (session) => {
      const client = await openMsal(deps, 'renew')
      const cache = client.msal.getTokenCache()
      cache.deserialize(session.cache)
      const account = (await cache.getAllAccounts()).find((one) => one.homeAccountId === session.homeAccountId)
      if (!account) throw new EntraUnavailable('renew', undefined, { cause: 'the session holds no such account' })
      const request = { account, scopes: [deps.apiScope], forceRefresh: true }
      const result = await askEntra(client, 'renew', () => client.msal.acquireTokenSilent(request))
      return complete(deps, client, 'renew', result)
    },
  }
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
  if (!dataverse?.expiresOn) throw new EntraUnavailable('on-behalf-of', undefined, { cause: 'no token in the answer' })
  return { identity, session, dataverse: { value: dataverse.accessToken, expiresAt: dataverse.expiresOn.getTime() } }
}
