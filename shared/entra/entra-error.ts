import { z } from 'zod'

/** Where in the flow Entra was asked. */
export type EntraStep =
  'authorize' | 'redeem-code' | 'renew' | 'on-behalf-of' | 'id-token' | 'access-token' | 'client-credentials'

/** What kind of refusal it is, and so what the person or the administrator must do. */
export type RefusalKind =
  | 'consent-missing'
  | 'claims-required'
  | 'not-assigned'
  | 'conditional-access'
  | 'wrong-account'
  | 'account-disabled'
  | 'session-ended'
  | 'sign-in-again'
  | 'cancelled'
  | 'app-missing'

/** Entra said no, for a reason that we know and that trying again does not change. */
export class EntraRefused extends Error {
  override readonly name = 'EntraRefused'
  readonly kind: RefusalKind
  readonly step: EntraStep
  /** `AADSTS65001`. */
  readonly code: string
  readonly claims?: string
  readonly entraCorrelationId?: string
  constructor(kind: RefusalKind, step: EntraStep, answer: EntraAnswer) {
    super(`Entra refused at ${step}: ${kind}`)
    this.kind = kind
    this.step = step
    this.code = codeOf(answer)
    if (answer.claims) this.claims = answer.claims
    if (answer.correlation_id) this.entraCorrelationId = answer.correlation_id
  }
}

/** `retryAfter`: seconds, where there was no answer that names them. */
type UnavailableOptions = ErrorOptions & { readonly retryAfter?: number | undefined }

/** Entra gave no answer that decides anything: a time-out, 429, 5xx, or a fault of this app's own set-up. */
export class EntraUnavailable extends Error {
  override readonly name = 'EntraUnavailable'
  readonly step: EntraStep
  /** The code, where there was one; `status 503`, `no answer` where not. */
  readonly code: string
  /** Of the answer, where there was one. */
  readonly status?: number
  /** Seconds. */
  readonly retryAfter?: number
  readonly entraCorrelationId?: string
  constructor(step: EntraStep, answer: EntraAnswer | undefined, options?: UnavailableOptions) {
    super(`Entra was of no help at ${step}`, options)
    this.step = step
    this.code = answer ? codeOf(answer) : 'no answer'
    if (answer !== undefined) this.status = answer.status
    const retryAfter = answer?.retryAfter ?? options?.retryAfter
    if (retryAfter !== undefined) this.retryAfter = retryAfter
    if (answer?.correlation_id) this.entraCorrelationId = answer.correlation_id
  }
}

const Body = z.object({
  error: z.string(),
  error_codes: z.array(z.number()).optional(),
  suberror: z.string().optional(),
  claims: z.string().optional(),
  correlation_id: z.string().optional(),
})

/** The last answer of the token endpoint, as far as it matters. */
export type EntraAnswer = Partial<z.output<typeof Body>> & {
  readonly status: number
  readonly retryAfter?: number
}

/** Reads an answer of the token endpoint; a body that is no error object of Entra's leaves only the status. */
export function readAnswer(status: number, retryAfter: string | null, body: unknown): EntraAnswer {
  const seconds = retryAfter && /^\d{1,5}$/.test(retryAfter) ? { retryAfter: Number(retryAfter) } : {}
  const parsed = Body.safeParse(body)
  return { status, ...seconds, ...(parsed.success ? parsed.data : {}) }
}

/**
 * By number and step, never by MSAL's class: 65001 arrives as an InteractionRequiredAuthError, 500133 as a ServerError.
 * A number that is not here decides nothing, so a surprise never ends anybody's session.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const KINDS: Readonly<Record<number, RefusalKind>> = {
  65001: 'consent-missing',
  65004: 'cancelled',
  650057: 'consent-missing',
  50105: 'not-assigned',
  53000: 'conditional-access',
  53001: 'conditional-access',
  53002: 'conditional-access',
  53003: 'conditional-access',
  530031: 'conditional-access',
  135011: 'conditional-access',
  50020: 'wrong-account',
  50034: 'wrong-account',
  90072: 'wrong-account',
  50057: 'account-disabled',
  50053: 'account-disabled',
  70008: 'session-ended',
  70043: 'session-ended',
  700082: 'session-ended',
  700081: 'session-ended',
  700084: 'session-ended',
  50132: 'session-ended',
  50133: 'session-ended',
  50173: 'session-ended',
  54005: 'session-ended',
  50055: 'sign-in-again',
  50076: 'sign-in-again',
  50078: 'sign-in-again',
  50079: 'sign-in-again',
  50072: 'sign-in-again',
  50074: 'sign-in-again',
  50158: 'sign-in-again',
  16000: 'sign-in-again',
  700016: 'app-missing',
}

/** Turns a failed step into the one of the two errors that its answer calls for. */
export function entraError(step: EntraStep, answer: EntraAnswer | undefined, cause: unknown): Error {
  if (cause instanceof EntraRefused || cause instanceof EntraUnavailable) return cause
  const refusable = answer !== undefined && answer.status >= 400 && answer.status < 500 && answer.status !== 429
  const kind = refusable ? kindOf(answer) : undefined
  return kind && answer ? new EntraRefused(kind, step, answer) : new EntraUnavailable(step, answer, { cause })
}

function kindOf(answer: EntraAnswer): RefusalKind | undefined {
  if (answer.error === 'interaction_required' && answer.claims) return 'claims-required'
  const known = KINDS[answer.error_codes?.[0] ?? 0]
  if (known === 'sign-in-again' && answer.claims) return 'claims-required'
  return known ?? (answer.error === 'interaction_required' ? 'sign-in-again' : undefined)
}

/** What Entra put into the redirect to our callback instead of a code. */
export function redirectError(error: string, description: string): Error {
  const number = Number(/AADSTS(\d{4,8})/.exec(description)?.[1] ?? 0)
  const correlation = /Correlation ID: ([0-9a-f-]{36})/i.exec(description)?.[1]
  const answer: EntraAnswer = {
    ...{ status: 400, error, error_codes: [number] },
    ...(correlation ? { correlation_id: correlation } : {}),
  }
  const kind = KINDS[number] ?? (error === 'access_denied' ? 'cancelled' : undefined)
  return kind ? new EntraRefused(kind, 'authorize', answer) : new EntraUnavailable('authorize', answer)
}

function codeOf(answer: EntraAnswer): string {
  const number = answer.error_codes?.[0]
  return number ? `AADSTS${number}` : `status ${answer.status}`
}
