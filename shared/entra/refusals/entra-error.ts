import { codeOf, type EntraAnswer, numberOf } from './entra-answer.ts'
import type { EntraKind } from './entra-codes.ts'
import { type EntraStep, kindOf, verdictOn } from './verdict.ts'

/** Entra did not give what it was asked for. */
abstract class EntraError extends Error {
  readonly step: EntraStep
  /** What it is about, and so what the person or the administrator must do. */
  readonly kind: EntraKind
  /** `AADSTS65001`; the `error`, `status 503` or `no answer` where there is no number. */
  readonly code: string
  readonly number?: number
  readonly entraCorrelationId?: string
  constructor(
    message: string,
    step: EntraStep,
    kind: EntraKind,
    answer: EntraAnswer | undefined,
    code: string,
    options?: ErrorOptions,
  ) {
    super(`${message} at ${step}: ${kind}`, options)
    this.step = step
    this.kind = kind
    this.code = code
    const number = numberOf(answer)
    if (number !== undefined) this.number = number
    if (answer?.correlation_id) this.entraCorrelationId = answer.correlation_id
  }
}

/** Entra said no to this person, and only a new sign-in can change that. */
export class EntraRefused extends EntraError {
  override readonly name = 'EntraRefused'
  readonly claims?: string
  constructor(kind: EntraKind, step: EntraStep, answer?: EntraAnswer, code = codeOf(answer)) {
    super('Entra refused', step, kind, answer, code)
    if (answer?.claims) this.claims = answer.claims
  }
}

/** Entra said no to this app: whoever runs the deployment must mend it, and nobody's session is at fault. */
export class EntraFault extends EntraError {
  override readonly name = 'EntraFault'
  constructor(kind: EntraKind, step: EntraStep, answer?: EntraAnswer, code = codeOf(answer)) {
    super('Entra refused this app', step, kind, answer, code)
  }
}

/** `retryAfter`: seconds, where there was no answer that names them. */
type UnavailableOptions = ErrorOptions & { readonly retryAfter?: number | undefined }

/** Entra gave no answer that decides anything: a time-out, 429, 5xx, or something that nobody foresaw. */
export class EntraUnavailable extends EntraError {
  override readonly name = 'EntraUnavailable'
  /** Of the answer, where there was one. */
  readonly status?: number
  /** Seconds. */
  readonly retryAfter?: number
  constructor(step: EntraStep, answer: EntraAnswer | undefined, options?: UnavailableOptions) {
    super('Entra was of no help', step, kindOf(step, answer), answer, codeOf(answer), options)
    if (answer !== undefined) this.status = answer.status
    const retryAfter = answer?.retryAfter ?? options?.retryAfter
    if (retryAfter !== undefined) this.retryAfter = retryAfter
  }
}

export type EntraFailure = EntraRefused | EntraFault | EntraUnavailable
export const isEntraFailure = (error: unknown): error is EntraFailure => error instanceof EntraError

/** Turns a failed step into the one of the three errors that its answer calls for. */
export function entraError(step: EntraStep, answer: EntraAnswer | undefined, cause?: unknown): EntraFailure {
  if (isEntraFailure(cause)) return cause
  switch (verdictOn(step, answer)) {
    case 'person':
      return new EntraRefused(kindOf(step, answer), step, answer)
    case 'deployment':
      return new EntraFault(kindOf(step, answer), step, answer)
    case 'passing':
      return new EntraUnavailable(step, answer, { cause })
  }
}
