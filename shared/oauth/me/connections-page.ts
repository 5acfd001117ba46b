import { html, type Html } from '../../http/pages/html.ts'
import { receiverOf } from '../clients/redirect-receiver.ts'
import { asksToWrite } from '../scope.ts'
import type { Connection, Connections } from './connections.ts'
import { TITLE } from './sign-in-page.ts'
import { lastUse, moment } from './times.ts'
import type { Notice } from './visitor.ts'

export type ConnectionsPage = Connections & {
  readonly brand: string
  readonly username: string | undefined
  /** Whether records may be written here; else all that connects reads, and nobody needs to be told so. */
  readonly writes: boolean
  readonly notice: Notice | undefined
  /** Of this visit, for its forms. */
  readonly proof: string
  /** To Microsoft's own sign-out. */
  readonly signOutUrl: string
  readonly now: number
}

const EVERYWHERE = 'It takes effect everywhere within a minute.'
const NOTICES: Readonly<Record<Notice, string>> = {
  ended: `The connection has ended. ${EVERYWHERE}`,
  'ended-all': `All your connections have ended. ${EVERYWHERE}`,
  'nothing-ended': 'There was nothing to end: that connection had ended already.',
}

/** What reads as this person, newest first. Each button stands behind a second step, which needs no script. */
export const connectionsContent = (page: ConnectionsPage): Html =>
  html`<h1>${TITLE}</h1>
    ${page.notice === undefined ? undefined : html`<p class="box" role="status">${NOTICES[page.notice]}</p>`}
    <p>${who(page.username)} ${page.count === 0 ? nothing(page.brand) : reading(page)}</p>
    ${page.shown.map((connection, at) => connectionBox(connection, at, page))} ${rest(page)} ${endAll(page)}
    <form method="post" action="/me">
      ${proofField(page)}
      <div class="actions"><button name="decision" value="sign-out">Sign out of this page</button></div>
    </form>
    <p class="soft after">
      On a shared computer also <a href="${page.signOutUrl}" rel="noreferrer">sign out of Microsoft in this browser</a>.
    </p>`

const who = (username: string | undefined): Html =>
  username === undefined
    ? html`You are signed in with your work account.`
    : html`You are signed in as <strong><bdi>${username}</bdi></strong>.`

const nothing = (brand: string): Html => html`No app can read ${brand} as you. When you connect one, it appears here.`

const reading = ({ count, brand }: ConnectionsPage): Html =>
  html`${count === 1 ? 'This app' : 'These apps'} can read ${brand} as you.`

function connectionBox(connection: Connection, at: number, page: ConnectionsPage): Html {
  const { clientName, redirectUri, scope, createdAt, lastUsedAt, expiresAt, grantId } = connection
  const id = `connection-${at + 1}`
  return html`<article class="box" aria-labelledby="${id}">
    <h2 class="host" id="${id}">${receiverName(redirectUri)}</h2>
    <dl>
      ${fact('The app calls itself', html`<bdi>${clientName}</bdi> <span class="soft">(as given by the app, not verified)</span>`)}
      ${page.writes ? mayDo(scope) : undefined}${fact('Connected', moment(createdAt))} ${fact('Last used', lastUse(lastUsedAt, page.now))}
      ${fact('Ends by itself', moment(expiresAt))}
    </dl>
    <details>
      <summary aria-describedby="${id}">End this connection …</summary>
      <p>The app can then ${page.writes ? 'read and change' : 'read'} nothing more as you, until you connect it again.</p>
      <form method="post" action="/me">
        ${proofField(page)}<input type="hidden" name="grant" value="${grantId}" />
        <button class="main" name="decision" value="end" aria-describedby="${id}">End it now</button>
      </form>
    </details>
  </article>`
}

const WRITING = html`Read, and create and change records, as far as you may yourself`
const mayDo = (scope: string): Html => fact('What it may do', asksToWrite(scope) ? WRITING : html`Read`)

const fact = (name: string, value: Html): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`

/** Who looks at this page may sit at another device than the one that was connected. */
function receiverName(redirectUri: string): string {
  const { kind, name } = receiverOf(redirectUri)
  if (kind === 'website') return name
  if (kind === 'program') return 'A program on the computer where you connected it'
  return `An app for ${new URL(redirectUri).protocol} links, on the device where you connected it`
}

const proofField = ({ proof }: ConnectionsPage): Html => html`<input type="hidden" name="proof" value="${proof}" />`

const rest = ({ shown, count }: ConnectionsPage): Html | undefined =>
  count > shown.length
    ? html`<p>These are the newest ${shown.length} of your ${count} connections. “End all” ends the others too.</p>`
    : undefined

function endAll(page: ConnectionsPage): Html | undefined {
  if (page.count < 2) return undefined
  return html`<details class="box">
    <summary>End all ${page.count} connections …</summary>
    <p>None of these apps can then ${page.writes ? 'read or change' : 'read'} anything more as you, until you connect it again.</p>
    <form method="post" action="/me">
      ${proofField(page)}
      <button class="main" name="decision" value="end-all">End all of them now</button>
    </form>
  </details>`
}
