import { errors, jwtVerify } from 'jose'
import type { EntraContext } from '../context.ts'

function reason(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'Lifetime validation failed, the token is expired.'
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return 'Invalid audience.'
    if (error.claim === 'iss') return 'Invalid issuer.'
  }
  return 'Signature is invalid.'
}

/** A check of this tenant's access tokens, version 1 and 2, for one of these audiences; a trailing slash is the same. */
export function verifyBearer(context: EntraContext, audiences: readonly string[]) {
  const audience = audiences.flatMap((one) => [one.replace(/\/$/, ''), `${one.replace(/\/$/, '')}/`])
  return async (token: string): Promise<object> => {
    try {
      const { payload } = await jwtVerify(token, context.key.publicKey, {
        algorithms: ['RS256'],
        issuer: [context.issuer, `https://sts.windows.net/${context.options.tenantId}/`],
        audience,
        requiredClaims: ['exp', 'oid'],
        currentDate: new Date(context.now()),
      })
      return payload
    } catch (error) {
      throw new Error(reason(error), { cause: error })
    }
  }
}
