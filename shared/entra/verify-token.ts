import { errors, type JWTPayload, jwtVerify } from 'jose'
import * as z from 'zod'
import { EntraUnavailable } from './refusals/entra-error.ts'
import { type EntraKeys, KeysUnreadable } from './entra-keys.ts'
import type { EntraStep } from './refusals/verdict.ts'

/** Why a token is not one of Entra's for this app. All but the first two are said of a token whose signature is right. */
export type TokenFault =
  | 'not-verified'
  | 'incomplete'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-audience'
  | 'wrong-issuer'
  | 'wrong-tenant'

export class TokenInvalid extends Error {
  override readonly name = 'TokenInvalid'
  readonly fault: TokenFault
  constructor(fault: TokenFault, options?: ErrorOptions) {
    super(`the token is refused: ${fault}`, options)
    this.fault = fault
  }
}

export type Expected = {
  readonly issuer: string
  readonly clientId: string
  readonly tenantId: string
  readonly keys: EntraKeys
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** Seconds that two clocks may differ. */
const CLOCK_TOLERANCE = 60
const Tenant = z.object({ tid: z.guid() })

/**
 * What holds for every token that Entra signs for this app: its key and RS256 alone, issuer, audience, tenant, lifetime.
 * @throws TokenInvalid for a verdict on the token, EntraUnavailable when the keys cannot be had
 */
export async function verifyEntraToken(
  token: string,
  step: EntraStep,
  { issuer, clientId, tenantId, keys, now }: Expected,
): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience: clientId,
    algorithms: ['RS256'],
    clockTolerance: CLOCK_TOLERANCE,
    currentDate: new Date(now()),
    requiredClaims: ['exp', 'iat', 'tid', 'oid'],
  }).catch((error: unknown) => {
    if (isVerdict(error)) throw new TokenInvalid(faultOf(error), { cause: error })
    throw new EntraUnavailable(step, undefined, {
      cause: error,
      retryAfter: error instanceof KeysUnreadable ? error.retryAfter : undefined,
    })
  })
  const tenant = Tenant.safeParse(payload)
  if (!tenant.success) throw new TokenInvalid('incomplete', { cause: tenant.error })
  if (tenant.data.tid !== tenantId) throw new TokenInvalid('wrong-tenant')
  return payload
}

/** Everything but a failure to get the keys is a verdict on the token. */
const isVerdict = (error: unknown): boolean =>
  error instanceof errors.JOSEError && !(error instanceof errors.JWKSInvalid)

const CLAIM_FAULTS: Readonly<Record<string, TokenFault>> = {
  aud: 'wrong-audience',
  iss: 'wrong-issuer',
  nbf: 'not-yet-valid',
}

function faultOf(error: unknown): TokenFault {
  if (error instanceof errors.JWTExpired) return 'expired'
  if (!(error instanceof errors.JWTClaimValidationFailed)) return 'not-verified'
  return error.reason === 'missing' ? 'incomplete' : (CLAIM_FAULTS[error.claim] ?? 'incomplete')
}
