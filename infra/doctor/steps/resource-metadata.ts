import { isSilence } from '../wire/ask-server.ts'
import { foreignCause } from '../wire/foreign-cause.ts'
import { quoted } from '../wire/plain-text.ts'
import type { Page } from '../report.ts'
import { describe, isHtml, jsonObject, listOf, type Reply, textOf, type Visit } from '../visit.ts'
import { documentRequest, type Survey, WELL_KNOWN } from './survey.ts'

type Document = Readonly<Record<string, unknown>>
type Names = {
  readonly path: string
  readonly missing: 'resource-metadata-missing' | 'server-metadata-missing'
  readonly notJson: 'resource-metadata-not-json' | 'server-metadata-not-json'
}

/** The document in an answer, or a finding that says why there is none. */
export function readDocument(page: Page, reply: Reply, { path, missing, notJson }: Names): Document | undefined {
  if (isSilence(reply)) {
    page.failed(reply.silent, `GET ${path}: ${reply.detail}`)
    return undefined
  }
  const document = reply.status === 200 ? jsonObject(reply) : undefined
  if (document) return document
  const isPage = reply.status === 200 || (isHtml(reply.text) && reply.status < 300)
  page.failed(isPage ? notJson : (foreignCause(reply) ?? missing), `GET ${path}: ${describe(reply)}`)
  return undefined
}

/** HEAD must be answered as GET is. */
export async function checkHead(visit: Visit, page: Page, path: string): Promise<void> {
  const reply = await visit.askServer({ ...documentRequest(visit, path), method: 'HEAD' })
  if (isSilence(reply)) page.failed(reply.silent, `HEAD ${path}: ${reply.detail}`)
  else if (reply.status !== 200) page.failed('head-not-answered', `HEAD ${path}: ${describe(reply)}`)
}

/** Step 4. @see https://www.rfc-editor.org/rfc/rfc9728#section-3.3 */
export async function checkResourceMetadata(visit: Visit, { resource }: Survey): Promise<void> {
  const page = visit.notebook.page('resource-metadata')
  const path = WELL_KNOWN.resource
  const names = { path, missing: 'resource-metadata-missing', notJson: 'resource-metadata-not-json' } as const
  const document = readDocument(page, resource, names)
  if (!document) return
  judgeResource(visit, page, path, document)
  await checkRoot(visit, page)
  await checkHead(visit, page, path)
  if (!visit.notebook.hasFailed('resource-metadata')) page.ok(`names ${visit.url} and its one sign-in server`)
}

/** What one copy of the document says, each fault under the code of its own. */
export function judgeResource({ url, origin }: Visit, page: Page, path: string, document: Document): void {
  const named = textOf(document.resource)
  if (named !== url) page.failed('resource-mismatch', `${path}: resource is ${quoted(named ?? '')}, not ${url}`)
  const servers = listOf(document.authorization_servers)
  if (servers.length !== 1 || servers[0] !== origin) {
    const list = servers.map((server) => quoted(server)).join(', ')
    page.failed('authorization-servers-wrong', `${path}: authorization_servers is [${list}], not [${origin}]`)
  }
  const scopes = listOf(document.scopes_supported)
  if (!scopes.includes('dynamics.read')) page.failed('scope-missing', `${path}: scopes_supported lacks dynamics.read`)
  if (!listOf(document.bearer_methods_supported).includes('header'))
    page.failed('bearer-method-wrong', `${path}: bearer_methods_supported does not hold header`)
  if (scopes.includes('offline_access'))
    page.failed('offline-access-misplaced', `${path}: scopes_supported holds offline_access`)
}

async function checkRoot(visit: Visit, page: Page): Promise<void> {
  const path = WELL_KNOWN.resourceRoot
  const reply = await visit.askServer(documentRequest(visit, path))
  const document = isSilence(reply) || reply.status !== 200 ? undefined : jsonObject(reply)
  if (document) judgeResource(visit, page, path, document)
  else
    page.warning('resource-metadata-root-missing', `GET ${path}: ${isSilence(reply) ? reply.detail : describe(reply)}`)
}
