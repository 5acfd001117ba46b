import { quoted } from '../wire/plain-text.ts'
import type { Page } from '../report.ts'
import { ask, describe, lineOf, type Visit } from '../visit.ts'
import type { Asked } from './registration.ts'
import type { ServerMetadata } from './server-metadata.ts'
import { documentIn, documentRequest, mcpRequest, WELL_KNOWN } from './survey.ts'

const INSPECTOR = 'http://localhost:6274'
const CHATGPT = 'https://chatgpt.com'
const STRANGER = 'https://evil.example'

/** Step 6: what web pages may call, and which of them not. */
export async function checkCors(
  visit: Visit,
  server: ServerMetadata | undefined,
  asked?: Pick<Asked, 'isWished' | 'clients'>,
): Promise<void> {
  const page = visit.notebook.page('cors')
  const lacking = [
    await lacksOnDocument(visit, page, WELL_KNOWN.resource),
    await lacksOnDocument(visit, page, WELL_KNOWN.server),
    await lacksOnPreflight(visit, page, server?.register),
    await lacksOnPreflight(visit, page, server?.token),
  ].filter((one) => one !== undefined)
  if (lacking.length > 0) page.warning('cors-missing', `no access-control-allow-origin for ${lacking.join(', ')}`)
  if (!(await refusesStranger(visit, page)) || lacking.length > 0) return
  if (asked?.isWished === false || (await admitsChatGpt(visit, page, asked?.clients)))
    page.ok('web clients may read and register; a page of a stranger may not call /mcp')
}

const admits = (headers: Headers, origin: string): boolean =>
  ['*', origin].includes(headers.get('access-control-allow-origin') ?? '')

async function lacksOnDocument(visit: Visit, page: Page, path: string): Promise<string | undefined> {
  const { url, headers } = documentRequest(visit, path)
  const answer = await ask(visit, page, { url, headers: { ...headers, origin: INSPECTOR } })
  // A document that is missing is told by its own step.
  const isThere = answer !== undefined && documentIn(answer) !== undefined
  return isThere && !admits(answer.headers, INSPECTOR) ? `GET ${path}` : undefined
}

export const preflight = (url: string, origin: string, headers: string) => ({
  method: 'OPTIONS' as const,
  url,
  headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': headers },
})

async function lacksOnPreflight(visit: Visit, page: Page, url: string | undefined): Promise<string | undefined> {
  if (url === undefined) return undefined
  const request = preflight(url, INSPECTOR, 'content-type')
  const answer = await ask(visit, page, request)
  return !answer || admits(answer.headers, INSPECTOR) ? undefined : lineOf(request)
}

async function admitsChatGpt(visit: Visit, page: Page, clients: string | undefined): Promise<boolean> {
  const request = preflight(visit.url, CHATGPT, 'authorization,content-type')
  const answer = await ask(visit, page, request)
  if (!answer) return false
  if (admits(answer.headers, CHATGPT)) return true
  page.warning('cors-chatgpt-missing', `${lineOf(request)} for ${CHATGPT}: ${describe(answer)}`, { clients })
  return false
}

/** @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning */
async function refusesStranger(visit: Visit, page: Page): Promise<boolean> {
  const answer = await ask(visit, page, mcpRequest(visit, '{}', { origin: STRANGER }))
  if (!answer) return false
  if (answer.status !== 403) {
    page.failed('foreign-origin-accepted', `POST /mcp from a page of ${quoted(STRANGER)}: ${describe(answer)}, not 403`)
    return false
  }
  const request = preflight(visit.url, STRANGER, 'authorization,content-type')
  const asked = await ask(visit, page, request)
  if (!asked) return false
  if (!admits(asked.headers, STRANGER)) return true
  page.failed('foreign-origin-accepted', `${lineOf(request)} admits pages of ${quoted(STRANGER)}`)
  return false
}
