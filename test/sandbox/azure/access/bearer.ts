import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'

export type Claims = JWTPayload & { readonly oid: string; readonly appid?: string }

/** The token is not one that this service takes; `why` says in which respect. */
export class BearerRefused extends Error {
  readonly why: 'missing' | 'malformed' | 'expired' | 'audience' | 'issuer' | 'signature'
  constructor(why: BearerRefused['why'], message: string) {
    super(message)
    this.name = 'BearerRefused'
    this.why = why
  }
}

/** Checks signature, issuer, audience and lifetime. @throws BearerRefused */
export type VerifyBearer = (token: string, audiences: readonly string[]) => Promise<Claims>

export type BearerOptions = {
  readonly jwks: () => JSONWebKeySet
  /** Of v1 and v2 tokens: `https://sts.windows.net/<tenant>/`, `<authority>/<tenant>/v2.0`. */
  readonly issuers: readonly string[]
  readonly now: () => number
}

const claimsSchema = z.object({ oid: z.string(), appid: z.string().optional(), azp: z.string().optional() })
/** Seconds that Azure's services allow clocks to differ. */
const CLOCK_TOLERANCE = 300

function reasonOf(error: unknown): BearerRefused {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof errors.JWTExpired) return new BearerRefused('expired', message)
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
    return new BearerRefused('audience', message)
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss')
    return new BearerRefused('issuer', message)
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey)
    return new BearerRefused('signature', message)
  return new BearerRefused('malformed', message)
}

function claimsOf(payload: object): Claims {
  const { oid, appid, azp } = claimsSchema.parse(payload)
  const application = appid ?? azp
  return { ...payload, oid, ...(application !== undefined && { appid: application }) }
}

export function createVerifyBearer({ jwks, issuers, now }: BearerOptions): VerifyBearer {
  return async (token, audiences) => {
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks()), {
      algorithms: ['RS256'],
      issuer: [...issuers],
      audience: audiences.flatMap((one) => [one, `${one}/`]),
      requiredClaims: ['exp', 'oid'],
      currentDate: new Date(now()),
      clockTolerance: CLOCK_TOLERANCE,
    }).catch((error: unknown) => {
      throw reasonOf(error)
    })
    return claimsOf(payload)
  }
}

/** The token of an `Authorization: Bearer` header. @throws BearerRefused `missing` without one */
export function bearerOf(authorization: string | undefined): string {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1]
  if (token === undefined) throw new BearerRefused('missing', 'no bearer token')
  return token
}

/** The check of Entra's stand-in, in the form that Azure's services use here. */
export const verifyWith =
  (verifyBearer: (audiences: readonly string[]) => (token: string) => Promise<object>): VerifyBearer =>
  async (token, audiences) => {
    const payload = await verifyBearer(audiences)(token).catch((error: unknown) => {
      throw reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error)
    })
    return claimsOf(payload)
  }
