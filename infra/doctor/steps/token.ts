import type { Page } from '../report.ts'
import type { Answer } from '../wire/ask-server.ts'
import { quoted } from '../wire/plain-text.ts'
import { ask, describe, isHtml, jsonObject, textOf, unexpected, type Visit } from '../visit.ts'
import { newPkce } from './authorize-request.ts'
import type { DoctorsClient } from './registration.ts'
import type { ServerMetadata } from './server-metadata.ts'

export const formRequest = (url: string, fields: Readonly<Record<string, string>>) => ({
  method: 'POST' as const,
  url,
  body: new URLSearchParams(fields).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
})

/** A code of this app's shape that it never gave. */
const MADE_UP_CODE = `dmc_${'A'.repeat(16)}.${'A'.repeat(43)}AAAAAA`

/** Step 9: the token endpoint refuses a made-up code in OAuth's words, and tokens can be given back. */
export async function checkToken(visit: Visit, server: ServerMetadata, client: DoctorsClient): Promise<void> {
  const page = visit.notebook.page('token')
  await checkMadeUpCode(visit, page, server.token, client)
  await checkRevocation(visit, page, server.revoke, client)
  if (!visit.notebook.hasFailed('token')) page.ok('a made-up code is refused, and tokens can be revoked')
}

async function checkMadeUpCode(visit: Visit, page: Page, url: string | undefined, client: DoctorsClient) {
  if (url === undefined) {
    page.skipped('the token address is missing or elsewhere')
    return
  }
  const request = formRequest(url, {
    grant_type: 'authorization_code',
    code: MADE_UP_CODE,
    redirect_uri: client.redirectUri,
    code_verifier: newPkce().verifier,
    client_id: client.clientId,
    resource: visit.url,
  })
  const answer = await ask(visit, page, request)
  if (!answer) return
  if (answer.status === 200 && textOf(jsonObject(answer)?.access_token) !== undefined) {
    page.failed('made-up-code-accepted', 'tokens came back for a code that the doctor made up')
    return
  }
  if (answer.status === 400 && textOf(jsonObject(answer)?.error) === 'invalid_grant') {
    const cache = answer.headers.get('cache-control') ?? ''
    if (!/\bno-store\b/i.test(cache)) page.failed('tokens-cacheable', `Cache-Control is ${quoted(cache)}`)
    return
  }
  unexpected(page, request, answer, answer.status >= 500 ? 'token-endpoint-failed' : 'token-answer-wrong')
}

/** A token of this app's shape that it never gave. */
export const madeUpRevocation = (url: string, { clientId }: DoctorsClient) =>
  formRequest(url, { token: MADE_UP_CODE, client_id: clientId })

async function checkRevocation(visit: Visit, page: Page, url: string | undefined, client: DoctorsClient) {
  if (url === undefined) return
  const answer = await ask(visit, page, madeUpRevocation(url, client))
  if (answer && (answer.status !== 200 || isPage(answer)))
    page.failed('revocation-failed', `giving back an unknown token: ${describe(answer)}, not 200 without a page`)
}

/** A login or a portal in front answers 200 to everything, and ends no connection. */
const isPage = ({ headers, text }: Answer): boolean => isHtml(text) || /html/i.test(headers.get('content-type') ?? '')
