import { html, type Html } from '../../http/html.ts'

export type Consent = {
  readonly brand: string
  readonly clientName: string
  readonly redirectUri: string
  readonly dataverseHost: string
  /** The sealed transaction that the form carries. */
  readonly transaction: string
  readonly privacyUrl?: string | undefined
}

/**
 * Who asks, where the answer goes, what it may do. Shown at every connection: nothing is remembered, so nothing can be
 * forged. @see https://modelcontextprotocol.io/specification/2026-07-28/basic/security_best_practices
 */
export function consentContent(consent: Consent): Html {
  const { brand, clientName, redirectUri, dataverseHost, transaction, privacyUrl } = consent
  return html`<h1>Let ${clientName} read ${brand} as you?</h1>
    <p>
      If you continue, you sign in with your work account, and this app can then look things up in Dynamics 365 on your
      behalf. It sees what you may see, no more, and it changes nothing.
    </p>
    <dl>
      <div>
        <dt>The app</dt>
        <dd>${clientName}<br /><span class="soft">as given by the app, not verified</span></dd>
      </div>
      <div>
        <dt>Your answer is sent to</dt>
        <dd class="host">${new URL(redirectUri).host}</dd>
        <dd class="soft">${redirectUri}</dd>
      </div>
      <div>
        <dt>It may</dt>
        <dd>read records of <strong>${dataverseHost}</strong> with your own rights</dd>
      </div>
      <div>
        <dt>Microsoft is asked for</dt>
        <dd>your sign-in, your basic profile, and access to Dynamics 365 as you</dd>
      </div>
    </dl>
    <p class="soft">Continue only if you started this yourself just now and know the address above.</p>
    <form method="post" action="/oauth/authorize">
      <input type="hidden" name="transaction" value="${transaction}" />
      <div class="actions">
        <button class="main" name="decision" value="continue">Continue</button>
        <button name="decision" value="switch">Use another account</button>
        <button name="decision" value="cancel">Cancel</button>
      </div>
    </form>
    ${privacyUrl ? html`<p class="soft">What happens to your data: <a href="${privacyUrl}" rel="noreferrer">privacy statement</a></p>` : undefined}`
}
