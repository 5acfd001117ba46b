import { addressForPage } from '../foreign-address.ts'
import { html, type Html } from './html.ts'
import type { Outgoing } from '../message.ts'
import type { RenderPage } from './page.ts'
import type { WireError } from '../wire-error.ts'

/** An error for a person, where nothing is known that could be redirected to: it is shown, and goes nowhere. */
export function errorPage(page: RenderPage, error: WireError, correlationId: string | undefined): Outgoing {
  const title = error.status >= 500 ? 'Something is not working' : 'This cannot continue'
  const reply = page({
    status: error.status,
    title,
    ...(correlationId === undefined ? {} : { correlationId }),
    content: html`<h1>${title}</h1>
      <p>${error.description}</p>
      ${refusedAddress(error)}
      <p>
        Go back to the app that you want to connect and start again.
        ${correlationId === undefined ? '' : 'If this happens again, give the correlation id below to your help desk.'}
      </p>
      <p class="soft">Reported as <code>${error.code}</code></p>`,
  })
  return { ...reply, headers: { ...reply.headers, ...error.headers } }
}

/** A text of its own, no link, and never within a sentence of ours: whoever made the link to this page chose it. */
function refusedAddress({ addresses: [address = ''] }: WireError): Html | undefined {
  const shown = addressForPage(address)
  return shown === undefined ? undefined : html`<p class="soft">Refused address: <code>${shown}</code></p>`
}
