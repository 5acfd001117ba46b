import type { EntraContext } from '../context.ts'
import { applicationOf, servicePrincipalOf } from '../directory/queries.ts'
import { EntraError } from '../errors.ts'

/** What a credential trusts, and what an assertion says: letter by letter. */
type Trust = { readonly issuer: string; readonly subject: string; readonly audiences: readonly string[] }
export type AssertionClaims = { readonly issuer: string; readonly subject: string; readonly audience: string }

/**
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations: all three must equal
 * @throws EntraError AADSTS70025, 700212, 700211, 7002138 (another case), 700213
 */
export function matchCredential(credentials: readonly Trust[], { issuer, subject, audience }: AssertionClaims): void {
  if (credentials.length === 0) throw new EntraError('AADSTS70025')
  const byAudience = credentials.filter(({ audiences }) => audiences.includes(audience))
  if (byAudience.length === 0) throw new EntraError('AADSTS700212', `The audience is '${audience}'.`)
  const byIssuer = byAudience.filter((one) => one.issuer === issuer)
  if (byIssuer.length === 0) throw new EntraError('AADSTS700211', `The issuer is '${issuer}'.`)
  if (byIssuer.some((one) => one.subject === subject)) return
  const inOtherCase = byIssuer.some((one) => one.subject.toLowerCase() === subject.toLowerCase())
  throw new EntraError(inOtherCase ? 'AADSTS7002138' : 'AADSTS700213', `The subject is '${subject}'.`)
}

/**
 * The sign-in of a pipeline by a token of its own issuer, whose signature is taken for granted here.
 * @returns the client id
 * @throws EntraError as above, AADSTS700016 for a client that is not in this tenant
 */
export function signInFederated({ directory }: EntraContext, clientId: string, claims: AssertionClaims): string {
  const servicePrincipal = servicePrincipalOf(directory, clientId)
  if (!servicePrincipal) throw new EntraError('AADSTS700016', `Application '${clientId}'.`)
  const own = applicationOf(directory, clientId)?.federatedIdentityCredentials
  matchCredential(own ?? servicePrincipal.federatedIdentityCredentials ?? [], claims)
  return clientId
}
