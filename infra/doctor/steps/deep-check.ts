import type { Code } from '../advice/advice.ts'
import { foreignCause } from '../wire/foreign-cause.ts'
import { quoted } from '../wire/plain-text.ts'
import type { Page } from '../report.ts'
import { type Advice, adviceFor } from '../advice/advice.ts'
import type { Answer } from '../wire/ask-server.ts'
import { ask, describe, jsonObject, unexpected, type Visit } from '../visit.ts'
import { type Check, readChecks } from './deep-check-answer.ts'

/** An Entra access token for the app at this address, or how to get one for an origin. */
export type ManagementToken = string | ((origin: string) => Promise<string>)

/** No token can be had; `code` says why. */
export class NoToken extends Error {
  override readonly name = 'NoToken'
  readonly code: Code
  constructor(code: Code, found: string) {
    super(found)
    this.code = code
  }
}

/** What the app itself says that it cannot do just now: the deep check is there to tell why. */
const OWN_TROUBLE: ReadonlySet<string> = new Set<Code>([
  ...(['storage-or-keys-unavailable', 'registration-limit', 'registration-failed'] as const),
  ...(['chatgpt-redirect-refused', 'clients-missing', 'clients-surplus'] as const),
  ...(['authorize-failed', 'token-endpoint-failed', 'sign-in-unavailable'] as const),
  ...(['credential-refused', 'dynamics-unknown-to-entra', 'no-dynamics-user', 'tool-failed'] as const),
])

/** Step 11: what the app finds out about itself, for holders of the app role Administrator. */
export async function checkInside(visit: Visit, managementToken: ManagementToken): Promise<void> {
  const page = visit.notebook.page('deep-check')
  const earlier = visit.notebook.findings.find(
    ({ status, code }) => status === 'failed' && !OWN_TROUBLE.has(code ?? ''),
  )
  if (earlier) {
    page.skipped(
      `${earlier.code ?? earlier.step} first: no token is shown to a server that does not answer as the app does`,
    )
    return
  }
  const token = await tokenFrom(visit, page, managementToken)
  if (token === undefined) return
  const request = {
    method: 'POST' as const,
    url: `${visit.origin}/manage`,
    body: JSON.stringify({ command: 'check' }),
    headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${token}` },
  }
  const answer = await ask(visit, page, request)
  if (!answer) return
  if (answer.status !== 200) {
    refused(page, request.url, answer)
    return
  }
  const read = readChecks(answer)
  if ('wrong' in read) page.failed('manage-answer-wrong', `POST /manage: ${read.wrong}`)
  else for (const check of read.checks) render(page, visit.url, check)
}

async function tokenFrom({ origin }: Visit, page: Page, given: ManagementToken): Promise<string | undefined> {
  try {
    return typeof given === 'string' ? given : await given(origin)
  } catch (error) {
    const code = error instanceof NoToken ? error.code : 'az-refused'
    page.failed(code, error instanceof Error ? error.message : 'there is no token')
    return undefined
  }
}

function refused(page: Page, url: string, answer: Answer): void {
  const byStatus: Readonly<Record<number, Code>> = {
    401: 'manage-token-refused',
    403: 'administrator-role-missing',
    404: 'manage-missing',
  }
  const own = jsonObject(answer) !== undefined || foreignCause(answer) === undefined
  const code = own ? byStatus[answer.status] : undefined
  if (code) page.failed(code, `POST /manage: ${describe(answer)}`)
  else unexpected(page, { method: 'POST', url }, answer, 'manage-failed')
}

function render(page: Page, mcpUrl: string, check: Check): void {
  const { name, status, code, found } = check
  page.write({
    status,
    found: `${name}: ${quoted(found, 400)}`,
    ...(status === 'ok' ? {} : adviceOf(check, mcpUrl)),
    ...(code === undefined ? {} : { code }),
  })
}

/** What the app says is shown in quotation marks, as its words: whoever answers here could have written it. */
function adviceOf({ means, fix }: Check, mcpUrl: string): Advice {
  return {
    means: means === undefined ? 'The app found this in itself.' : `The app says: ${quoted(means, 800)}`,
    fix:
      fix === undefined
        ? adviceFor('manage-failed', mcpUrl).fix
        : `The app advises (read a command before you run it): ${quoted(fix, 800)}`,
  }
}
