import { DataverseError, QueryError } from '../errors.ts'

const API_PATH = '/api/data/v9.2/'
const SEARCH_PATH = '/api/search/v2.0/query'
/** Characters of a GET's whole URL. */
export const LONGEST_URL = 32_768
const LONGEST_URL_IN_BATCH = 65_536

/**
 * @param path below the API's root, query included, already percent-encoded
 * @throws QueryError `query_too_long` for what not even a batch takes
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/overview
 */
export function apiUrl(base: string, path: string): URL {
  const url = new URL(`${base}${API_PATH}${path}`)
  below(base, url)
  if (url.href.length <= LONGEST_URL_IN_BATCH) return url
  throw new QueryError(
    'query_too_long',
    `The query is ${url.href.length} characters long; Dataverse takes ${LONGEST_URL_IN_BATCH}.`,
    'Select fewer columns, shorten the filter, or ask for part of the ids at a time.',
  )
}

export function batchUrl(base: string): URL {
  return new URL(`${base}${API_PATH}$batch`)
}

export function searchUrl(base: string): URL {
  return new URL(SEARCH_PATH, base)
}

/** Refuses every address but the API's own: a forged link would otherwise be sent the person's token. */
export function pathBelowApi(base: string, link: string): string {
  return below(base, URL.parse(link))
}

function below(base: string, url: URL | null): string {
  if (url?.origin !== originOf(base) || !url.pathname.startsWith(API_PATH) || url.hash || url.username) {
    const text = 'Dataverse named an address outside its own API; it was not followed.'
    throw new DataverseError({ kind: 'unreadable', status: 0, code: 'foreign_link', text })
  }
  return url.pathname.slice(API_PATH.length) + url.search
}

let known = { base: '', origin: '' }

/** A worker has one environment. */
function originOf(base: string): string {
  if (known.base !== base) known = { base, origin: new URL(base).origin }
  return known.origin
}

/** What a trace calls the request: the first name of its path, without ids. */
export function operationOf(url: URL): string {
  const path = url.pathname.startsWith(API_PATH) ? url.pathname.slice(API_PATH.length) : 'search'
  return /^\$?[A-Za-z_]+/.exec(path)?.[0] ?? 'request'
}
