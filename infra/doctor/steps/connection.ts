import type { Code } from '../advice/advice.ts'
import { isSilence } from '../wire/ask-server.ts'
import { foreignCause } from '../wire/foreign-cause.ts'
import { quoted } from '../wire/plain-text.ts'
import { describe, isHtml, jsonObject, lineOf, textOf, type Visit } from '../visit.ts'

const PAUSE_MS = 10_000

type Look =
  | { readonly alive: true; readonly found: string }
  | { readonly alive: false; readonly code: Code; readonly found: string }

/** What a start brings, and takes away again by itself. */
const STARTING: readonly Code[] = ['connection-lost', 'answer-timeout', 'app-unavailable']
/** What a deployment or a new name brings besides. */
const DEPLOYING: readonly Code[] = [
  ...(['dns-not-found', 'dns-unavailable', 'connection-refused', 'connection-timeout'] as const),
  ...(['no-functions', 'platform-page', 'site-not-found'] as const),
]
const START_ATTEMPTS = 3

/** Step 2: somebody answers, and it is our app. A start is waited for; a deployment where `attempts` says so. */
export async function checkConnection(visit: Visit): Promise<boolean> {
  const page = visit.notebook.page('connection')
  const passing = visit.attempts === undefined ? STARTING : [...STARTING, ...DEPLOYING]
  const attempts = visit.attempts ?? START_ATTEMPTS
  let seen = await look(visit)
  for (let attempt = 1; attempt < attempts && !seen.alive && passing.includes(seen.code); attempt += 1) {
    await visit.pause(PAUSE_MS)
    seen = await look(visit)
  }
  if (seen.alive) page.ok(seen.found)
  else page.failed(seen.code, seen.found)
  return seen.alive
}

async function look(visit: Visit): Promise<Look> {
  const request = { url: `${visit.origin}/health`, headers: { accept: 'application/json' } }
  const reply = await visit.askServer(request)
  if (isSilence(reply)) return bad(reply.silent, `${lineOf(request)}: ${reply.detail}`)
  const health = reply.status === 200 ? jsonObject(reply) : undefined
  if (health?.status === 'ok') return { alive: true, found: `the app answers, version ${versionOf(health.version)}` }
  const cause = foreignCause(reply) ?? (reply.status === 404 ? 'no-functions' : undefined)
  const found = `${lineOf(request)}: ${describe(reply)}`
  if (await challenges(visit, '/mcp')) return { alive: true, found: `the app answers at /mcp (${found})` }
  if (cause === 'no-functions' && (await challenges(visit, '/api/mcp')))
    return bad('route-prefix', `${found}, but /api/mcp answers`)
  if (cause) return bad(cause, found)
  return bad(isHtml(reply.text) || reply.status < 500 ? 'not-this-app' : 'app-failed', found)
}

const bad = (code: Code, found: string): Look => ({ alive: false, code, found })

const versionOf = (version: unknown): string => {
  const text = textOf(version) ?? ''
  return /^[\w.+-]{1,40}$/.test(text) ? text : quoted(text, 40)
}

async function challenges(visit: Visit, path: string): Promise<boolean> {
  const reply = await visit.askServer({
    method: 'POST',
    url: `${visit.origin}${path}`,
    body: '{}',
    headers: { 'content-type': 'application/json' },
  })
  return !isSilence(reply) && reply.status === 401 && foreignCause(reply) === undefined
}
