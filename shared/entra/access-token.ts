import * as z from 'zod'
import { type Expected, TokenInvalid, verifyEntraToken } from './verify-token.ts'

/**
 * `azp` stands in access tokens of version 2 alone: without it an id token of the same sign-in, whose audience is this
 * app as well, would pass for one.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
const Claims = z.object({
  ver: z.literal('2.0'),
  aud: z.string(),
  oid: z.guid(),
  sub: z.string(),
  azp: z.guid(),
  azpacr: z.string().optional(),
  idtyp: z.string().optional(),
  scp: z.string().optional(),
  nonce: z.undefined().optional(),
  roles: z.array(z.string()).default([]),
})
type Claims = z.output<typeof Claims>

/** Who calls, as Entra vouches for it. */
export type EntraCaller = {
  readonly kind: 'person' | 'application'
  /** Entra object id. */
  readonly objectId: string
  /** The client that the token was given to. */
  readonly clientId: string
  /** Delegated permissions; an application has none. */
  readonly scopes: readonly string[]
  /** App roles, as they are spelt. */
  readonly roles: readonly string[]
}

/** @throws TokenInvalid for a verdict on the token, EntraUnavailable when Entra's keys cannot be had */
export type VerifyAccessToken = (token: string) => Promise<EntraCaller>

/** An access token of version 2 that Entra gave out for this app. */
export function createAccessTokenVerifier(expected: Expected): VerifyAccessToken {
  return async (token) => {
    const payload = await verifyEntraToken(token, 'access-token', expected)
    const parsed = Claims.safeParse(payload)
    if (!parsed.success) throw new TokenInvalid('incomplete', { cause: parsed.error })
    const claims = parsed.data
    const kind = kindOf(claims)
    if (kind === undefined) throw new TokenInvalid('incomplete')
    const scopes = claims.scp?.split(' ').filter(Boolean) ?? []
    return { kind, objectId: claims.oid, clientId: claims.azp, scopes, roles: claims.roles }
  }
}

/** A token that says two things at once is neither. */
function kindOf(claims: Claims): EntraCaller['kind'] | undefined {
  if (claims.scp !== undefined) return (claims.idtyp ?? 'user') === 'user' ? 'person' : undefined
  return isApplication(claims) ? 'application' : undefined
}

/**
 * `idtyp` is an optional claim that a registration has to ask for. Without it: an application is its own subject, where
 * a person's `sub` is another for each app, and it proved itself, which a public client (`azpacr` 0) cannot.
 */
function isApplication({ idtyp, oid, sub, azpacr }: Claims): boolean {
  if (idtyp !== undefined) return idtyp === 'app'
  return sub === oid && (azpacr === '1' || azpacr === '2')
}
