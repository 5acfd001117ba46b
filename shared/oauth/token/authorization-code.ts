import { type CodeCheck, redeemCode } from '../../grants/redeem-code.ts'
import type { GrantDeps, TokenPair } from '../../grants/types.ts'
import { type Asker, askedBy } from '../../http/failed-for.ts'
import type { Parameters } from '../../http/form.ts'
import type { Client } from '../clients/client.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { verifierMatches } from '../pkce/check-code-verifier.ts'
import { checkResource } from '../resource.ts'
import { invalidGrant, requiredToken } from './parse-request.ts'

/**
 * Redirect address, verifier and resource are all checked before the code is used up.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-v2-1-13#section-4.1.3
 */
export async function exchangeCode(
  deps: { readonly grantDeps: GrantDeps; readonly issuer: string },
  form: Parameters,
  client: Client,
): Promise<TokenPair> {
  const code = requiredToken(form, 'code', 'code')
  const verifier = form.get('code_verifier')
  if (verifier === undefined) throw new OAuthError('invalid_request', 'The request holds no code_verifier.')
  const resource = checkResource(form.get('resource'), deps.issuer)
  const issued = { flow: code.grantId, issued: true }
  let known: Asker = {}
  const check: CodeCheck = (granted) => {
    known = { grantId: code.grantId }
    const redirectUri = form.get('redirect_uri')
    if (redirectUri !== undefined && redirectUri !== granted.redirectUri)
      throw invalidGrant('another redirect address').blaming(issued)
    if (resource !== granted.resource)
      throw new OAuthError('invalid_target', 'The code is for another resource.').blaming(issued)
    if (!verifierMatches(verifier, granted.codeChallenge))
      throw invalidGrant('the verifier does not match').blaming(issued)
  }
  return askedBy(
    () => known,
    () => redeemCode(deps.grantDeps, code, client.clientId, check),
  )
}
