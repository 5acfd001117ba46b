import { CookieJar, getPublicSuffix } from 'tough-cookie'
import { type Button, type HtmlForm, parseForms } from './html-form.ts'
import { type Reply, send, type Step, type Wire } from './wire.ts'

const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const MAX_HOPS = 20

export type BrowserOptions = {
  /** Where the client waits: a redirect to it is not followed, it ends the walk. */
  readonly redirectUri: string
  /** On which page to press Cancel; `consent` is the one on the authorize URL's own origin. */
  readonly cancel?: 'consent' | 'entra' | undefined
  /** Ticks every box of the consent page; only what stands ticked is sent unless given. */
  readonly tick?: boolean | undefined
  /** The browser's cookies; a new, empty jar unless given. */
  readonly jar?: CookieJar | undefined
  readonly onStep?: ((step: Step) => void) | undefined
}

/** Where the walk ended: back at the client, or on a page that offers no way on. */
export type Arrival =
  | { readonly kind: 'callback'; readonly url: URL }
  | { readonly kind: 'page'; readonly url: string; readonly status: number; readonly html: string }

type Navigation = {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly body?: string | undefined
  /** The page that started it; SameSite and Origin depend on it. */
  readonly initiator: string
}

/** A jar as strict as a browser's: `__Host-` rules hold, Secure cookies work on loopback. */
export const createJar = (): CookieJar =>
  new CookieJar(undefined, { prefixSecurity: 'strict', allowSpecialUseDomain: true, rejectPublicSuffixes: false })

function site(url: string): string {
  const { protocol, hostname } = new URL(url)
  const isName = /[a-z]/i.test(hostname) && hostname.includes('.')
  return `${protocol}//${(isName ? getPublicSuffix(hostname, { ignoreError: true, allowSpecialUseDomain: true }) : undefined) ?? hostname}`
}

function sameSiteContext({ initiator, url, method }: Navigation): 'strict' | 'lax' | 'none' {
  if (site(initiator) === site(url)) return 'strict'
  return method === 'GET' ? 'lax' : 'none'
}

const fetchSite = ({ initiator, url }: Navigation): string => {
  if (new URL(initiator).origin === new URL(url).origin) return 'same-origin'
  return site(initiator) === site(url) ? 'same-site' : 'cross-site'
}

async function navigate(wire: Wire, jar: CookieJar, navigation: Navigation, title: string): Promise<Reply> {
  const { method, url, body, initiator } = navigation
  const cookies = await jar.getCookieString(url, { sameSiteContext: sameSiteContext(navigation) })
  const reply = await send(wire, title, {
    method,
    url,
    headers: {
      accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      'sec-fetch-site': fetchSite(navigation),
      ...(cookies !== '' && { cookie: cookies }),
      ...(method === 'POST' && {
        origin: new URL(initiator).origin,
        'content-type': 'application/x-www-form-urlencoded',
      }),
    },
    ...(body !== undefined && { body }),
  })
  for (const cookie of reply.headers.getSetCookie()) await jar.setCookie(cookie, url, { ignoreError: true })
  return reply
}

/** Fetch standard, HTTP-redirect fetch: 307 and 308 keep the method, the others make a GET of a POST. */
function follow(navigation: Navigation, reply: Reply): Navigation | undefined {
  const location = reply.headers.get('location')
  if (reply.status < 300 || reply.status > 399 || location === null) return undefined
  const url = new URL(location, navigation.url).href
  const keeps = reply.status === 307 || reply.status === 308
  return keeps ? { ...navigation, url } : { method: 'GET', url, initiator: navigation.initiator }
}

const isCancel = ({ name, label }: Button) => name === 'cancel' || /^(cancel|deny|decline)\b/i.test(label)

const isAgree = ({ label }: Button) => /^(continue|allow|approve|accept|go)\b/i.test(label)

function press(forms: readonly HtmlForm[], upn: string, cancel: boolean): [HtmlForm, Button] | undefined {
  const choices = forms.flatMap((form) => form.buttons.map((button): [HtmlForm, Button] => [form, button]))
  if (cancel) return choices.find(([, button]) => isCancel(button))
  const account = choices.find(([, button]) => button.value.toLowerCase() === upn.toLowerCase())
  return account ?? choices.find(([, button]) => isAgree(button))
}

function submit(form: HtmlForm, button: Button, pageUrl: string, tick: boolean): Navigation {
  const ticked = form.boxes.filter(({ isTicked }) => isTicked || tick).map(({ name, value }) => [name, value] as const)
  const entered = [...form.fields, ...ticked, ...(button.name === '' ? [] : [[button.name, button.value] as const])]
  const data = new URLSearchParams(entered.map(([name, value]) => [name, value])).toString()
  if (form.method === 'POST') return { method: 'POST', url: form.action, body: data, initiator: pageUrl }
  return { method: 'GET', url: `${form.action.split('?')[0] ?? ''}?${data}`, initiator: pageUrl }
}

/**
 * Plays the person in the browser: opens `url`, presses Continue on the consent page, picks `upn` at Entra, and stops
 * where the client would take over. An error page is an arrival, not an exception.
 */
export async function walkBrowser(url: string, upn: string, options: BrowserOptions): Promise<Arrival> {
  const { redirectUri, cancel, jar = createJar(), onStep } = options
  const wire: Wire = { userAgent: USER_AGENT, onStep }
  const appOrigin = new URL(url).origin
  let navigation: Navigation = { method: 'GET', url, initiator: redirectUri }
  let title = 'Browser opens the authorize URL'
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const target = new URL(navigation.url)
    if (target.origin + target.pathname === redirectUri) return { kind: 'callback', url: target }
    const reply = await navigate(wire, jar, navigation, title)
    const next = follow(navigation, reply)
    if (next) {
      navigation = next
      title = 'Browser follows a redirect'
      continue
    }
    const page = target.origin === appOrigin ? 'consent' : 'entra'
    const pressed = press(parseForms(reply.text, navigation.url), upn, cancel === page)
    if (!pressed || reply.status >= 400) {
      return { kind: 'page', url: navigation.url, status: reply.status, html: reply.text }
    }
    title = `Browser presses "${pressed[1].label}"`
    navigation = submit(...pressed, navigation.url, page === 'consent' && options.tick === true)
  }
  throw new Error(`the sign-in did not end after ${MAX_HOPS} hops, last at ${navigation.url.split('?')[0] ?? ''}`)
}
