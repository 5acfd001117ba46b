import type { CookieJar } from 'tough-cookie'
import { createJar } from '../../sandbox/chatgpt/browser.ts'
import { type Button, type HtmlForm, parseForms, parseLinks } from '../../sandbox/chatgpt/html-form.ts'
import { type Reply, send } from '../../sandbox/chatgpt/wire.ts'

export type Page = Reply & { readonly url: string }
export type TabOptions = {
  readonly jar?: CookieJar
  /** Sends what is meant for one origin to another: to a further instance behind the public address. */
  readonly via?: { readonly from: string; readonly to: string }
}

const WIRE = { userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36' }

/** A browser tab that goes one step at a time and follows nothing by itself. */
export class Tab {
  readonly jar: CookieJar
  readonly #via: TabOptions['via']

  constructor({ jar = createJar(), via }: TabOptions = {}) {
    this.jar = jar
    this.#via = via
  }

  open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.#send(url, { method: 'GET', headers })
  }

  /** Posts a form; `origin` undefined leaves the header out. */
  post(url: string, fields: Readonly<Record<string, string>>, origin: string | undefined): Promise<Page> {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      ...(origin === undefined ? {} : { origin }),
    }
    return this.#send(url, { method: 'POST', headers, body: new URLSearchParams(fields).toString() })
  }

  /** Presses the button of that value, as a browser would; `tick` ticks every box of its form before. */
  press(page: Page, value: string, tick = false): Promise<Page> {
    const [form, button] = find(page, value)
    const boxes = form.boxes.filter(({ isTicked }) => isTicked || tick)
    const ticked = boxes.map((box) => [box.name, box.value] as const)
    const fields = Object.fromEntries([...form.fields, ...ticked, [button.name, button.value]])
    return this.post(form.action, fields, new URL(page.url).origin)
  }

  follow(page: Page): Promise<Page> {
    return this.open(target(page).href)
  }

  async #send(
    url: string,
    { headers, ...rest }: { method: 'GET' | 'POST'; headers: Readonly<Record<string, string>>; body?: string },
  ): Promise<Page> {
    const cookie = await this.jar.getCookieString(url)
    const sent = this.#via && url.startsWith(this.#via.from) ? url.replace(this.#via.from, this.#via.to) : url
    const request = { ...rest, url: sent, headers: { accept: 'text/html', ...(cookie && { cookie }), ...headers } }
    const reply = await send(WIRE, 'tab', request)
    for (const one of reply.headers.getSetCookie()) await this.jar.setCookie(one, url, { ignoreError: true })
    return { ...reply, url }
  }
}

function find(page: Page, value: string): [HtmlForm, Button] {
  for (const form of parseForms(page.text, page.url)) {
    const button = form.buttons.find((one) => one.value === value)
    if (button) return [form, button]
  }
  throw new Error(`no button "${value}" on ${page.url.split('?')[0] ?? ''} (HTTP ${page.status})`)
}

/** Where a redirect leads. @throws Error when the page is none */
export function target(page: Page): URL {
  const location = page.headers.get('location')
  if (location === null) throw new Error(`HTTP ${page.status} is no redirect: ${page.text.slice(0, 300)}`)
  return new URL(location, page.url)
}

/** The hidden field that carries the sealed transaction of a consent page. */
export function transactionOf(page: Page): string {
  const found = parseForms(page.text, page.url).flatMap(({ fields }) => fields)
  return new Map(found).get('transaction') ?? ''
}

/** The link of a problem page that leads back to the client. */
export function backLink(page: Page, redirectUri: string): URL {
  const href = parseLinks(page.text, page.url).find((one) => one.startsWith(redirectUri))
  if (href === undefined) throw new Error('the page has no link back to the client')
  return new URL(href)
}
