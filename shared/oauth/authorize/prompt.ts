import type { SignInPrompt } from '../../entra/entra.ts'
import type { Parameters } from '../../http/form.ts'
import { OAuthError } from '../errors/oauth-error.ts'

/** `consent` is what happens at every connection, on our own page. */
const HONOURED: ReadonlySet<string> = new Set(['login', 'select_account', 'consent'])

/**
 * How the client wants the person to sign in. Entra takes one value alone: of several the strictest, since who proves
 * anew who they are has chosen an account by that.
 * @throws OAuthError `consent_required` for `none`, `invalid_request` for a value that is not honoured
 * @see https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
 */
export function parsePrompt(parameters: Parameters): SignInPrompt | undefined {
  const asked = new Set((parameters.get('prompt') ?? '').split(' ').filter(Boolean))
  if (asked.has('none') && asked.size > 1)
    throw new OAuthError('invalid_request', 'The prompt "none" cannot stand beside another one.')
  if (asked.has('none')) throw new OAuthError('consent_required', 'The person is asked at every connection.')
  if ([...asked].some((one) => !HONOURED.has(one)))
    throw new OAuthError('invalid_request', 'The prompt must be "login", "select_account" or "consent".')
  if (asked.has('login')) return 'login'
  return asked.has('select_account') ? 'select_account' : undefined
}
