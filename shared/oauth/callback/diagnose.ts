import { meaningOf } from '../../entra/refusals/entra-codes.ts'
import { type EntraFailure, isEntraFailure } from '../../entra/refusals/entra-error.ts'
import { IdTokenInvalid } from '../../entra/id-token.ts'
import { DataverseError, DataverseTokenRefused } from '../../dataverse/errors.ts'
import { StorageUnavailable } from '../../storage/ports.ts'
import { KeysUnavailable } from '../../tokens/keys.ts'
import type { Denial } from './access-rules.ts'
import { type Problem, type ProblemKind, PROBLEMS } from './problems.ts'

export type Diagnosis = {
  readonly kind: ProblemKind
  readonly problem: Problem
  readonly step: string
  readonly code?: string
  /** What Microsoft says by the code, for administrators. */
  readonly says?: string
  readonly entraCorrelationId?: string
}

/** The person signed in, and the access rules of this deployment, or an administrator, do not let them use the app. */
export class AccessDenied extends Error {
  override readonly name = 'AccessDenied'
  readonly denial: Denial | 'switched-off'
  constructor(denial: Denial | 'switched-off') {
    super(`the access rules refuse: ${denial}`)
    this.denial = denial
  }
}

/** What went wrong with a sign-in, as far as somebody can do something about it; `undefined` for a fault of ours. */
export function diagnose(error: unknown): Diagnosis | undefined {
  if (isEntraFailure(error)) return ofEntra(error)
  if (error instanceof AccessDenied) return of(error.denial, 'callback.access-rules')
  if (error instanceof IdTokenInvalid)
    return of(error.wrongTenant ? 'wrong-tenant' : 'session-ended', 'callback.id-token')
  if (error instanceof DataverseTokenRefused) return of('no-dynamics-user', 'callback.who-am-i')
  if (error instanceof DataverseError) return of(dataverseKind(error), 'callback.who-am-i', codeOf(error))
  if (error instanceof StorageUnavailable || error instanceof KeysUnavailable)
    return of('unavailable', 'callback.storage')
  return undefined
}

function ofEntra({ kind, step, code, number, entraCorrelationId }: EntraFailure): Diagnosis {
  const says = meaningOf(number)?.says
  return of(kind, `callback.${step}`, {
    code,
    ...(says === undefined ? {} : { says }),
    ...(entraCorrelationId ? { entraCorrelationId } : {}),
  })
}

type More = Pick<Diagnosis, 'code' | 'says' | 'entraCorrelationId'>
const of = (kind: ProblemKind, step: string, more: More = {}): Diagnosis => ({
  kind,
  step,
  problem: PROBLEMS[kind],
  ...more,
})

const codeOf = (error: DataverseError) => (error.code ? { code: error.code } : {})

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes */
const DATAVERSE_KINDS: Readonly<Record<string, ProblemKind>> = {
  '0x80040225': 'dynamics-user-disabled',
  '0x80042f09': 'no-security-role',
}

function dataverseKind({ status, code }: DataverseError): ProblemKind {
  const known = DATAVERSE_KINDS[code.toLowerCase()]
  if (known) return known
  return status === 401 || status === 403 ? 'no-dynamics-user' : 'unavailable'
}
