import type { Endpoint, Outgoing } from './message.ts'
import { WireError } from './wire-error.ts'

/** As an endpoint shows any error; one that is not logged has no id to be found by. */
export type ShowRefusal = (error: WireError, shown: { readonly correlationId: undefined }) => Outgoing

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

/** Whatever the host hands over: its worker cannot make a request of TRACE or CONNECT, and routes no unknown method. */
export const EVERY_METHOD: Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * An endpoint with these methods and no other: 405 names them all, whichever was used. It is no failure to be counted,
 * as clients find out this way what there is.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6
 */
export function allowing(methods: readonly string[], show: ShowRefusal, endpoint: Endpoint): Endpoint {
  const allow = methods.join(', ')
  const refusal = new WireError(405, 'method_not_allowed', `Use ${allow}.`, { headers: { allow } })
  return async (request) =>
    methods.includes(request.method) ? await endpoint(request) : show(refusal, { correlationId: undefined })
}
