import * as z from 'zod'
import { type Expected, TokenInvalid, verifyEntraToken } from './verify-token.ts'

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

/** @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation */
export function createIdTokenVerifier(expected: Expected): VerifyIdToken {
  return async (idToken, nonce) => {
    const payload = await verifyEntraToken(idToken, 'id-token', expected).catch((error: unknown) => {
      throw error instanceof TokenInvalid ? refused(error) : error
    })
    const claims = Claims.safeParse(payload)
    if (!claims.success) throw new IdTokenInvalid('the id token lacks a claim', { cause: claims.error })
    if (nonce !== undefined && claims.data.nonce !== nonce)
      throw new IdTokenInvalid('the id token is of another sign-in')
    return identityOf(claims.data)
  }
}

const refused = (cause: TokenInvalid): IdTokenInvalid =>
  new IdTokenInvalid('the id token does not verify', { cause, wrongTenant: cause.fault === 'wrong-tenant' })

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
