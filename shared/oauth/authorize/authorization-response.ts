import type { OAuthErrorCode } from '../errors/oauth-error.ts'
import { asQueryText } from './state.ts'

export type ResponseTarget = {
  readonly redirectUri: string
  /** In the letters in which the client sent it. */
  readonly state?: string | undefined
}

/**
 * The address that sends a code or an error back to the client, always with our issuer and its exact state. An own
 * query of the redirect address is kept.
 * @see https://www.rfc-editor.org/rfc/rfc9207#section-2
 */
export function authorizationResponse(
  { redirectUri, state }: ResponseTarget,
  issuer: string,
  result: { readonly code: string } | { readonly error: OAuthErrorCode; readonly description: string },
): string {
  const fields = new URLSearchParams(
    'code' in result ? { code: result.code } : { error: result.error, error_description: result.description },
  )
  const parts = [
    fields.toString(),
    ...(state === undefined ? [] : [`state=${asQueryText(state)}`]),
    `iss=${encodeURIComponent(issuer)}`,
  ]
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${parts.join('&')}`
}
