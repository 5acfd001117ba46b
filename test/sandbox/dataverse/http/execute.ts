import { DataverseFault, notEmulated, odataError } from './errors.ts'
import type { Platform } from '../seed/platform/platform.ts'
import { splitPath } from './path.ts'
import { parsePreferences, wants } from './preferences.ts'
import type { Reply } from './reply.ts'
import { faultReply, toReply } from './reply.ts'
import type { RequestKind } from './route.ts'
import { answer, kindOf } from './route.ts'
import { answerSearch } from '../search/answer.ts'
import type { Caller } from '../security/security.ts'
import { createReader } from '../security/security.ts'
import type { Store } from '../store/store.ts'
import { answerWrite } from '../write/answer.ts'

export const API = /^\/api\/(?:data\/v9\.[0-2]|search\/v2\.0)\//

/** A request of its own or a part of a batch. */
export type Operation = {
  readonly method: string
  readonly isSearch: boolean
  readonly path: readonly string[]
  readonly query: ReadonlyMap<string, string>
  readonly sentQuery: string
  readonly base: string
  readonly kind: RequestKind
}

/** What all requests of one person at one moment share. */
export type Session = {
  readonly store: Store
  readonly caller: Caller
  readonly upn: string
  readonly now: Date
  readonly platform: Platform
  readonly newId: () => string
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw odataError('The request URI is not valid: malformed percent-encoding.')
  }
}

function parseQuery(search: string): Map<string, string> {
  const query = new Map<string, string>()
  for (const part of search.split('&').filter(Boolean)) {
    const [name = '', value = ''] = part.split(/=(.*)/s)
    const key = decode(name)
    if (query.has(key))
      throw odataError(`Query option '${key}' was specified more than once, but it must be specified at most once.`)
    query.set(key, decode(value))
  }
  return query
}

/** Reads a target such as `/api/data/v9.2/accounts?$top=1`. @throws DataverseFault */
export function parseOperation(method: string, target: string, origin: string): Operation {
  const [pathname = '', search = ''] = target.split(/\?(.*)/s)
  const prefix = API.exec(pathname)?.[0]
  if (prefix === undefined) throw new DataverseFault(404, '0x80060888', 'Resource not found.')
  const path = splitPath(decode(pathname.slice(prefix.length)))
  const query = parseQuery(search)
  const isSearch = prefix.startsWith('/api/search/') || path[0] === 'searchquery'
  const sentQuery = search
    .split('&')
    .filter((part) => !/^(\$|%24)skiptoken=/i.test(part))
    .join('&')
  const kind = isSearch ? 'search' : kindOf(method, path, query)
  return { method, isSearch, path, query, sentQuery, base: `${origin}${prefix}`, kind }
}

/** The value of `Prefer`. @throws DataverseFault for headers that Dataverse refuses */
export function checkHeaders(headers: ReadonlyMap<string, string>): string {
  const version = headers.get('odata-version') ?? headers.get('odata-maxversion')
  if (version !== undefined && version !== '4.0')
    throw odataError(`The OData-Version header '${version}' is not supported.`)
  if (headers.has('callerobjectid') || headers.has('mscrmcallerid')) {
    throw new DataverseFault(403, '0x8004a110', 'User does not have the privilege to act on behalf another user.')
  }
  return headers.get('prefer') ?? ''
}

function wantsDetails(headers: ReadonlyMap<string, string>): boolean {
  try {
    return wants(parsePreferences(checkHeaders(headers)), 'Microsoft.PowerApps.CDS.ErrorDetails')
  } catch {
    return false
  }
}

/** A fault as the headers of its request want it told. */
export function refuse(fault: DataverseFault, headers: ReadonlyMap<string, string>): Reply {
  return faultReply(fault, wantsDetails(headers))
}

/** Answers one request. @throws DataverseFault */
export function execute(
  operation: Operation,
  headers: ReadonlyMap<string, string>,
  body: string,
  session: Session,
): Reply {
  const { store, caller, now, platform } = session
  const preferences = parsePreferences(checkHeaders(headers))
  const { path, query, sentQuery, base, isSearch, method } = operation
  const ifNoneMatch = headers.get('if-none-match')
  const request = {
    path,
    query,
    sentQuery,
    base,
    preferences,
    platform,
    reader: createReader(store, caller, now),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
  }
  if (isSearch) {
    if (method !== 'POST') throw odataError(`The requested resource does not support http method '${method}'.`, 405)
    return toReply(answerSearch(request, body, session.upn), preferences.applied)
  }
  if (method === 'POST' || method === 'PATCH') {
    return toReply(answerWrite({ ...request, method, headers, body, newId: session.newId }), preferences.applied)
  }
  if (method !== 'GET') throw notEmulated(`the method ${method}`)
  return toReply(answer(request), preferences.applied)
}
