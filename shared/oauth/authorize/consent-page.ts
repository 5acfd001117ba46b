import { type Receiver, receiverOf } from '../clients/redirect-receiver.ts'
import { html, type Html } from '../../http/pages/html.ts'
import { writeBox, type WriteOffer } from './write-offer.ts'

export type Consent = {
  readonly brand: string
  readonly clientName: string
  readonly redirectUri: string
  readonly dataverseHost: string
  /** Of the person's own connections: to be read and remembered, and no way out of this page. */
  readonly meUrl: string
  /** The sealed transaction that the form carries. */
  readonly transaction: string
  /** Present where the client asks to write, and something may be written here. */
  readonly offer: WriteOffer | undefined
}

/**
 * Who asks, where the answer goes, what it may do. Shown at every connection: nothing is remembered, so nothing can be
 * forged. @see https://modelcontextprotocol.io/specification/2026-07-28/basic/security_best_practices
 */
export function consentContent({ brand, clientName, transaction, offer, ...facts }: Consent): Html {
  return html`<h1>Let “<bdi>${clientName}</bdi>” ${offer ? 'use' : 'read'} ${brand} as you?</h1>
    <p>Next, you sign in with your work account. After that, this app can look things up in Dynamics 365 for you.</p>
    <dl>
      ${receiver(facts.redirectUri)}
      <div>
        <dt>The app calls itself</dt>
        <dd><bdi>${clientName}</bdi> <span class="soft">(as given by the app, not verified)</span></dd>
      </div>
      <div>
        <dt>What it can do</dt>
        <dd>
          <ul>
            <li class="can">Read what you may see in <strong>${facts.dataverseHost}</strong></li>
            ${offer ? WITH_BOX : READING}
          </ul>
        </dd>
      </div>
      <div>
        <dt>What Microsoft is asked for</dt>
        <dd>Your sign-in, name and email address, and access to Dynamics 365 as you until you disconnect the app</dd>
      </div>
    </dl>
    <p class="soft">Continue only if you started this yourself just now and know the address above.</p>
    <form method="post" action="/oauth/authorize">
      <input type="hidden" name="transaction" value="${transaction}" />${offer && writeBox(offer)}
      <div class="actions">
        <button class="main" name="decision" value="continue">Continue</button>
        <button name="decision" value="switch">Use another account</button>
        <button name="decision" value="cancel">Cancel</button>
      </div>
    </form>
    <p class="soft after">You can see your connections, and end them, at any time at ${facts.meUrl}</p>`
}

const READING = html`<li class="cannot">It cannot add, change or delete anything</li>`
const WITH_BOX = html`<li class="can">Create and change records, only if you tick that below</li>
            <li class="cannot">It cannot delete anything</li>`

const ON_THIS_DEVICE = 'A program on this computer, and not a website. Continue only if you just started it.'
/** RFC 8252 §8.4: nothing stops another app from claiming the same scheme. */
const BY_SCHEME =
  'An app, and not a website; another app on this device could claim such links. Continue only if you just started it.'
const WARNINGS: Readonly<Record<Receiver['kind'], string | undefined>> = {
  website: undefined,
  program: ON_THIS_DEVICE,
  app: BY_SCHEME,
}

/** The host is what a person can judge; a program on the computer itself can pretend to be any other there. */
function receiver(redirectUri: string): Html {
  const { kind, name } = receiverOf(redirectUri)
  const warning = WARNINGS[kind]
  return html`<div class="box">
    <dt>Access is given to</dt>
    <dd class="host">${name}</dd>
    <dd class="soft">${redirectUri}</dd>
    ${warning === undefined ? undefined : html`<dd class="warn">${warning}</dd>`}
  </div>`
}
