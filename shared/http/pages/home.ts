import { html } from './html.ts'
import type { Endpoint, Outgoing } from '../message.ts'
import { allowing, type ShowRefusal } from '../methods.ts'
import type { RenderPage } from './page.ts'
import { json } from '../replies.ts'

export type HomeOptions = {
  readonly publicBaseUrl: string
  readonly name: string
  readonly version: string
  readonly signOutUrl: string
  /** Whether records may be written here. */
  readonly writes: boolean
  readonly page: RenderPage
}

/** Everything that no other function takes: `/` is home, `/signed-out` where Entra's sign-out ends. */
export function homeEndpoint(options: HomeOptions, show: ShowRefusal): Endpoint {
  const pages: Readonly<Record<string, Endpoint>> = {
    '': allowing(READ, show, ({ headers }) =>
      Promise.resolve(asksForPage(headers) ? home(options) : serverInfo(options)),
    ),
    '/signed-out': allowing(READ, show, () => Promise.resolve(signedOut(options))),
  }
  return async (request) => {
    const path = request.path.replace(/(?<!\/)\/+$/, '')
    return Object.hasOwn(pages, path) && pages[path] ? await pages[path](request) : NOTHING
  }
}

const READ = ['GET', 'HEAD']
const NOTHING = json(404, { error: 'not_found', error_description: 'There is nothing at this address.' })
const asksForPage = (headers: Headers): boolean => headers.get('accept')?.includes('text/html') === true

const serverInfo = ({ name, version, publicBaseUrl }: HomeOptions): Outgoing =>
  json(200, { name, version, mcp: `${publicBaseUrl}/mcp`, authorization_server: publicBaseUrl })

const WHAT_IT_DOES = {
  reads: 'This server lets ChatGPT read Dynamics 365 as you: it sees what you may see, and changes nothing.',
  writes:
    'This server lets ChatGPT read Dynamics 365 as you: it sees what you may see. It changes a record only where you allow that when you connect, and after showing what would change.',
} as const

function home({ name, publicBaseUrl, page, signOutUrl, writes }: HomeOptions): Outgoing {
  return page({
    status: 200,
    title: 'Ask ChatGPT',
    content: html`<h1>Ask ChatGPT about ${name}</h1>
      <p>${WHAT_IT_DOES[writes ? 'writes' : 'reads']}</p>
      <section class="box">
        <h2>Connect</h2>
        <p>In ChatGPT, add a custom MCP server with OAuth and this address:</p>
        <p><code>${publicBaseUrl}/mcp</code></p>
      </section>
      <h2>Disconnect</h2>
      <p>
        Disconnect the app in ChatGPT’s settings: the connection ends here at once. Or see
        <a href="/me">your connections</a> and end them here. On a shared computer also
        <a href="${signOutUrl}">sign out of Microsoft in this browser</a>.
      </p>`,
  })
}

const signedOut = ({ page }: HomeOptions): Outgoing =>
  page({
    status: 200,
    title: 'Signed out',
    content: html`<h1>You are signed out</h1>
      <p>
        Microsoft has signed you out in this browser. A connection that you made in ChatGPT stays until you disconnect
        it there, or end it among <a href="/me">your connections</a>.
      </p>`,
  })
