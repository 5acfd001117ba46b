import type { OAuthErrorCode } from '../errors/oauth-error.ts'

export type ResponseTarget = { readonly redirectUri: string; readonly state?: string | undefined }

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
  if (state !== undefined) fields.set('state', state)
  fields.set('iss', issuer)
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${fields.toString()}`
}
