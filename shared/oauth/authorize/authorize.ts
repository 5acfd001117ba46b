import type { Entra } from '../../entra/entra.ts'
import { networkOf } from '../../http/bounds/client-address.ts'
import type { Failures } from '../../http/bounds/failures.ts'
import { addressesForLog } from '../../http/foreign-address.ts'
import { hostCookie } from '../../http/headers/cookies.ts'
import { singleParameters } from '../../http/form.ts'
import type { Endpoint, Incoming, Outgoing } from '../../http/message.ts'
import type { Branding, RenderPage } from '../../http/pages/page.ts'
import { seeOther } from '../../http/replies.ts'
import { sha256 } from '../../tokens/token.ts'
import { redirectHostOf } from '../clients/redirect-receiver.ts'
import type { LoginDeps } from '../login.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { checkResource } from '../resource.ts'
import { asksToWrite, grantedScope } from '../scope.ts'
import { authorizationResponse } from './authorization-response.ts'
import { checkPkce } from '../pkce/check-pkce.ts'
import { checkResponseType } from './check-response-type.ts'
import { consentContent } from './consent-page.ts'
import { type ConsentTransaction, sealTransaction } from './consent-transaction.ts'
import { type Hints, parseHints } from './hints.ts'
import { type Asker, type AskerDeps, parseAsker } from './parse-request.ts'
import { parsePrompt } from './prompt.ts'
import { refuseUnsupported } from './refuse-unsupported.ts'
import { newFlowId } from './start-sign-in.ts'
import { stateAsSent } from './state.ts'
import type { WriteOffer } from './write-offer.ts'

export type AuthorizeDeps = LoginDeps &
  AskerDeps & {
    readonly issuer: string
    readonly entra: Pick<Entra, 'signInUrl'>
    readonly page: RenderPage
    readonly branding: Branding
    readonly dataverseUrl: string
    /** Absent where nothing may be written. */
    readonly writes: WriteOffer | undefined
    /** Whether an administrator has switched writing off for now. */
    readonly isWritingOff: () => Promise<boolean>
    /** How often each consent page was answered with a sign-in. */
    readonly starts: Failures
  }

type AskerWithState = Asker & { readonly state: string | undefined }

const MOST_QUERY_CHARACTERS = 4_096
export const consentCookie = (flowId: string): string => hostCookie('consent', flowId)

/** `GET /oauth/authorize`: the checks of OAuth 2.1 §4.1.1 in their order, then the consent page. */
export function consentEndpoint(deps: AuthorizeDeps): Endpoint {
  return async (request) => {
    const search = request.query.toString()
    if (search.length > MOST_QUERY_CHARACTERS) throw new OAuthError('invalid_request', 'The request is too long.')
    const parameters = singleParameters(request.query)
    const asker = await parseAsker(parameters, deps, networkOf(request.clientAddress))
    const state = parameters.has('state') ? stateAsSent(request.search) : undefined
    try {
      refuseUnsupported(parameters)
      checkResponseType(parameters)
      const codeChallenge = checkPkce(parameters)
      const scope = grantedScope(parameters.get('scope'), deps.writes !== undefined)
      const resource = checkResource(parameters.get('resource'), deps.issuer)
      const prompt = parsePrompt(parameters)
      const { hints, leftOut } = parseHints(parameters)
      const asked = { codeChallenge, scope, resource, ...(prompt === undefined ? {} : { prompt }), ...hints }
      return await showConsent(deps, request, { ...asker, state }, asked, leftOut)
    } catch (error) {
      if (!(error instanceof OAuthError) || error.status >= 500) throw error
      return sendBack(deps, request, { ...asker, state }, error)
    }
  }
}

async function showConsent(
  deps: AuthorizeDeps,
  request: Incoming,
  { client, redirectUri, state }: AskerWithState,
  asked: Pick<ConsentTransaction, 'codeChallenge' | 'scope' | 'resource' | 'prompt'> & Hints,
  leftOut: readonly string[],
): Promise<Outgoing> {
  const flowId = newFlowId(deps.random)
  const cookie = deps.random(32).toString('base64url')
  const transaction: ConsentTransaction = {
    flowId,
    cookieHash: sha256(cookie),
    clientId: client.clientId,
    redirectUri,
    ...asked,
    ...(state === undefined ? {} : { state }),
  }
  const sealed = await sealTransaction(deps, transaction, deps.lifetime)
  request.audit({
    name: 'consent.shown',
    clientId: client.clientId,
    clientName: client.name,
    ...redirectHostOf(redirectUri),
    ...whatWasLeftOut(client.leftOut ?? [], leftOut),
  })
  const { name: brand } = deps.branding
  const dataverseHost = new URL(deps.dataverseUrl).host
  return deps.page({
    status: 200,
    title: 'Connect',
    content: consentContent({
      brand,
      redirectUri,
      dataverseHost,
      clientName: client.name,
      meUrl: `${deps.issuer}/me`,
      transaction: sealed,
      offer: asksToWrite(asked.scope) ? await offerOf(deps) : undefined,
    }),
    cookies: [{ name: consentCookie(flowId), value: cookie, maxAge: deps.lifetime }],
  })
}

/** Nobody is asked for what they would not get for now. */
async function offerOf({ writes, isWritingOff }: AuthorizeDeps): Promise<WriteOffer | undefined> {
  return writes && !(await isWritingOff()) ? writes : undefined
}

function whatWasLeftOut(addresses: readonly string[], hints: readonly string[]) {
  const reasons = [
    ...(hints.length === 0 ? [] : [`not plain, so left out: ${hints.join(', ')}`]),
    ...(addresses.length === 0 ? [] : ['redirect addresses of its document that are not admitted here are left out']),
  ]
  return {
    ...(reasons.length === 0 ? {} : { reason: reasons.join('; ') }),
    ...(addresses.length === 0 ? {} : { redirectUri: addressesForLog(addresses) }),
  }
}

function sendBack(
  deps: AuthorizeDeps,
  request: Incoming,
  { client, redirectUri, state }: AskerWithState,
  error: OAuthError,
) {
  request.audit({ name: 'authorize.refused', clientId: client.clientId, code: error.code, reason: error.description })
  const { code, description } = error
  return seeOther(authorizationResponse({ redirectUri, state }, deps.issuer, { error: code, description }))
}
