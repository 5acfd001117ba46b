import { createAccessTokenVerifier, type VerifyAccessToken } from '../../entra/access-token.ts'
import type { Authority } from '../../entra/authority.ts'
import { createEntra, type Entra, type EntraDeps } from '../../entra/entra.ts'
import { createEntraKeys } from '../../entra/entra-keys.ts'
import { createIdTokenVerifier } from '../../entra/id-token.ts'
import { createProveApplication, type ProveApplication } from '../../entra/prove-application.ts'

/** What asks Entra, and what reads its tokens. */
export type SignIn = {
  readonly entra: Entra
  readonly verifyAccessToken: VerifyAccessToken
  readonly proveApplication: ProveApplication
}

export type SignInDeps = Omit<EntraDeps, 'verifyIdToken'> & {
  readonly authority: Authority
  readonly tenantId: string
  /** Epoch milliseconds. */
  readonly now: () => number
}

export function createSignIn(deps: SignInDeps): SignIn {
  const { authority, clientId, tenantId, fetch, now } = deps
  const { issuer, jwksUri } = authority
  const expected = { issuer, clientId, tenantId, now, keys: createEntraKeys(jwksUri, fetch, now) }
  return {
    entra: createEntra({ ...deps, verifyIdToken: createIdTokenVerifier(expected) }),
    verifyAccessToken: createAccessTokenVerifier(expected),
    proveApplication: createProveApplication(deps),
  }
}
