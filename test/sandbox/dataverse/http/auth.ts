import type { JWTPayload, RemoteJWKSetOptions } from 'jose'
import { createRemoteJWKSet, jwtVerify } from 'jose'

import { DataverseFault } from './errors.ts'

export type AuthOptions = {
  readonly issuer: string
  readonly jwksUri: string
  /** This server's URL: the audience that a token must have. */
  readonly audience: string
  readonly now: () => Date
}

/** A token's person: the Entra object id and, for counting, the user principal name. */
export type Identity = { readonly oid: string; readonly upn: string }

function unauthorized({ issuer, audience }: AuthOptions): DataverseFault {
  const authorizationUri = `${issuer.replace(/\/v2\.0$/, '')}/oauth2/authorize`
  return new DataverseFault(401, '0x80044302', 'Request is not authenticated.', {
    'www-authenticate': `Bearer authorization_uri="${authorizationUri}", resource_id="${audience}/"`,
  })
}

function identityOf({ oid, upn, preferred_username: preferred }: JWTPayload): Identity {
  return { oid: String(oid), upn: String(upn ?? preferred ?? oid) }
}

/** The keys are waited for however slow the machine is: without them, a right token would be told to be a wrong one. */
const JWKS: RemoteJWKSetOptions = { cooldownDuration: 1000, timeoutDuration: 60_000 }

/** What was right of a token stays so until its time is over; so many tokens are remembered. */
const REMEMBERED = 1000

/** Checks signature, issuer, audience, lifetime and scope. @throws DataverseFault 401 */
export function createAuthenticator(options: AuthOptions): (authorization: string) => Promise<Identity> {
  const keys = createRemoteJWKSet(new URL(options.jwksUri), JWKS)
  const verified = new Map<string, JWTPayload>()
  const isNow = ({ nbf = 0, exp = 0 }: JWTPayload): boolean => {
    const now = Math.floor(options.now().getTime() / 1000)
    return nbf <= now && now < exp
  }
  return async (authorization) => {
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1]
    if (token === undefined) throw unauthorized(options)
    const known = verified.get(token)
    if (known && isNow(known)) return identityOf(known)
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      issuer: options.issuer,
      audience: [options.audience, `${options.audience}/`],
      requiredClaims: ['exp', 'oid', 'scp'],
      currentDate: options.now(),
    }).catch(() => {
      throw unauthorized(options)
    })
    const scopes = typeof payload['scp'] === 'string' ? payload['scp'].split(' ') : []
    if (!scopes.includes('user_impersonation')) throw unauthorized(options)
    if (verified.size >= REMEMBERED) verified.clear()
    verified.set(token, payload)
    return identityOf(payload)
  }
}
