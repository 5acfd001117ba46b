import type { Parameters } from '../../http/form.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { isCodeChallenge } from './code-challenge.ts'

/** S256 for every client, public or not; no method means "plain", which is refused. @see RFC 7636 §4.3 */
export function checkPkce(parameters: Parameters): string {
  const challenge = parameters.get('code_challenge')
  if (challenge === undefined) throw new OAuthError('invalid_request', 'A PKCE code challenge is required.')
  if (parameters.get('code_challenge_method') !== 'S256')
    throw new OAuthError('invalid_request', 'The PKCE code challenge method must be S256.')
  if (!isCodeChallenge(challenge)) throw new OAuthError('invalid_request', 'The PKCE code challenge is malformed.')
  return challenge
}
