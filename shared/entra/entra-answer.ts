import { z } from 'zod'

const Body = z.object({
  error: z.string(),
  error_codes: z.array(z.int().positive()).optional(),
  suberror: z.string().optional(),
  claims: z.string().optional(),
  correlation_id: z.string().optional(),
})

/** The last answer of Entra, as far as it matters. */
export type EntraAnswer = Partial<z.output<typeof Body>> & {
  readonly status: number
  /** Seconds. */
  readonly retryAfter?: number
}

/** Reads an answer of the token endpoint; a body that is no error object of Entra's leaves only the status. */
export function readAnswer(status: number, retryAfter: string | null, body: unknown): EntraAnswer {
  const seconds = retryAfter && /^\d{1,5}$/.test(retryAfter) ? { retryAfter: Number(retryAfter) } : {}
  const parsed = Body.safeParse(body)
  return { status, ...seconds, ...(parsed.success ? parsed.data : {}) }
}

/** The words of RFC 6749 §4.1.2.1, RFC 8707, OpenID Connect and Microsoft. */
const WORDS: ReadonlySet<string> = new Set([
  ...['invalid_request', 'unauthorized_client', 'access_denied', 'unsupported_response_type', 'invalid_scope'],
  ...[
    'server_error',
    'temporarily_unavailable',
    'invalid_target',
    'invalid_resource',
    'invalid_client',
    'invalid_grant',
  ],
  ...['interaction_required', 'login_required', 'account_selection_required', 'consent_required'],
])

const CORRELATION = /Correlation ID: ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i

/**
 * What came with the browser to our callback instead of a code. Anybody may have written it: nothing is kept but a word
 * of the standards, a number, and an id of the one form that Entra gives them.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#error-response
 */
export function readRedirect(error: string, description: string): EntraAnswer {
  const number = /AADSTS(\d{4,8})(?!\d)/.exec(description)?.[1]
  const correlation = CORRELATION.exec(description)?.[1]
  return {
    status: 400,
    error: WORDS.has(error) ? error : 'unknown_error',
    ...(number === undefined ? {} : { error_codes: [Number(number)] }),
    ...(correlation === undefined ? {} : { correlation_id: correlation }),
  }
}

export const numberOf = (answer: EntraAnswer | undefined): number | undefined => answer?.error_codes?.[0]

/** `AADSTS65001`; else the `error` where it is one word; else `status 503`, or `no answer`. */
export function codeOf(answer: EntraAnswer | undefined): string {
  if (answer === undefined) return 'no answer'
  const number = numberOf(answer)
  if (number !== undefined) return `AADSTS${number}`
  return answer.error !== undefined && /^[a-z_]{1,40}$/.test(answer.error) ? answer.error : `status ${answer.status}`
}
