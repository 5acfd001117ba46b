import { setTimeout as sleep } from 'node:timers/promises'
import type { IncomingMessage } from 'node:http'

import type { Person } from '../people.ts'
import type { Answer } from './api.ts'
import { callerOf } from './auth.ts'
import type { Identity } from './auth.ts'
import type { Control, Fault } from './control.ts'
import { faultError } from './control.ts'
import { DataverseFault, notEmulated, odataError } from './errors.ts'
import { splitPath } from './path.ts'
import { parsePreferences, wants } from './preferences.ts'
import { answer, kindOf } from './route.ts'
import { createReader } from './security.ts'
import type { Store } from './store.ts'

export type Reply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `undefined` means: close the connection without an answer. */
export type Handler = (request: IncomingMessage) => Promise<Reply | undefined>

export type Backend = {
  readonly url: string
  readonly people: readonly Person[]
  readonly now: () => Date
  readonly store: () => Store
  readonly control: Control
  readonly authenticate: (authorization: string) => Promise<Identity>
}

const API = /^\/api\/data\/v9\.[0-2]\//
const MAXIMUM_URL = 32_768
const JSON_TYPE = 'application/json; odata.metadata=minimal'

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

function readHeaders(request: IncomingMessage): string {
  const version = request.headers['odata-version'] ?? request.headers['odata-maxversion']
  if (version !== undefined && version !== '4.0')
    throw odataError(`The OData-Version header '${String(version)}' is not supported.`)
  const impersonated = ['callerobjectid', 'mscrmcallerid'].find((name) => request.headers[name] !== undefined)
  if (impersonated !== undefined) {
    throw new DataverseFault(403, '0x8004a110', 'User does not have the privilege to act on behalf another user.')
  }
  return request.headersDistinct['prefer']?.join(',') ?? ''
}

function toReply({ status, body, contentType }: Answer, applied: string): Reply {
  const headers = {
    ...(body !== '' && { 'content-type': contentType ?? JSON_TYPE }),
    'odata-version': '4.0',
    ...(applied !== '' && { 'preference-applied': applied }),
  }
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }
}

/** The error envelope; with `odata.include-annotations="*"` it carries details, as the service's does. */
export function faultReply(fault: DataverseFault, detailed: boolean): Reply {
  const help = `http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a${fault.code.slice(2)}&client=platform`
  const details = detailed && {
    '@Microsoft.PowerApps.CDS.ErrorDetails.HttpStatusCode': String(fault.status),
    '@Microsoft.PowerApps.CDS.HelpLink': help,
    '@Microsoft.PowerApps.CDS.TraceText': `[sandbox trace] ${fault.message}`,
    '@Microsoft.PowerApps.CDS.InnerError.Message': fault.message,
  }
  const body = JSON.stringify({ error: { code: fault.code, message: fault.message, ...details } })
  return {
    status: fault.status,
    headers: { 'content-type': JSON_TYPE, 'odata-version': '4.0', ...fault.headers },
    body,
  }
}

async function suffer(faults: readonly Fault[]): Promise<Reply | 'drop' | undefined> {
  for (const fault of faults) {
    if (fault.kind === 'delay') await sleep(fault.ms ?? 0)
    if (fault.kind === 'drop') return 'drop'
    if (fault.kind === 'malformed')
      return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Bad gateway' }
    const error = faultError(fault)
    if (error) return faultReply(error, false)
  }
  return undefined
}

async function serve(
  request: IncomingMessage,
  { url, people, now, store, control, authenticate }: Backend,
): Promise<Reply | undefined> {
  const identity = await authenticate(request.headers.authorization ?? '').catch((error: unknown) => {
    control.countUnauthenticated()
    throw error
  })
  const target = request.url ?? '/'
  if (target.length > MAXIMUM_URL)
    throw new DataverseFault(414, '0x80060888', 'The request URL is longer than 32,768 characters.')
  const [pathname = '', search = ''] = target.split(/\?(.*)/s)
  const path = splitPath(decode(pathname.replace(API, '')))
  const query = parseQuery(search)
  control.count(identity.upn, kindOf(path, query))
  const suffered = await suffer(control.take(identity.upn))
  if (suffered) return suffered === 'drop' ? undefined : suffered
  if (request.method !== 'GET') throw notEmulated(`${request.method ?? ''}: it is read only`)
  const preferences = parsePreferences(readHeaders(request))
  const reader = createReader(store(), callerOf(store(), people, identity), now())
  const sentQuery = search
    .split('&')
    .filter((part) => !/^(\$|%24)skiptoken=/i.test(part))
    .join('&')
  const base = `${url}${API.exec(pathname)?.[0] ?? ''}`
  return toReply(answer({ path, query, sentQuery, preferences, reader, base }), preferences.applied)
}

function wantsDetails(request: IncomingMessage): boolean {
  try {
    return wants(parsePreferences(readHeaders(request)), 'Microsoft.PowerApps.CDS.ErrorDetails')
  } catch {
    return false
  }
}

/** The Web API: authentication, faults, then the request itself; every refusal in Dataverse's envelope. */
export function createHandler(backend: Backend): Handler {
  return async (request) => {
    try {
      if (!API.test(request.url ?? '')) throw new DataverseFault(404, '0x80060888', 'Resource not found.')
      return await serve(request, backend)
    } catch (error) {
      if (error instanceof DataverseFault) return faultReply(error, wantsDetails(request))
      throw error
    }
  }
}
