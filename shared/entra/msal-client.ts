import {
  AuthError,
  type AuthenticationResult,
  ConfidentialClientApplication,
  InteractionRequiredAuthError,
} from '@azure/msal-node'
import type { Authority } from './authority.ts'
import type { MsalCredential } from './client-credential.ts'
import { entraError, EntraRefused, EntraUnavailable } from './refusals/entra-error.ts'
import { IdTokenInvalid } from './id-token.ts'
import { createNetworkClient, type NetworkClient } from './network-client.ts'
import type { EntraStep } from './refusals/verdict.ts'

export type MsalDeps = {
  readonly clientId: string
  readonly authority: Authority
  readonly credential: () => Promise<MsalCredential>
  readonly fetch: typeof globalThis.fetch
}

export type MsalClient = { readonly msal: ConfidentialClientApplication; readonly network: NetworkClient }

/** A client of its own for each use, with an empty cache. @throws EntraUnavailable when the app has no credential */
export async function openMsal(deps: MsalDeps, step: EntraStep): Promise<MsalClient> {
  const network = createNetworkClient(deps.fetch)
  const credential = await deps.credential().catch((error: unknown) => {
    throw new EntraUnavailable(step, undefined, { cause: error })
  })
  const msal = new ConfidentialClientApplication({
    auth: { clientId: deps.clientId, ...deps.authority.msal, ...credential },
    system: { networkClient: network, disableInternalRetries: true },
  })
  return { msal, network }
}

/** MSAL takes a 5xx that is no error object, such as a gateway's page, for an answer without tokens. */
const failed = (network: NetworkClient): boolean => (network.lastAnswer()?.status ?? 200) >= 400

/**
 * One call of MSAL, which gives a token. Where MSAL did not even ask, since nothing that it holds can be renewed (of an
 * app registration before this one, or past its end), only a new sign-in helps.
 * @throws EntraRefused, EntraFault, EntraUnavailable, IdTokenInvalid
 */
export async function askEntra(
  { network }: MsalClient,
  step: EntraStep,
  call: () => Promise<AuthenticationResult | null>,
): Promise<AuthenticationResult> {
  try {
    const result = await call()
    if (failed(network)) throw new TypeError('an error was taken for an answer')
    if (!result?.accessToken) throw new TypeError('no token in the answer')
    return result
  } catch (error) {
    if (network.lastAnswer() === undefined && error instanceof InteractionRequiredAuthError)
      throw new EntraRefused('session-ended', step, undefined, error.errorCode)
    if (!failed(network) && error instanceof AuthError && error.errorCode === 'nonce_mismatch')
      throw new IdTokenInvalid('the id token is of another sign-in', { cause: error })
    throw entraError(step, network.lastAnswer(), error)
  }
}
