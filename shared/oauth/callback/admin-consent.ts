import { codeOf, readRedirect } from '../../entra/refusals/entra-answer.ts'
import type { Parameters } from '../../http/form.ts'
import { html } from '../../http/pages/html.ts'
import type { Outgoing } from '../../http/message.ts'
import type { RenderPage } from '../../http/pages/page.ts'
import { OAuthError } from '../errors/oauth-error.ts'

const REFUSED =
  'Microsoft reports that the approval for your organisation was not given. Nothing has changed: follow the link again to give it.'

/**
 * Entra sends an administrator who followed our consent link here, with no sign-in and no state: it is said, and
 * nothing else happens. `admin_consent` is `True` beside an `error`, too.
 * @throws OAuthError where the approval was not given
 * @see https://learn.microsoft.com/entra/identity-platform/v2-admin-consent#error-response
 */
export function adminConsentAnswer(page: RenderPage, parameters: Parameters): Outgoing | undefined {
  if (parameters.has('state')) return undefined
  const error = parameters.get('error')
  if (error !== undefined) {
    const cause = codeOf(readRedirect(error, parameters.get('error_description') ?? ''))
    throw new OAuthError('access_denied', REFUSED, { cause })
  }
  if (parameters.get('admin_consent')?.toLowerCase() !== 'true') return undefined
  return page({
    status: 200,
    title: 'Approved',
    content: html`<h1>Approved for your organisation</h1>
      <p>Microsoft reports that the approval was given. People can connect now: ask them to start again from their app.</p>`,
  })
}
