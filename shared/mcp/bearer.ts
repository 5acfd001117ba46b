export type Bearer =
  { readonly kind: 'absent' } | { readonly kind: 'malformed' } | { readonly kind: 'present'; readonly token: string }

/** RFC 6750 section 2.1, `b64token`, with a bound. */
const TOKEN = /^[A-Za-z0-9\-._~+/]{1,4096}=*$/
const SCHEME = /^bearer(?: +|$)/i

/** Reads the token from the `Authorization` header, the only place it may stand in. */
export function readBearer(headers: Headers): Bearer {
  const header = headers.get('authorization')?.trim() ?? ''
  if (!SCHEME.test(header)) return { kind: 'absent' }
  const token = header.replace(SCHEME, '')
  return TOKEN.test(token) ? { kind: 'present', token } : { kind: 'malformed' }
}

export type ChallengeError = {
  readonly error: 'invalid_token' | 'invalid_request'
  readonly description: string
}

/**
 * The value of `WWW-Authenticate`. Without credentials no error is named (RFC 6750 section 3.1).
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-5.1
 */
export function challenge(publicBaseUrl: string, scope: string, failure?: ChallengeError): string {
  const parameters = [
    `resource_metadata="${publicBaseUrl}/.well-known/oauth-protected-resource/mcp"`,
    `scope="${scope}"`,
    ...(failure ? [`error="${failure.error}"`, `error_description="${failure.description}"`] : []),
  ]
  return `Bearer ${parameters.join(', ')}`
}
