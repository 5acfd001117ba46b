import type { Code } from '../advice/advice.ts'
import type { Answer } from './ask-server.ts'

type Seen = Answer & { readonly page: string; readonly html: boolean; readonly header: (name: string) => string }
type Mark = readonly [code: Code, matches: (seen: Seen) => boolean]

const SIGN_IN_HOSTS =
  /^https:\/\/(?:login\.(?:microsoftonline|windows|live|partner\.microsoftonline)\.|accounts\.google\.|[^/]{0,200}\.(?:okta|b2clogin|cloudflareaccess)\.com)|\/\.auth\/login/i

/** How the answers of others look. The order matters: the surest sign comes first. */
const MARKS: readonly Mark[] = [
  ['redirected-to-sign-in', ({ status, header }) => isRedirect(status) && SIGN_IN_HOSTS.test(header('location'))],
  // App Service authentication set to answer 401: its challenge names Microsoft, never our metadata.
  ['redirected-to-sign-in', ({ header }) => /authorization_uri=|x-ms-middleware/i.test(header('www-authenticate'))],
  ['redirected', ({ status, header }) => isRedirect(status) && header('location') !== '' && !isOurs(header)],
  ['config-invalid', ({ status, page }) => status === 503 && page.includes('this server is not set up yet')],
  ['ip-restricted', ({ status, header }) => status === 403 && header('x-ms-forbidden-ip') !== ''],
  ['app-stopped', ({ status, page }) => status === 403 && /web app (?:is|has been) stopped|site disabled/.test(page)],
  ['site-not-found', ({ status, page }) => status === 404 && page.includes('404 web site not found')],
  [
    'platform-page',
    ({ html, page }) => html && /your (?:azure )?function(?:s)? (?:\d\.0 )?app is up and running/.test(page),
  ],
  [
    'rate-limited',
    ({ status, page, header }) =>
      status === 429 && /^\d{1,6}$/.test(header('retry-after')) && page.includes('too many requests from this address'),
  ],
  ['blocked-by-waf', ({ header }) => header('cf-mitigated') !== '' || header('x-amzn-waf-action') !== ''],
  ['blocked-by-waf', ({ status, html, header }) => html && BLOCKING.has(status) && GUARDS.test(header('server'))],
  ['blocked-by-waf', ({ status, html, page }) => html && BLOCKING.has(status) && CHALLENGE_WORDS.test(page)],
  ['blocked-by-waf', ({ status, html }) => html && (status === 403 || status === 429)],
  [
    'storage-or-keys-unavailable',
    ({ status, page }) => status === 503 && /temporarily_unavailable|reported as <code>/.test(page),
  ],
  ['app-unavailable', ({ status }) => status === 502 || status === 503 || status === 504],
]

const BLOCKING = new Set([401, 403, 406, 429, 503])
const GUARDS = /cloudflare|akamai|imperva|incapsula|sucuri|application-gateway|awselb|barracuda|big-?ip/i
const CHALLENGE_WORDS =
  /just a moment|captcha|attention required|request is blocked|access denied|checking your browser|support id/

const isRedirect = (status: number): boolean => status >= 300 && status < 400
/** The app's own redirects go back to a client, with its issuer. */
const isOurs = (header: (name: string) => string): boolean => /[?&]iss=/.test(header('location'))

/** Whose answer this is, if not the app's own; `undefined` where the app itself may have written it. */
export function foreignCause(answer: Answer): Code | undefined {
  const page = answer.text.slice(0, 20_000).toLowerCase()
  const type = answer.headers.get('content-type') ?? ''
  const html = /html/i.test(type) || /^\s{0,200}<(?:!doctype html|html)/.test(page)
  const seen: Seen = { ...answer, page, html, header: (name) => answer.headers.get(name) ?? '' }
  return MARKS.find(([, matches]) => matches(seen))?.[0]
}
