import { addressForPage } from '../foreign-address.ts'
import { html, type Html } from './html.ts'
import type { Outgoing } from '../message.ts'
import type { RenderPage } from './page.ts'
import type { WireError } from '../wire-error.ts'

const BACK_TO_THE_APP = html`Go back to the app that you want to connect and start again.`
/** Of the page of one's own connections. */
export const BACK_TO_ME = html`<a href="/me">Back to your connections</a>.`

/** An error for a person, where nothing is known that could be redirected to: it is shown, and goes nowhere. */
export function errorPage(
  page: RenderPage,
  error: WireError,
  correlationId: string | undefined,
  back = BACK_TO_THE_APP,
): Outgoing {
  const title = error.status >= 500 ? 'Something is not working' : 'This cannot continue'
  const reply = page({
    status: error.status,
    title,
    ...(correlationId === undefined ? {} : { correlationId }),
    content: html`<h1>${title}</h1>
      ${error.settings.length > 0 ? notAdmitted(error, correlationId) : startAgain(error, correlationId, back)}
      <p class="soft">Reported as <code>${error.code}</code></p>`,
  })
  return { ...reply, headers: { ...reply.headers, ...error.headers } }
}

const startAgain = (error: WireError, correlationId: string | undefined, back: Html): Html =>
  html`<p>${error.description}</p>
    ${refusedAddress(error)}
    <p>
      ${back}
      ${correlationId === undefined ? '' : 'If this happens again, give the correlation id below to your help desk.'}
    </p>`

/** Who made the link may be a stranger, so nobody is told to have anything admitted that they do not know. */
const notAdmitted = (error: WireError, correlationId: string | undefined): Html =>
  html`<p>
      The app that sent you here may not connect, and starting again changes nothing. If it is one that you use at work,
      show this page to your help desk: an administrator decides who may connect.
    </p>
    <section class="box">
      <h2>For administrators</h2>
      <p>${error.description}</p>
      ${refusedAddress(error)}
      <pre class="copy">Guide: infra/clients.md${correlationId === undefined ? '' : `\nIn the log: ${correlationId}`}</pre>
    </section>`

/** A text of its own, no link, and never within a sentence of ours: whoever made the link to this page chose it. */
function refusedAddress({ addresses: [address = ''] }: WireError): Html | undefined {
  const shown = addressForPage(address)
  return shown === undefined ? undefined : html`<p class="soft">Refused address: <code>${shown}</code></p>`
}
