import type { CurrentSwitches } from '../../grants/switches/current-switches.ts'
import type { Endpoint, Outgoing } from '../../http/message.ts'
import { html } from '../../http/pages/html.ts'
import type { RenderPage } from '../../http/pages/page.ts'
import { errorJson } from '../../http/replies.ts'
import { OAuthError } from './oauth-error.ts'

/** As often as a client need ask while nothing is to be had. */
const RETRY_AFTER = { 'retry-after': '300' } as const
const TITLE = 'This server is switched off'

/**
 * Answers in an endpoint's place while everything is off. It is returned and not thrown: what an administrator wants is
 * no fault, and strangers who come meanwhile fill no log.
 */
export const whileOn =
  (switches: CurrentSwitches, answerOff: (message: string | undefined) => Outgoing, endpoint: Endpoint): Endpoint =>
  async (request) => {
    const { everything } = await switches.read()
    return everything ? answerOff(everything.message) : await endpoint(request)
  }

/** The message is the administrator's: a text of its own under a heading that says so. */
export const offPage =
  (page: RenderPage) =>
  (message: string | undefined): Outgoing => {
    const said =
      message === undefined
        ? undefined
        : html`<section class="box">
            <h2>Message of the administrator</h2>
            <p><bdi>${message}</bdi></p>
          </section>`
    const reply = page({
      status: 503,
      title: TITLE,
      content: html`<h1>${TITLE}</h1>
        <p>An administrator has switched it off for everybody. Connections that exist stay, and work again afterwards.</p>
        ${said}
        <p>Close this page, and start again later from the app that you want to connect.</p>`,
    })
    return { ...reply, headers: { ...reply.headers, ...RETRY_AFTER } }
  }

/** Without the message: `error_description` has no room for all that it may hold (RFC 6749 section 5.2). */
export function offJson(): Outgoing {
  const said = 'An administrator has switched this server off. Nothing was lost; try again later.'
  return errorJson(new OAuthError('temporarily_unavailable', said, { headers: RETRY_AFTER }), undefined)
}
