import type { Parameters } from '../../http/form.ts'
import { type Token, type TokenKind, parseToken } from '../../tokens/token.ts'
import { OAuthError } from '../errors/oauth-error.ts'

export type GrantType = 'authorization_code' | 'refresh_token'

export function parseGrantType(form: Parameters): GrantType {
  const grantType = form.get('grant_type')
  if (grantType === undefined) throw new OAuthError('invalid_request', 'The request names no grant type.')
  if (grantType === 'authorization_code' || grantType === 'refresh_token') return grantType
  throw new OAuthError('unsupported_grant_type', 'The grant type must be authorization_code or refresh_token.')
}

export const invalidGrant = (cause: unknown): OAuthError =>
  new OAuthError('invalid_grant', 'The code or token is not valid, or was not issued to this client.', { cause })

/** Each kind is looked up only under its own prefix: a code is never taken for a refresh token. */
export function requiredToken(form: Parameters, name: 'code' | 'refresh_token', kind: TokenKind): Token {
  const value = form.get(name)
  if (value === undefined) throw new OAuthError('invalid_request', `The request holds no ${name}.`)
  const token = parseToken(kind, value)
  if (!token) throw invalidGrant('the token is malformed')
  return token
}
