import type { IncomingHttpHeaders } from 'node:http'
import CachePolicy from 'http-cache-semantics'
import { LRUCache } from 'lru-cache'
import { singleFlight } from '../../../grants/single-flight.ts'
import { within } from '../../../telemetry/deadline.ts'
import { admits, ANY_HOST } from './document-hosts.ts'
import { DocumentRefused, isPassing } from './document-refused.ts'
import { DEADLINE_MS, fetchJson, type Network } from './guarded-fetch.ts'
import type { Advise } from '../admission-advice.ts'
import type { RedirectRule } from '../redirect-uri.ts'
import { type DocumentClient, readMetadataDocument } from './read-metadata-document.ts'
import { createLane, type Lane, type Turn } from './reading-lane.ts'

const MOST_CACHED = 100
const MOST_AT_ONCE = 4
const MOST_WAITING = 16
const DAY_MS = 86_400_000
const REFUSED_MS = 60_000
const PASSING_MS = 5_000

/**
 * Whether a client id is the address of a metadata document: canonical https with a path, and without user name,
 * port, query, fragment or dot segments. What two parties could read differently is no client id.
 * @see https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/
 */
export function isMetadataDocumentUrl(clientId: string): boolean {
  if (clientId.length > 500 || /[?#]/.test(clientId) || !URL.canParse(clientId)) return false
  const { href, protocol, username, password, port, pathname } = new URL(clientId)
  return href === clientId && protocol === 'https:' && username + password + port === '' && pathname !== '/'
}

type MetadataDocumentOptions = {
  /** The only hosts to read from, exact; `*` among them admits any public host beside them. */
  readonly allowedDomains: readonly string[]
  /** Where codes may go: other addresses of a document are left out. */
  readonly redirects: RedirectRule
  readonly advise: Advise
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly network?: Partial<Network>
}

export type MetadataDocuments = {
  /**
   * @param from the network that asks: one alone never keeps out the others
   * @throws DocumentRefused
   */
  readonly find: (clientId: string, from?: string) => Promise<DocumentClient>
}

/**
 * Clients by their metadata documents, each kept as long as its HTTP headers allow, at most 24 h. A refusal is kept for
 * a minute, a passing failure for seconds. Each host of the list has a shelf of its own, all others one together:
 * whatever one of them does, no other waits for it.
 */
export function createMetadataDocuments(options: MetadataDocumentOptions): MetadataDocuments {
  const { allowedDomains, advise } = options
  const shelves = new Map<string, Shelf>()
  const shelfOf = (clientId: string): Shelf => {
    const host = new URL(clientId).hostname
    const admitted = admits(host, allowedDomains)
    if (!admitted) {
      const { reason, settings } = advise.metadataHost(host)
      throw new DocumentRefused('domain-not-allowed', undefined, { advice: reason, addresses: [clientId], settings })
    }
    const name = admitted === 'listed' ? host : ANY_HOST
    const shelf = shelves.get(name) ?? createShelf(options)
    shelves.set(name, shelf)
    return shelf
  }
  return {
    find: async (clientId, from = '') => {
      if (!isMetadataDocumentUrl(clientId)) throw new DocumentRefused('not-a-document-url')
      return shelfOf(clientId)(clientId, from)
    },
  }
}

type Shelf = (clientId: string, from: string) => Promise<DocumentClient>

function createShelf({ now, network = {}, redirects, advise }: MetadataDocumentOptions): Shelf {
  const memory = { max: MOST_CACHED, perf: { now }, ttlResolution: 0 }
  const found = new LRUCache<string, DocumentClient>(memory)
  const refused = new LRUCache<string, DocumentRefused>(memory)
  const good = new LRUCache<string, true>({ max: MOST_CACHED })
  const lane = createLane(MOST_AT_ONCE, MOST_WAITING)
  const oneFlight = singleFlight<DocumentClient>()
  const read = async (clientId: string, from: string): Promise<DocumentClient> => {
    const turn = { preferred: good.has(clientId), from }
    const { headers, json } = await within(network.deadlineMs ?? DEADLINE_MS, (signal) =>
      inTurn(lane, turn, signal, () => fetchJson(new URL(clientId), network, signal)),
    )
    const client = readMetadataDocument(clientId, json, redirects, advise)
    const ttl = Math.min(lifetimeMs(clientId, headers), DAY_MS)
    if (ttl > 0) found.set(clientId, client, { ttl })
    good.set(clientId, true)
    return client
  }
  const remember = (clientId: string, error: unknown): never => {
    if (error instanceof DocumentRefused && error.reason !== 'busy')
      refused.set(clientId, error, { ttl: isPassing(error.reason) ? PASSING_MS : REFUSED_MS })
    throw error
  }
  return async (clientId, from) => {
    const client = found.get(clientId)
    if (client) return client
    const refusal = refused.get(clientId)
    if (refusal) throw refusal
    return oneFlight(clientId, () => read(clientId, from).catch((error: unknown) => remember(clientId, error)))
  }
}

async function inTurn<T>(lane: Lane, turn: Turn, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await lane.run(turn, signal, work)
  } catch (error) {
    if (error instanceof DocumentRefused) throw error
    throw new DocumentRefused('busy', error)
  }
}

/** As a shared cache, and without the extensions that let a stale answer be served (RFC 5861). @see RFC 9111 §4.2 */
function lifetimeMs(url: string, headers: IncomingHttpHeaders): number {
  const policy = new CachePolicy({ url, method: 'GET', headers: {} }, { status: 200, headers })
  return policy.storable() ? (policy.maxAge() - policy.age()) * 1000 : 0
}
