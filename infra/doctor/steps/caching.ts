import { type Answer, isSilence } from '../wire/ask-server.ts'
import { quoted } from '../wire/plain-text.ts'
import { lineOf, type Visit } from '../visit.ts'
import { documentRequest, type Survey, WELL_KNOWN } from './survey.ts'

/** Where caches say that they answered in the server's place: Front Door, CloudFront, Cloudflare, nginx. */
const MARKS = ['x-cache', 'cf-cache-status', 'x-proxy-cache', 'x-cache-status']
const ANSWERED = /(?:^|[^a-z])(?:hit|stale|revalidated|updating)(?![a-z])/i
/** What the documents themselves allow, in seconds. */
const DOCUMENTS_KEEP = 300

const ageOf = ({ headers }: Answer): number => {
  const text = headers.get('age') ?? ''
  return /^\d{1,9}$/.test(text) ? Number(text) : 0
}

/** How a cache gave itself away, in an answer that none may keep. */
const markIn = (answer: Answer): string | undefined => {
  const mark = MARKS.find((name) => ANSWERED.test(answer.headers.get(name) ?? ''))
  if (mark !== undefined) return `${mark}: ${quoted(answer.headers.get(mark) ?? '', 60)}`
  return ageOf(answer) > 0 ? `it is ${ageOf(answer)} s old (Age)` : undefined
}

/**
 * Whether something in front keeps answers: a consent page, a token or a refusal of one person would be another's.
 * /health is asked a second time, since a cache keeps what it saw a moment ago.
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.1
 */
export async function checkCaching(visit: Visit, { refusal, server }: Survey): Promise<void> {
  const page = visit.notebook.page('connection')
  const request = { url: `${visit.origin}/health`, headers: { accept: 'application/json' } }
  const again = await visit.askServer(request)
  for (const [line, answer] of [
    [lineOf(request), again],
    ['POST /mcp', refusal],
  ] as const) {
    const mark = isSilence(answer) ? undefined : markIn(answer)
    if (mark === undefined) continue
    page.failed('answers-cached', `${line} came from a cache: ${mark}`)
    return
  }
  if (!isSilence(server) && ageOf(server) > DOCUMENTS_KEEP)
    page.failed('answers-cached', `${lineOf(documentRequest(visit, WELL_KNOWN.server))} is ${ageOf(server)} s old`)
}
