import type { Parameters } from '../../http/form.ts'
import { OAuthError } from '../errors/oauth-error.ts'

/** @see https://openid.net/specs/openid-connect-core-1_0.html#AuthError */
export function refuseUnsupported(parameters: Parameters): void {
  if (parameters.has('request')) throw new OAuthError('request_not_supported', 'Request objects are not supported.')
  if (parameters.has('request_uri'))
    throw new OAuthError('request_uri_not_supported', 'Request objects are not supported.')
}
