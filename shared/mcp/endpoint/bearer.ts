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
