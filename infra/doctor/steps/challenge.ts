import { type Answer, type Ask, isSilence } from '../wire/ask-server.ts'
import { parseChallenge } from '../wire/challenge-header.ts'
import { foreignCause } from '../wire/foreign-cause.ts'
import { quoted } from '../wire/plain-text.ts'
import type { Page } from '../report.ts'
import { ask, describe, lineOf, unexpected, type Visit } from '../visit.ts'
import { judgeResource } from './resource-metadata.ts'
import { documentIn, mcpRequest, type Survey, WELL_KNOWN } from './survey.ts'

/** The shape of an access token of this app, with a checksum that fits nothing: refused without a look at storage. */
const MADE_UP_TOKEN = `dma_${'A'.repeat(16)}.${'A'.repeat(43)}AAAAAA`

/** Step 3: without a token, /mcp refuses, and says where the sign-in is described. */
export async function checkChallenge(visit: Visit, { refusal, challenge, resource }: Survey): Promise<void> {
  const page = visit.notebook.page('challenge')
  if (isSilence(refusal)) {
    page.failed(refusal.silent, `POST /mcp: ${refusal.detail}`)
    return
  }
  if (!isRefusal(page, refusal)) return
  if (!challenge || (challenge.resource_metadata === undefined && foreignCause(refusal))) {
    missing(page, refusal)
    return
  }
  await judgeTarget(visit, page, challenge.resource_metadata, documentIn(resource) !== undefined)
  if (challenge.scope?.split(' ').includes('offline_access'))
    page.failed('offline-access-misplaced', `the refusal asks for scope ${quoted(challenge.scope)}`)
  await checkGet(visit, page)
  await checkBodies(visit, page)
  await checkMadeUpToken(visit, page)
  if (!visit.notebook.hasFailed('challenge')) page.ok('no token: 401, and the refusal leads to the sign-in')
}

function isRefusal(page: Page, refusal: Answer): boolean {
  const { status } = refusal
  if (status === 401) return true
  const found = `POST /mcp without a token: ${describe(refusal)}`
  if (status >= 200 && status < 300 && foreignCause(refusal) === undefined) page.failed('mcp-open', found)
  else page.failed(foreignCause(refusal) ?? (status === 404 ? 'mcp-missing' : 'challenge-status'), found)
  return false
}

function missing(page: Page, refusal: Answer): void {
  const header = refusal.headers.get('www-authenticate')
  const found = header === null ? 'the 401 has no WWW-Authenticate' : `WWW-Authenticate is ${quoted(header)}`
  page.failed(foreignCause(refusal) ?? 'challenge-missing', found)
}

async function judgeTarget(visit: Visit, page: Page, target: string | undefined, resourceIsFine: boolean) {
  if (target === undefined) {
    page.failed('challenge-incomplete', 'WWW-Authenticate names no resource_metadata')
    return
  }
  const known = [WELL_KNOWN.resource, WELL_KNOWN.resourceRoot].map((path) => visit.origin + path)
  if (!URL.canParse(target) || new URL(target).origin !== visit.origin) {
    page.failed('challenge-elsewhere', `resource_metadata is ${quoted(target)}`)
    return
  }
  // Where it is the usual address, the next step says what is wrong with the document.
  if (known.includes(target)) return
  const request: Ask = { url: target, headers: { accept: 'application/json' } }
  const answer = await ask(visit, page, request)
  const document = answer && documentIn(answer)
  // ChatGPT reads the document that the refusal names, whatever lies at the usual address.
  if (document) judgeResource(visit, page, new URL(target).pathname, document)
  else if (answer && resourceIsFine)
    page.failed('challenge-elsewhere', `resource_metadata leads to ${lineOf(request)}: ${describe(answer)}`)
}

async function checkGet(visit: Visit, page: Page): Promise<void> {
  const request: Ask = { url: visit.url, headers: { accept: 'text/event-stream' } }
  const answer = await ask(visit, page, request)
  if (!answer) return
  const challenged = answer.status === 401 && parseChallenge(answer.headers.get('www-authenticate')) !== undefined
  if (!challenged) unexpected(page, request, answer, 'get-before-challenge')
}

async function checkBodies(visit: Visit, page: Page): Promise<void> {
  const wrong: string[] = []
  for (const [name, body] of [
    ['empty', ''],
    ['{}', '{}'],
    ['[]', '[]'],
  ] as const) {
    const answer = await ask(visit, page, mcpRequest(visit, body))
    if (answer && answer.status !== 401) wrong.push(`${name}: ${describe(answer)}`)
  }
  await checkChunks(visit, page, wrong)
  if (wrong.length > 0)
    page.failed('body-refused-before-challenge', `POST /mcp with a body that is ${wrong.join('; ')}`)
}

/** The host may drop such a body (411), but not before the client is told to sign in. */
async function checkChunks(visit: Visit, page: Page, wrong: string[]): Promise<void> {
  const answer = await ask(visit, page, { ...mcpRequest(visit, '{}'), chunked: true })
  if (!answer || answer.status === 401) return
  if (answer.status === 411)
    page.failed('chunked-refused-before-challenge', `POST /mcp with a body in chunks: ${describe(answer)}, not 401`)
  else wrong.push(`in chunks: ${describe(answer)}`)
}

async function checkMadeUpToken(visit: Visit, page: Page): Promise<void> {
  const request = mcpRequest(visit, '{}', { authorization: `Bearer ${MADE_UP_TOKEN}` })
  const answer = await ask(visit, page, request)
  if (!answer) return
  const { error } = parseChallenge(answer.headers.get('www-authenticate')) ?? {}
  if (answer.status === 401 && error === 'invalid_token') return
  if (answer.status === 401) page.failed('invalid-token-unsaid', 'a made-up token: 401 without error="invalid_token"')
  else unexpected(page, request, answer, 'invalid-token-unsaid')
}
