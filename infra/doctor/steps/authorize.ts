import type { Answer, Ask } from '../wire/ask-server.ts'
import { boundsScripts, forbidsFraming, parsePolicies } from '../wire/content-policy.ts'
import { foreignCause } from '../wire/foreign-cause.ts'
import { quoted } from '../wire/plain-text.ts'
import type { Page } from '../report.ts'
import { ask, describe, isHtml, unexpected, type Visit } from '../visit.ts'
import { authorizeRequest, newPkce, type Pkce } from './authorize-request.ts'
import type { DoctorsClient } from './registration.ts'
import type { ServerMetadata } from './server-metadata.ts'

type Asked = { readonly endpoint: string; readonly client: DoctorsClient; readonly pkce: Pkce }

/** Step 8: the page that asks the person, and where errors go. */
export async function checkAuthorize(
  visit: Visit,
  { authorize }: ServerMetadata,
  client: DoctorsClient,
): Promise<void> {
  const page = visit.notebook.page('authorize')
  if (authorize === undefined) {
    page.skipped('the address of the page is missing or elsewhere')
    return
  }
  const asked = { endpoint: authorize, client, pkce: newPkce() }
  const request = authorizeRequest(visit, authorize, client, asked.pkce)
  const answer = await ask(visit, page, request)
  if (!answer) return
  if (answer.status !== 200 || (!isHtml(answer.text) && !saysHtml(answer))) {
    unexpected(page, request, answer, 'authorize-failed')
    return
  }
  judgePage(page, answer)
  await checkWrongRedirect(visit, page, asked)
  await checkUnknownClient(visit, page, asked)
  await checkErrors(visit, page, asked)
  if (!visit.notebook.hasFailed('authorize')) page.ok('people are asked, safely, and errors go back with iss')
}

const saysHtml = ({ headers }: Answer): boolean => /^text\/html\s*(?:;|$)/i.test(headers.get('content-type') ?? '')

function judgePage(page: Page, answer: Answer): void {
  const { headers } = answer
  if (!saysHtml(answer)) page.failed('page-type-wrong', `its type is ${quoted(headers.get('content-type') ?? '')}`)
  const policy = headers.get('content-security-policy') ?? ''
  const policies = parsePolicies(policy)
  if (!policies.some(forbidsFraming)) page.failed('csp-missing', `its policy is ${quoted(policy)}`)
  if (policy !== '' && !policies.some(boundsScripts)) page.failed('csp-scripts', `its policy is ${quoted(policy)}`)
  if (policies.some((one) => one.has('form-action'))) page.failed('csp-form-action', `its policy is ${quoted(policy)}`)
  const cache = headers.get('cache-control') ?? ''
  if (!/\bno-store\b/i.test(cache)) page.failed('page-cacheable', `Cache-Control is ${quoted(cache)}`)
  const referrer = headers.get('referrer-policy') ?? ''
  if (referrer !== 'same-origin') page.failed('referrer-policy', `Referrer-Policy is ${quoted(referrer)}`)
  if (!headers.getSetCookie().some(isHostCookie))
    page.failed('consent-cookie-missing', 'the page sets no cookie that a browser would keep for it')
}

/** @see https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.3.2 */
function isHostCookie(cookie: string): boolean {
  const [pair = '', ...attributes] = cookie.split(';').map((part) => part.trim().toLowerCase())
  return (
    pair.startsWith('__host-') &&
    ['secure', 'httponly', 'path=/', 'samesite=lax'].every((one) => attributes.includes(one)) &&
    !attributes.some((one) => one.startsWith('domain='))
  )
}

const isRedirect = ({ status }: Answer): boolean => status >= 300 && status < 400

/** A stranger's, and two that a comparison of beginnings takes for the client's own. */
const wrongRedirects = ({ redirectUri }: DoctorsClient): readonly string[] => [
  'https://evil.example/callback',
  `${redirectUri}x`,
  `https://${new URL(redirectUri).hostname}.evil.example/callback`,
]

async function checkWrongRedirect(visit: Visit, page: Page, { endpoint, client, pkce }: Asked): Promise<void> {
  for (const wrong of wrongRedirects(client)) {
    const request = authorizeRequest(visit, endpoint, client, pkce, { redirect_uri: wrong })
    const answer = await ask(visit, page, request)
    if (!answer || isLimited(page, request, answer)) return
    if (!isRedirect(answer) && answer.status >= 300) continue
    page.failed('open-redirect', `with ${wrong}: ${describe(answer)}`)
    return
  }
}

async function checkUnknownClient(visit: Visit, page: Page, { endpoint, client, pkce }: Asked): Promise<void> {
  const unknown = { client_id: 'dmi_AAAAAAAAAAAAAAAAAAAAAA' }
  const request = authorizeRequest(visit, endpoint, client, pkce, unknown)
  const answer = await ask(visit, page, request)
  if (!answer || isLimited(page, request, answer)) return
  if (isRedirect(answer) || answer.status < 300)
    page.failed('unknown-client-accepted', `for a client that is not registered: ${describe(answer)}`)
}

/** Told once; a refusal for this reason is no refusal of what was asked. */
function isLimited(page: Page, request: Ask, answer: Answer): boolean {
  if (foreignCause(answer) !== 'rate-limited') return false
  unexpected(page, request, answer, 'authorize-failed')
  return true
}

/** Not by prefix: what begins with the address may lead elsewhere. */
const isAt = (location: string, redirectUri: string): boolean => {
  if (!URL.canParse(location)) return false
  const url = new URL(location)
  url.search = url.hash = ''
  return url.href === redirectUri
}

/** A request with a fault of the client's goes back to it; without PKCE is such a fault. */
async function checkErrors(visit: Visit, page: Page, { endpoint, client, pkce }: Asked): Promise<void> {
  const faulty = { code_challenge: undefined, code_challenge_method: undefined }
  const request = authorizeRequest(visit, endpoint, client, pkce, faulty)
  const answer = await ask(visit, page, request)
  if (!answer) return
  if (answer.status === 200) {
    page.failed('pkce-not-required', 'the page appears without a code_challenge, too')
    return
  }
  const location = answer.headers.get('location') ?? ''
  if (!isRedirect(answer) || !isAt(location, client.redirectUri)) {
    unexpected(page, request, answer, 'errors-not-returned')
    return
  }
  const back = new URL(location).searchParams
  if (back.get('error') === null) page.failed('errors-not-returned', 'the answer to a faulty request names no error')
  if (back.get('state') !== pkce.state) page.failed('state-changed', 'an error comes back without the state as sent')
  judgeIss(visit, page, back.get('iss'))
}

/** @see https://www.rfc-editor.org/rfc/rfc9207#section-2 */
export function judgeIss({ origin }: Visit, page: Page, iss: string | null): boolean {
  if (iss === origin) return true
  if (iss === null) page.failed('iss-missing', 'the answer has no iss')
  else page.failed('iss-wrong', `iss is ${quoted(iss)}, not ${origin}`)
  return false
}
