import { randomUUID } from 'node:crypto'

type Refusal = {
  /** The OAuth `error`. */
  readonly error: string
  readonly text: string
  readonly suberror?: string | undefined
  readonly status?: number | undefined
  /** With what a conditional access policy asks for. */
  readonly claims?: boolean | undefined
}

/** Any answer of Entra's, by its members. */
export type GivenRefusal = Omit<Refusal, 'text'> & { readonly number: number }

/** @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes, for `error` also the v2 protocol pages */
const REFUSALS = {
  AADSTS28000: { error: 'invalid_request', text: 'The scope names more than one resource.' },
  AADSTS50011: { error: 'invalid_request', text: 'The redirect URI in the request is not one of the application.' },
  AADSTS50013: { error: 'invalid_grant', text: 'Assertion failed validation: signature, issuer or audience is wrong.' },
  AADSTS50027: { error: 'invalid_request', text: 'JWT token is invalid or malformed.' },
  AADSTS50034: { error: 'invalid_grant', text: 'The user account does not exist in the directory.' },
  AADSTS50057: { error: 'invalid_grant', text: 'The user account is disabled.' },
  AADSTS50058: { error: 'login_required', text: 'A silent sign-in was asked for but no user is signed in.' },
  AADSTS50076: {
    error: 'invalid_grant',
    text: 'Due to a configuration change you must use multi-factor authentication to access the resource.',
    suberror: 'basic_action',
  },
  AADSTS50079: {
    error: 'invalid_grant',
    text: 'Due to a configuration change you must enrol in multi-factor authentication to access the resource.',
    suberror: 'basic_action',
  },
  AADSTS50105: { error: 'invalid_grant', text: 'The signed in user is not assigned to a role for the application.' },
  AADSTS50147: { error: 'invalid_request', text: 'Missing or unsupported code_challenge_method: S256 is required.' },
  AADSTS50173: {
    error: 'invalid_grant',
    text: 'The provided grant has expired due to it being revoked, a fresh auth token is needed.',
    suberror: 'bad_token',
  },
  AADSTS53003: {
    error: 'invalid_grant',
    text: 'Access has been blocked by Conditional Access policies.',
    suberror: 'message_only',
  },
  AADSTS54005: { error: 'invalid_grant', text: 'OAuth2 authorization code was already redeemed.' },
  AADSTS65001: {
    error: 'invalid_grant',
    text: 'The user or administrator has not consented to use the application.',
    suberror: 'consent_required',
  },
  AADSTS65004: { error: 'access_denied', text: 'User declined to consent to access the app.' },
  AADSTS70000: { error: 'invalid_grant', text: 'The provided grant is invalid or malformed.' },
  AADSTS70003: { error: 'unsupported_grant_type', text: 'The app requested an unsupported grant type.' },
  AADSTS70005: { error: 'unsupported_response_type', text: 'The response_type is not supported.' },
  AADSTS70007: { error: 'invalid_request', text: 'The response_mode is not supported.' },
  AADSTS70008: { error: 'invalid_grant', text: 'The provided authorization code or refresh token has expired.' },
  AADSTS70011: { error: 'invalid_scope', text: 'The provided value for the input parameter "scope" is not valid.' },
  AADSTS90002: { error: 'invalid_request', text: 'Tenant not found.' },
  AADSTS70025: { error: 'invalid_client', text: 'The client has no federated identity credential.', status: 401 },
  AADSTS90008: {
    error: 'invalid_request',
    text:
      'The user or administrator has not consented to use the application. This happened because application is ' +
      "misconfigured: it must require access to Microsoft Graph by specifying at least 'Sign in and read user " +
      "profile' permission.",
  },
  AADSTS90009: {
    error: 'invalid_request',
    text:
      'Application is requesting a token for itself. This scenario is supported only if resource is specified using ' +
      'the GUID based App Identifier.',
  },
  AADSTS90023: { error: 'invalid_request', text: 'The value of a parameter is not supported.' },
  AADSTS90055: { error: 'temporarily_unavailable', text: 'The request is throttled: too many requests.', status: 429 },
  AADSTS90093: { error: 'access_denied', text: 'This operation can only be performed by an administrator.' },
  AADSTS90094: {
    error: 'access_denied',
    text: 'The application needs permission to access resources in your organisation that only an admin can grant.',
  },
  AADSTS500011: { error: 'invalid_resource', text: 'The resource principal was not found in the tenant.' },
  AADSTS500112: { error: 'invalid_grant', text: 'The reply address does not match the one of the code request.' },
  AADSTS500133: { error: 'invalid_grant', text: 'Assertion is not within its valid time range.' },
  AADSTS501481: { error: 'invalid_grant', text: 'The code_verifier does not match the code_challenge.' },
  AADSTS501491: { error: 'invalid_request', text: 'The size or form of the code_challenge is invalid.' },
  AADSTS501051: { error: 'invalid_grant', text: 'The application is not assigned to a role for the application.' },
  AADSTS650052: {
    error: 'invalid_client',
    text: 'The app is trying to access a service that your organisation lacks a service principal for.',
  },
  AADSTS650053: { error: 'invalid_client', text: 'The application asked for a scope that the resource does not have.' },
  AADSTS650056: {
    error: 'invalid_client',
    text: 'Misconfigured application: the client lists no permission in its registration, or nobody consented to it.',
  },
  AADSTS650057: {
    error: 'invalid_resource',
    text: 'Invalid resource: it is not listed in the requested permissions of the client’s application registration.',
  },
  AADSTS700016: { error: 'unauthorized_client', text: 'The application was not found in the directory.' },
  AADSTS700024: { error: 'invalid_client', text: 'Client assertion is not within its valid time range.', status: 401 },
  AADSTS700027: { error: 'invalid_client', text: 'Client assertion failed signature validation.', status: 401 },
  AADSTS700082: {
    error: 'invalid_grant',
    text: 'The refresh token has expired due to inactivity.',
    suberror: 'bad_token',
  },
  AADSTS700211: { error: 'invalid_client', text: 'No federated identity has this assertion issuer.', status: 401 },
  AADSTS700212: { error: 'invalid_client', text: 'No federated identity has this assertion audience.', status: 401 },
  AADSTS700213: { error: 'invalid_client', text: 'No federated identity has this assertion subject.', status: 401 },
  AADSTS7002138: {
    error: 'invalid_client',
    text: 'No federated identity has this assertion subject. It matches with case-insensitive comparison alone.',
    status: 401,
  },
  AADSTS1002012: {
    error: 'invalid_scope',
    text: 'Client credential flows must have a scope value with /.default suffixed to the resource identifier.',
  },
  AADSTS900144: { error: 'invalid_request', text: 'The request body or query lacks a required parameter.' },
  AADSTS7000112: { error: 'unauthorized_client', text: 'The application is disabled.' },
  AADSTS7000215: { error: 'invalid_client', text: 'Invalid client secret provided.', status: 401 },
  AADSTS7000218: { error: 'invalid_client', text: 'client_assertion or client_secret is required.', status: 401 },
  AADSTS7000222: { error: 'invalid_client', text: 'The provided client secret keys are expired.', status: 401 },
  AADSTS7000229: { error: 'unauthorized_client', text: 'The client application lacks a service principal here.' },
  AADSTS9000411: { error: 'invalid_request', text: 'A parameter is included more than once.' },
  AADSTS9010010: { error: 'invalid_target', text: 'The resource parameter does not match the requested scopes.' },
} as const satisfies Record<string, Refusal>

export type Code = keyof typeof REFUSALS
export const CODES = Object.keys(REFUSALS) as [Code, ...Code[]]

/** What a conditional access policy asks for; an authorize request that carries it satisfies the policy. */
export const CLAIMS_CHALLENGE = JSON.stringify({
  access_token: { capolids: { essential: true, values: ['f5d1e7c2-6f0b-4a0e-9d7e-2f3b4c5d6e7f'] } },
})
const CHALLENGED: readonly Code[] = ['AADSTS50076', 'AADSTS50079', 'AADSTS53003']

/** A refusal as Entra words it, shown as JSON by the token endpoint and as a page by the others. */
export class EntraError extends Error {
  readonly code: string
  readonly refusal: Refusal
  readonly headers: Readonly<Record<string, string>>

  constructor(what: Code | GivenRefusal, detail = '', headers: Readonly<Record<string, string>> = {}) {
    const code = typeof what === 'string' ? what : `AADSTS${what.number}`
    const refusal = typeof what === 'string' ? known(what) : { ...what, text: 'As the sandbox was told to answer.' }
    super(`${code}: ${refusal.text}${detail && ` ${detail}`}`)
    this.code = code
    this.refusal = refusal
    this.headers = headers
  }
}

const known = (code: Code): Refusal => ({ ...REFUSALS[code], claims: CHALLENGED.includes(code) })

const timestampOf = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ') + 'Z'

export type Trace = { readonly correlationId: string; readonly now: number; readonly entraUrl: string }

/** `error_description` with the trace lines that Entra appends. */
export function describe(error: EntraError, traceId: string, trace: Trace): string {
  const at = timestampOf(trace.now)
  return `${error.message} Trace ID: ${traceId} Correlation ID: ${trace.correlationId} Timestamp: ${at}`
}

/** The JSON error body of Entra's token endpoint. */
export function errorBody(error: EntraError, trace: Trace): Record<string, unknown> {
  const traceId = randomUUID()
  const number = Number(error.code.slice('AADSTS'.length))
  return {
    error: error.refusal.error,
    error_description: describe(error, traceId, trace),
    error_codes: [number],
    timestamp: timestampOf(trace.now),
    trace_id: traceId,
    correlation_id: trace.correlationId,
    error_uri: `${trace.entraUrl}/error?code=${number}`,
    ...(error.refusal.suberror && { suberror: error.refusal.suberror }),
    ...(error.refusal.claims && { claims: CLAIMS_CHALLENGE }),
  }
}
