import { setTimeout as sleep } from 'node:timers/promises'
import { createAskServer } from './wire/ask-server.ts'
import { askClients } from './clients/ask-clients.ts'
import { clientsFor, standingsIn, type Wish } from './clients/standing.ts'
import { createNotebook, type Finding, type Report, reportOf, type Step } from './report.ts'
import { type SignIn, checkSignIn } from './sign-in/sign-in.ts'
import { checkAddress, shownAddress } from './steps/address.ts'
import { checkAuthorize } from './steps/authorize.ts'
import { checkCaching } from './steps/caching.ts'
import { checkChallenge } from './steps/challenge.ts'
import { checkChunked } from './steps/chunked.ts'
import { checkClients } from './steps/clients.ts'
import { checkConnection } from './steps/connection.ts'
import { checkCors } from './steps/cors.ts'
import { checkInside, type ManagementToken } from './steps/deep-check.ts'
import { checkNetwork, type LookAtNetwork } from './steps/network.ts'
import { type Asked, checkRegistration, STABLE_REDIRECT } from './steps/registration.ts'
import { checkResourceMetadata } from './steps/resource-metadata.ts'
import { checkServerMetadata, type ServerMetadata } from './steps/server-metadata.ts'
import { otherBaseUrl, survey } from './steps/survey.ts'
import { checkToken } from './steps/token.ts'
import { quoted } from './wire/plain-text.ts'
import type { Visit } from './visit.ts'

export type { Finding, Report } from './report.ts'
export type { SignIn } from './sign-in/sign-in.ts'

export type DiagnoseOptions = {
  /** Which known clients ought to be admitted; ChatGPT unless given, and whoever else is. */
  readonly clients?: Wish

  readonly fetch?: typeof fetch
  /** Told of each finding as soon as it is there. */
  readonly onFinding?: (finding: Finding) => void
  /** Signs in for real; left out, nobody is asked anything. */
  readonly signIn?: SignIn
  /** For the check inside the app, by `POST /manage`: an Entra token, or how to get one. */
  readonly managementToken?: ManagementToken
  /** Who reaches vault and tables from outside, where that is known. */
  readonly network?: LookAtNetwork
  readonly pause?: (ms: number) => Promise<void>
  /**
   * How often a server that is not there yet (no name, no functions) is asked, ten seconds apart. Left out, only a
   * start is waited for.
   */
  readonly attempts?: number
  /** For each answer; 30 s unless given. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 30_000
/** Over all requests of a walk, so that a server which is slow each time cannot hold it for ever. */
const WALK_MS = 300_000

/**
 * Walks to a server as ChatGPT does and says, step by step, what it found, what it means and what mends it.
 * Never rejects because of the server, and shows no token, no code and no control character of a stranger.
 */
export async function diagnose(mcpUrl: string, options: DiagnoseOptions = {}): Promise<Report> {
  const { timeoutMs = TIMEOUT_MS, attempts, pause = (ms: number) => sleep(ms) } = options
  const { fetch = globalThis.fetch, onFinding } = options
  let notebook = createNotebook(mcpUrl, onFinding)
  const address = checkAddress(mcpUrl, (url) => (notebook = createNotebook(url, onFinding)).page('address'))
  if (!address) return reportOf(shownAddress(mcpUrl), notebook)
  const { url, origin, isLoopback } = address
  const patient: Visit = {
    url,
    origin,
    isLoopback,
    notebook,
    pause,
    attempts,
    askServer: createAskServer({ fetch, timeoutMs }),
  }
  if (await checkConnection(patient)) {
    const signal = AbortSignal.timeout(WALK_MS)
    await walk({ ...patient, askServer: createAskServer({ fetch, timeoutMs, signal }) }, patient, options)
  } else skipFrom('challenge', patient, 'the server could not be reached', options)
  if (options.network !== undefined) await checkNetwork(() => notebook.page('network'), options.network)
  return reportOf(url, notebook)
}

/** `patient` is not bound by the walk's own time: a person may take a while to sign in. */
async function walk(visit: Visit, patient: Visit, options: DiagnoseOptions): Promise<void> {
  const seen = await survey(visit)
  const other = otherBaseUrl(visit, seen)
  if (other !== undefined) {
    const isHttp = other === visit.origin.replace(/^https:/, 'http:')
    const found = `the app names itself ${quoted(other)}, not ${visit.origin}`
    visit.notebook.page('challenge').failed(isHttp ? 'http-urls' : 'base-url-mismatch', found)
    skipFrom('resource-metadata', visit, 'the app names another address as its own', options)
    return
  }
  await checkCaching(visit, seen)
  await checkChallenge(visit, seen)
  await checkResourceMetadata(visit, seen)
  const server = await checkServerMetadata(visit, seen)
  const asked = server && (await askWhoMayConnect(visit, server, options.clients))
  await checkCors(visit, server, asked && forPages(asked))
  if (!server || !asked) {
    skipFrom('registration', visit, 'the server’s document is missing or leads elsewhere', options)
    return
  }
  const client = await checkRegistration(visit, server, asked)
  checkClients(visit, server, asked.admission, options.clients)
  if (client) {
    await checkAuthorize(visit, server, client)
    await checkToken(visit, server, client)
    await checkChunked(visit, server, client)
  } else skip(['authorize', 'token', 'chunked'], visit, 'the doctor could not become a client')
  if (options.signIn) await checkSignIn(patient, server, options.signIn)
  if (options.managementToken !== undefined) await checkInside(patient, options.managementToken)
}

/** Whose addresses are refused is told once, and not of its pages again. */
const forPages = ({ admission, isWished, clients }: Asked) => ({
  isWished: isWished && admission.redirects.get(STABLE_REDIRECT) !== false,
  clients,
})

async function askWhoMayConnect(visit: Visit, server: ServerMetadata, wish: Wish | undefined): Promise<Asked> {
  const admission = await askClients(visit, server)
  const isWished = wish === undefined || wish.names.includes('chatgpt')
  return { admission, isWished, clients: clientsFor(standingsIn(admission), wish, ['chatgpt']) }
}

const ORDER = [
  'challenge',
  'resource-metadata',
  'server-metadata',
  'cors',
  'registration',
  'clients',
  'authorize',
  'token',
  'chunked',
] as const

function skipFrom(first: (typeof ORDER)[number], visit: Visit, because: string, options: DiagnoseOptions): void {
  const steps: Step[] = ORDER.slice(ORDER.indexOf(first))
  if (options.signIn) steps.push('sign-in')
  if (options.managementToken !== undefined) steps.push('deep-check')
  skip(steps, visit, because)
}

function skip(steps: readonly Step[], { notebook }: Visit, because: string): void {
  for (const step of steps) notebook.page(step).skipped(because)
}
