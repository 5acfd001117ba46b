import type { Parameters } from '../../http/form.ts'
import { html } from '../../http/html.ts'
import type { Outgoing } from '../../http/message.ts'
import type { RenderPage } from '../../http/page.ts'

/**
 * Entra sends an administrator who followed our consent link here, with no sign-in and no state: it is said, and
 * nothing else happens. @see https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 */
export function adminConsentAnswer(page: RenderPage, parameters: Parameters): Outgoing | undefined {
  if (parameters.has('state') || parameters.get('admin_consent')?.toLowerCase() !== 'true') return undefined
  return page({
    ...{ status: 200, title: 'Approved' },
    content: html`<h1>Approved for your organisation</h1>
      <p>Microsoft reports that the approval was given. People can connect now: ask them to start again from their app.</p>`,
  })
}
