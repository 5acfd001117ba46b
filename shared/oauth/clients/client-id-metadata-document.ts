import type { IncomingHttpHeaders } from 'node:http'
import CachePolicy from 'http-cache-semantics'
import { LRUCache } from 'lru-cache'
import { singleFlight } from '../../grants/single-flight.ts'
import { DocumentRefused } from './document-refused.ts'
import { fetchJson, type Network } from './guarded-fetch.ts'
import { type DocumentClient, readMetadataDocument } from './read-metadata-document.ts'

const MOST_CACHED = 100
const DAY_MS = 86_400_000

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
  /** The only hosts to read from, exact; none means any public host. */
  readonly allowedDomains: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly network?: Partial<Network>
}

export type MetadataDocuments = {
  /** @throws DocumentRefused */
  readonly find: (clientId: string) => Promise<DocumentClient>
}

/** Clients by their metadata documents, each kept as long as its HTTP headers allow, at most 24 h; never an error. */
export function createMetadataDocuments({ allowedDomains, now, network }: MetadataDocumentOptions): MetadataDocuments {
  const cache = new LRUCache<string, DocumentClient>({ max: MOST_CACHED, perf: { now }, ttlResolution: 0 })
  const oneFlight = singleFlight<DocumentClient>()
  const read = async (clientId: string): Promise<DocumentClient> => {
    const { headers, json } = await fetchJson(new URL(clientId), network)
    const client = readMetadataDocument(clientId, json)
    const ttl = Math.min(lifetimeMs(clientId, headers), DAY_MS)
    if (ttl > 0) cache.set(clientId, client, { ttl })
    return client
  }
  return {
    find: async (clientId) => {
      if (!isMetadataDocumentUrl(clientId)) throw new DocumentRefused('not-a-document-url')
      if (!isAllowedHost(new URL(clientId).hostname, allowedDomains)) throw new DocumentRefused('domain-not-allowed')
      return cache.get(clientId) ?? oneFlight(clientId, () => read(clientId))
    },
  }
}

const isAllowedHost = (host: string, allowed: readonly string[]) => allowed.length === 0 || allowed.includes(host)

/** As a shared cache, and without the extensions that let a stale answer be served (RFC 5861). @see RFC 9111 §4.2 */
function lifetimeMs(url: string, headers: IncomingHttpHeaders): number {
  const policy = new CachePolicy({ url, method: 'GET', headers: {} }, { status: 200, headers })
  return policy.storable() ? (policy.maxAge() - policy.age()) * 1000 : 0
}
