import { isDeepStrictEqual } from 'node:util'
import type { Admission } from '../clients/ask-clients.ts'
import { allNeeds, needsOf } from '../clients/needs.ts'
import { type Answer, type Ask, isSilence } from '../wire/ask-server.ts'
import { foreignCause } from '../wire/foreign-cause.ts'
import type { Page } from '../report.ts'
import { describe, jsonObject, textOf, unexpected, type Visit } from '../visit.ts'
import { authorizeRequest, newPkce } from './authorize-request.ts'
import type { ServerMetadata } from './server-metadata.ts'

export type DoctorsClient = { readonly clientId: string; readonly redirectUri: string }

export const STABLE_REDIRECT = 'https://chatgpt.com/connector_platform_oauth_redirect'
const STRANGERS = ['https://evil.example/callback', 'https://chatgpt.com.evil.example/callback']
const CHATGPT_DOCUMENT = 'https://chatgpt.com/oauth/client.json'

/** As ChatGPT is reported to register. @see https://www.rfc-editor.org/rfc/rfc7591#section-2 */
export const registrationRequest = (url: string, redirectUris: readonly string[], clientName = 'ChatGPT (doctor)') => ({
  method: 'POST' as const,
  url,
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: JSON.stringify({
    client_name: clientName,
    redirect_uris: redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  }),
})

/** Who ought to be let in, and who is. */
export type Asked = {
  readonly admission: Admission
  /** Whether ChatGPT ought to be. */
  readonly isWished: boolean
  /** The value of CLIENTS that admits it beside everybody of today. */
  readonly clients: string
}

/** Step 7: ChatGPT can become a client, by its metadata document or by registration, and a stranger cannot. */
export async function checkRegistration(
  visit: Visit,
  server: ServerMetadata,
  asked: Asked,
): Promise<DoctorsClient | undefined> {
  const page = visit.notebook.page('registration')
  if (server.register === undefined && !server.readsDocuments) {
    page.failed('registration-closed', 'neither a registration address nor metadata documents are offered')
    return undefined
  }
  if (server.register === undefined && !asked.isWished) {
    page.skipped('registration is closed, and a document of ChatGPT’s is the only one that the doctor knows')
    return undefined
  }
  const registered = server.register === undefined ? undefined : await register(visit, page, server.register, asked)
  const readsIt = server.readsDocuments && asked.isWished
  const documented = readsIt ? await checkDocument(visit, page, server, asked) : undefined
  if (server.register === undefined && documented) page.ok('registration is closed; ChatGPT needs none')
  return registered ?? documented
}

async function register(visit: Visit, page: Page, url: string, asked: Asked): Promise<DoctorsClient | undefined> {
  const chatgpt = asked.isWished ? await registerRedirect(visit, page, url, STABLE_REDIRECT, asked) : undefined
  if (chatgpt) judgeOtherAddresses(page, asked)
  const client = chatgpt ?? (await registerOther(visit, page, url, asked))
  if (!client) return undefined
  await checkStranger(visit, page, url)
  if (!visit.notebook.hasFailed('registration'))
    page.ok(
      `${asked.isWished ? 'ChatGPT may register, with both of its addresses' : 'clients may register'}, and a stranger may not`,
    )
  return client
}

function judgeOtherAddresses(page: Page, { admission, clients }: Asked): void {
  const refused = needsOf('chatgpt').redirects.find((uri) => admission.redirects.get(uri) === false)
  if (refused !== undefined)
    page.failed('chatgpt-redirect-refused', `a registration with ${refused} comes back without it`, { clients })
}

/** Where ChatGPT is not let in, what follows is still seen through the eyes of somebody who is. */
async function registerOther(visit: Visit, page: Page, url: string, asked: Asked) {
  const { redirects } = asked.admission
  if (asked.isWished && redirects.get(STABLE_REDIRECT) !== false) return undefined
  const admitted = allNeeds('redirects').find((uri) => redirects.get(uri) === true)
  if (admitted !== undefined) return registerRedirect(visit, page, url, admitted, asked)
  if (!visit.notebook.hasFailed('registration')) page.skipped('no address of a known client is admitted')
  return undefined
}

async function registerRedirect(visit: Visit, page: Page, url: string, redirectUri: string, asked: Asked) {
  const request = registrationRequest(url, [redirectUri])
  const reply = await visit.askServer(request)
  if (isSilence(reply)) {
    page.failed(reply.silent, `POST ${new URL(url).pathname}: ${reply.detail}`)
    return undefined
  }
  if (reply.status !== 201) {
    refused(page, request, reply, { redirectUri, clients: asked.clients })
    return undefined
  }
  const document = jsonObject(reply) ?? {}
  const clientId = textOf(document.client_id)
  const complete =
    isDeepStrictEqual(document.redirect_uris, [redirectUri]) && document.token_endpoint_auth_method === 'none'
  if (clientId !== undefined && complete) return { clientId, redirectUri }
  page.failed('registration-incomplete', `a registration of ${redirectUri}: ${describe(withoutSecrets(reply))}`)
  return undefined
}

/** The answer of a registration may hold a secret; only the names of its members are shown. */
const withoutSecrets = (answer: Answer): Answer => ({
  ...answer,
  text: `members: ${Object.keys(jsonObject(answer) ?? {}).join(', ')}`,
})

type Refused = { readonly redirectUri: string; readonly clients: string }

function refused(page: Page, request: Pick<Ask, 'url'>, reply: Answer, { redirectUri, clients }: Refused): void {
  const error = textOf(jsonObject(reply)?.error)
  const limited = foreignCause(reply) === 'rate-limited'
  if (error === 'invalid_redirect_uri')
    page.failed('chatgpt-redirect-refused', `a registration with ${redirectUri}: ${describe(reply)}`, { clients })
  else if (error !== undefined && !limited && reply.status === 429)
    page.failed('registration-limit', `a registration as ChatGPT sends it: ${describe(reply)}`)
  else
    unexpected(
      page,
      { method: 'POST', url: request.url },
      reply,
      reply.status >= 500 ? 'registration-failed' : 'registration-refused',
    )
}

async function checkStranger(visit: Visit, page: Page, url: string): Promise<void> {
  for (const stranger of [...STRANGERS, `${STABLE_REDIRECT}x`]) {
    const reply = await visit.askServer(registrationRequest(url, [stranger], 'doctor: must be refused'))
    if (isSilence(reply) || reply.status < 200 || reply.status >= 300) continue
    page.failed('foreign-redirect-accepted', `a registration with ${stranger} was accepted`)
    return
  }
}

/** ChatGPT names itself by its document wherever that is offered; the consent page shows whether the app could read it. */
async function checkDocument(
  visit: Visit,
  page: Page,
  server: ServerMetadata,
  { clients }: Asked,
): Promise<DoctorsClient | undefined> {
  if (server.authorize === undefined) return undefined
  const client = { clientId: CHATGPT_DOCUMENT, redirectUri: STABLE_REDIRECT }
  const request = authorizeRequest(visit, server.authorize, client, newPkce())
  const reply = await visit.askServer(request)
  if (isSilence(reply)) {
    page.failed(reply.silent, `the metadata document of ChatGPT: ${reply.detail}`)
    return undefined
  }
  if (reply.status === 200) {
    page.ok('the app reads ChatGPT’s metadata document')
    return client
  }
  const cause = foreignCause(reply)
  const found = `a connection by ChatGPT’s metadata document: ${describe(reply)}`
  if (cause === 'storage-or-keys-unavailable') page.warning('client-document-unreachable', found)
  else page.failed(cause ?? 'client-document-refused', found, { clients })
  return undefined
}
