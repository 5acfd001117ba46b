import { createHash } from 'node:crypto'
import { html, Html } from './html.ts'
import type { Cookie, Outgoing } from '../message.ts'
import { pageStyle } from './page-style.ts'
import { NO_STORE } from '../replies.ts'

export type Branding = {
  readonly name: string
  /** A data: URL. */
  readonly logo?: string | undefined
  readonly color: string
  readonly privacyUrl?: string | undefined
  readonly supportUrl?: string | undefined
}

export type Page = {
  readonly status: number
  readonly title: string
  readonly content: Html
  readonly cookies?: readonly Cookie[]
  /** Shown small at the foot, to give to support. */
  readonly correlationId?: string
}

/** Lays a page out in the company's branding. */
export type RenderPage = (page: Page) => Outgoing

/**
 * No script, nothing from elsewhere, framed by nobody. There is no `form-action`: Chromium applies it to the whole
 * redirect chain and would stop "Continue". With `no-referrer` Chromium would send `Origin: null` on our own form. There
 * is no `Cross-Origin-Opener-Policy`: a client that signs in in a popup would lose it.
 * @param hasChoices whether any page has a box to tick
 */
export function createPages(branding: Branding, hasChoices = false): RenderPage {
  const style = pageStyle(branding.color, hasChoices)
  const styleHash = createHash('sha256').update(style).digest('base64')
  const headers = {
    ...NO_STORE,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
  }
  return ({ status, title, content, cookies, correlationId }) => ({
    status,
    headers,
    body: documentOf(branding, style, title, content, correlationId).text,
    ...(cookies ? { cookies } : {}),
  })
}

function documentOf(branding: Branding, style: string, title: string, content: Html, correlationId?: string): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} – ${branding.name}</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        <main>
          <header>${emblem(branding)}<span>${branding.name}</span></header>
          ${content} ${footer(branding, correlationId)}
        </main>
      </body>
    </html> `
}

/** The logo, or else the name's first letter in the brand's colour. */
const emblem = ({ logo, name }: Branding): Html =>
  logo ? html`<img src="${logo}" alt="" />` : html`<span class="mark" aria-hidden="true">${initialOf(name)}</span>`

const initialOf = (name: string): string => String.fromCodePoint(name.codePointAt(0) ?? 0x20).toUpperCase()

function footer({ privacyUrl, supportUrl }: Branding, correlationId?: string): Html | undefined {
  if (!privacyUrl && !supportUrl && !correlationId) return undefined
  return html`<footer class="soft">
    ${link(privacyUrl, 'Privacy')} ${link(supportUrl, 'Help')}
    ${correlationId ? html`<p>Correlation id <code>${correlationId}</code></p>` : undefined}
  </footer>`
}

const link = (url: string | undefined, text: string): Html | undefined =>
  url ? html`<a href="${url}" rel="noreferrer">${text}</a>` : undefined
