import type { Entra, SignInPrompt, SignInRequest } from '../../entra/entra.ts'
import { hostCookie } from '../../http/headers/cookies.ts'
import type { Cookie, Outgoing } from '../../http/message.ts'
import { seeOther } from '../../http/replies.ts'
import { sha256 } from '../../tokens/token.ts'
import { isVisit, type Login, type LoginDeps, saveLogin, type Visit } from '../login.ts'
import { challengeOf } from '../pkce/code-challenge.ts'

export const newFlowId = (random: LoginDeps['random']): string => random(9).toString('base64url')
export const signInCookie = (flowId: string): string => hostCookie('signin', flowId)
/** The flow that a `state` of ours names, so that its cookie is found among those of other tabs. */
export const flowOf = (state: string): string => /^([A-Za-z0-9_-]{12})\.[A-Za-z0-9_-]{43}$/.exec(state)?.[1] ?? ''

/** What the person signs in for: to connect a client, or to see their own connections. */
export type SignInPurpose =
  | Pick<
      Login,
      | 'clientId'
      | 'redirectUri'
      | 'clientState'
      | 'codeChallenge'
      | 'scope'
      | 'resource'
      | 'hops'
      | 'anew'
      | 'loginHint'
      | 'domainHint'
    >
  | Pick<Visit, 'kind' | 'hops'>

export type SignInStart = SignInPurpose & {
  readonly prompt?: SignInPrompt | undefined
  readonly claims?: string | undefined
}

type StartDeps = LoginDeps & { readonly entra: Pick<Entra, 'signInUrl'> }

/** Sends the browser to Entra. Called only after the person approved, or pressed "Sign in" on our own page. */
export async function startSignIn(
  deps: StartDeps,
  start: SignInStart,
  cookies: readonly Cookie[] = [],
): Promise<Outgoing> {
  const { url, cookie } = await prepareSignIn(deps, start)
  return seeOther(url, [...cookies, cookie])
}

/**
 * Writes the login row, and gives the address at Entra with a PKCE, nonce and state of our own, beside the cookie that
 * will be asked for at the callback.
 */
export async function prepareSignIn(
  deps: StartDeps,
  { prompt, claims, ...start }: SignInStart,
): Promise<{ readonly url: string; readonly cookie: Cookie }> {
  const flowId = newFlowId(deps.random)
  const secret = (size = 32) => deps.random(size).toString('base64url')
  const state = `${flowId}.${secret()}`
  const cookie = secret()
  const codeVerifier = secret()
  const nonce = secret(16)
  await saveLogin(deps, state, { ...start, codeVerifier, nonce, cookieHash: sha256(cookie) })
  const url = await deps.entra.signInUrl({
    state,
    nonce,
    codeChallenge: challengeOf(codeVerifier),
    ...(claims === undefined ? {} : { claims }),
    ...howToAsk(start, prompt),
  })
  return { url, cookie: { name: signInCookie(flowId), value: cookie, maxAge: deps.lifetime } }
}

/**
 * For `/me` the person always chooses: on a shared computer nobody is to see a colleague's connections by one click, nor
 * to end them for their own.
 */
function howToAsk(
  start: SignInPurpose,
  asked: SignInPrompt | undefined,
): Pick<SignInRequest, 'prompt' | 'loginHint' | 'domainHint' | 'identityOnly'> {
  if (isVisit(start)) return { identityOnly: true, prompt: asked ?? 'select_account' }
  const prompt = start.anew ? 'login' : asked
  return {
    ...(prompt === undefined ? {} : { prompt }),
    // Whoever chooses an account is not to be led back to the one that the client named.
    ...(prompt === 'select_account' ? {} : { loginHint: start.loginHint }),
    domainHint: start.domainHint,
  }
}
