import type { Parameters } from '../../http/form.ts'
import { OAuthError } from '../errors/oauth-error.ts'

/** @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-v2-1-13#section-4.1.1 */
export function checkResponseType(parameters: Parameters): void {
  if (parameters.get('response_type') !== 'code')
    throw new OAuthError('unsupported_response_type', 'The response type must be "code".')
  if ((parameters.get('response_mode') ?? 'query') !== 'query')
    throw new OAuthError('invalid_request', 'The response mode must be "query".')
}
