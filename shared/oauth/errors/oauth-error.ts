import { WireError } from '../../http/wire-error.ts'

/** The error codes that this server uses. @see RFC 6749 §4.1.2.1 and §5.2, RFC 7591 §3.2.2, RFC 8707 §2 */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_target'
  | 'access_denied'
  | 'consent_required'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'temporarily_unavailable'
  | 'server_error'

const STATUS: Partial<Record<OAuthErrorCode, number>> = {
  invalid_client: 401,
  access_denied: 403,
  temporarily_unavailable: 503,
  server_error: 500,
}

/** An error of the protocol. `description` is a constant sentence; what was wrong in detail goes to `cause`. */
export class OAuthError extends WireError {
  declare readonly code: OAuthErrorCode
  constructor(
    code: OAuthErrorCode,
    description: string,
    options: {
      readonly headers?: Readonly<Record<string, string>>
      readonly cause?: unknown
      readonly status?: number
    } = {},
  ) {
    super(options.status ?? STATUS[code] ?? 400, code, description, options)
    this.name = 'OAuthError'
  }
}

export const unavailable = (retryAfter: number, cause: unknown): OAuthError =>
  new OAuthError('temporarily_unavailable', 'Try again in a moment; nothing was lost.', {
    cause,
    headers: { 'retry-after': String(Math.min(Math.max(retryAfter, 1), 300)) },
  })
