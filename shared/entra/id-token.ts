import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import { EntraUnavailable } from './entra-error.ts'

const Claims = z.object({
  oid: z.guid(),
  tid: z.guid(),
  nonce: z.string().optional(),
  preferred_username: z.string().optional(),
  roles: z.array(z.string()).default([]),
  groups: z.array(z.string()).default([]),
  hasgroups: z.union([z.boolean(), z.string()]).optional(),
  _claim_names: z.record(z.string(), z.unknown()).optional(),
})

export type Identity = {
  readonly userId: string
  readonly tenantId: string
  readonly username?: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  /** More than 200 groups: Entra names none of them. */
  readonly groupOverage: boolean
}

export type VerifyIdToken = (idToken: string, nonce?: string) => Promise<Identity>

/** An id token that is not Entra's, not for us, not of our tenant or not of this sign-in. */
export class IdTokenInvalid extends Error {
  override readonly name = 'IdTokenInvalid'
  readonly wrongTenant: boolean
  constructor(message: string, options: { readonly cause?: unknown; readonly wrongTenant?: boolean } = {}) {
    super(message, { cause: options.cause })
    this.wrongTenant = options.wrongTenant ?? false
  }
}

type Expected = {
  readonly issuer: string
  readonly jwksUri: string
  readonly clientId: string
  readonly tenantId: string
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
}

/** @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation */
export function createIdTokenVerifier({ issuer, jwksUri, clientId, tenantId, fetch, now }: Expected): VerifyIdToken {
  const keys = createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: 5_000, [customFetch]: fetch })
  return async (idToken, nonce) => {
    const verified = await jwtVerify(idToken, keys, {
      ...{ issuer, audience: clientId, algorithms: ['RS256'] },
      ...{ clockTolerance: 60, currentDate: new Date(now()), requiredClaims: ['exp', 'iat', 'tid', 'oid'] },
    }).catch((error: unknown) => {
      throw isVerdict(error)
        ? new IdTokenInvalid('the id token does not verify', { cause: error })
        : new EntraUnavailable('id-token', undefined, { cause: error })
    })
    const claims = Claims.safeParse(verified.payload)
    if (!claims.success) throw new IdTokenInvalid('the id token lacks a claim', { cause: claims.error })
    if (claims.data.tid !== tenantId)
      throw new IdTokenInvalid('the id token is of another tenant', { wrongTenant: true })
    if (nonce !== undefined && claims.data.nonce !== nonce)
      throw new IdTokenInvalid('the id token is of another sign-in')
    return identityOf(claims.data)
  }
}

/** Everything but a failure to get the keys is a verdict on the token. */
function isVerdict(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC'
}

function identityOf(claims: z.output<typeof Claims>): Identity {
  return {
    userId: claims.oid,
    tenantId: claims.tid,
    ...(claims.preferred_username === undefined ? {} : { username: claims.preferred_username }),
    roles: claims.roles,
    groups: claims.groups,
    groupOverage:
      claims.hasgroups !== undefined || ('_claim_names' in claims && 'groups' in (claims._claim_names ?? {})),
  }
}
