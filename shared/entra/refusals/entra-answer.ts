import * as z from 'zod'

const ErrorCode = z.union([
  z.int().positive(),
  z
    .string()
    .regex(/^\d{4,8}$/)
    .transform(Number),
])
const text = z.string().optional().catch(undefined)

/** A member that is not as it should be is left out: it must not hide the `error`, which decides. */
const Body = z.object({
  error: z.string(),
  error_codes: z.array(ErrorCode).min(1).optional().catch(undefined),
  suberror: text,
  claims: z.string().refine(isJsonObject).optional().catch(undefined),
  correlation_id: text,
})
const Described = z.object({ error_description: text })

/** The last answer of Entra, as far as it matters. */
export type EntraAnswer = Partial<z.output<typeof Body>> & {
  readonly status: number
  /** Seconds. */
  readonly retryAfter?: number
}

/**
 * Reads an answer of the token endpoint; a body that is no error object of Entra's leaves only the status. A number that
 * is missing in `error_codes` is read from the text, which always begins with it.
 */
export function readAnswer(status: number, retryAfter: string | null, body: unknown): EntraAnswer {
  const seconds = retryAfter && /^\d{1,5}$/.test(retryAfter) ? { retryAfter: Number(retryAfter) } : {}
  const parsed = Body.safeParse(body)
  if (!parsed.success) return { status, ...seconds }
  const described = numberIn(Described.safeParse(body).data?.error_description ?? '')
  const error_codes = parsed.data.error_codes ?? described
  return { status, ...seconds, ...parsed.data, ...(error_codes && { error_codes }) }
}

/** What cannot be asked for again is no claims challenge. */
function isJsonObject(claims: string): boolean {
  try {
    const value: unknown = JSON.parse(claims)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

function numberIn(description: string): number[] | undefined {
  const number = /AADSTS(\d{4,8})(?!\d)/.exec(description)?.[1]
  return number === undefined ? undefined : [Number(number)]
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
  const error_codes = numberIn(description)
  const correlation = CORRELATION.exec(description)?.[1]
  return {
    status: 400,
    error: WORDS.has(error) ? error : 'unknown_error',
    ...(error_codes && { error_codes }),
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
