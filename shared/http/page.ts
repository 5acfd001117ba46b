import { createHash } from 'node:crypto'
import { html, Html } from './html.ts'
import type { Cookie, Outgoing } from './message.ts'
import { pageStyle } from './page-style.ts'
import { NO_STORE } from './replies.ts'

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
 * redirect chain and would stop "Continue". With `no-referrer` Chromium would send `Origin: null` on our own form.
 */
export function createPages(branding: Branding): RenderPage {
  const style = pageStyle(branding.color)
  const styleHash = createHash('sha256').update(style).digest('base64')
  const headers = {
    ...NO_STORE,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
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
          <header>
            ${branding.logo ? html`<img src="${branding.logo}" alt="" />` : undefined}<span>${branding.name}</span>
          </header>
          ${content} ${footer(branding, correlationId)}
        </main>
      </body>
    </html> `
}

function footer({ privacyUrl, supportUrl }: Branding, correlationId?: string): Html | undefined {
  if (!privacyUrl && !supportUrl && !correlationId) return undefined
  return html`<footer class="soft">
    ${privacyUrl ? html`<a href="${privacyUrl}" rel="noreferrer">Privacy</a> ` : undefined}${supportUrl ? html`<a href="${supportUrl}" rel="noreferrer">Help</a>` : undefined}
    ${correlationId ? html`<p>Correlation id <code>${correlationId}</code></p>` : undefined}
  </footer>`
}
