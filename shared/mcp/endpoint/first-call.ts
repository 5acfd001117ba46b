import { readBearer } from '../../http/headers/bearer.ts'
import type { Endpoint, Incoming, Outgoing } from '../../http/message.ts'
import { parseToken } from '../../tokens/token.ts'
import { challenge } from './bearer.ts'
import { corsHeaders, isForeignOrigin } from './origin.ts'
import { rpcError } from './rpc-error.ts'

export type FirstCallDeps = {
  readonly publicBaseUrl: string
  readonly allowedOrigins: readonly string[]
  readonly scope: string
}

export const MOST_TOKEN_CHARACTERS = 4_096

/** Every client's first call: no failure, and nothing to count. */
export function askForToken({ publicBaseUrl, scope }: Pick<FirstCallDeps, 'publicBaseUrl' | 'scope'>): Outgoing {
  return rpcError(401, 'Authorization is required', { 'www-authenticate': challenge(publicBaseUrl, scope) })
}

/** In the form of an access token of ours, at least; no storage is asked. */
export function bearsToken(headers: Headers): boolean {
  const bearer = readBearer(headers, MOST_TOKEN_CHARACTERS)
  return bearer.kind === 'present' && parseToken('access', bearer.token) !== undefined
}

/** Answers a call without a token just as the endpoint would, which need not be loaded for it. */
export function beforeSignIn(deps: FirstCallDeps, endpoint: Endpoint): Endpoint {
  return (request) => {
    if (!isFirstCall(request, deps)) return endpoint(request)
    const { headers, ...reply } = askForToken(deps)
    const shared = { 'cache-control': 'no-store', ...corsHeaders(request.headers.get('origin')) }
    return Promise.resolve({ ...reply, headers: Object.assign(shared, headers) })
  }
}

/** Whatever is refused is counted and logged, and that is for the endpoint itself. */
const isFirstCall = (request: Incoming, deps: Pick<FirstCallDeps, 'allowedOrigins'>): boolean =>
  bearerOf(request, deps)?.kind === 'absent'

/** The bearer that the endpoint will ask storage about; `undefined` where it refuses or answers before. */
export function bearerToOpen(request: Incoming, deps: Pick<FirstCallDeps, 'allowedOrigins'>): string | undefined {
  const bearer = bearerOf(request, deps)
  return bearer?.kind === 'present' ? bearer.token : undefined
}

function bearerOf({ method, headers, query }: Incoming, { allowedOrigins }: Pick<FirstCallDeps, 'allowedOrigins'>) {
  if (method === 'OPTIONS' || query.has('access_token')) return undefined
  if (isForeignOrigin(headers.get('origin'), allowedOrigins)) return undefined
  return readBearer(headers, MOST_TOKEN_CHARACTERS)
}
