import { plain } from '../../doctor/wire/plain-text.ts'
import { type Context, Stop } from '../run/context.ts'
import { required } from '../run/environment.ts'
import { objectOf } from '../run/read-json.ts'
import { accessToken } from '../tools/azure-cli.ts'
import { textOf } from '../tools/run-tool.ts'

const ARM = 'https://management.azure.com'
const API_VERSION = '2024-11-01'
const TIMEOUT_MS = 60_000

/** A host name that is bound to the app. */
export type Binding = { readonly host: string; readonly tls: boolean }

/** The function app, as far as host names go. @see https://learn.microsoft.com/rest/api/appservice/web-apps */
export type Site = {
  /** Where the CNAME leads. */
  readonly defaultHost: string
  /** What the TXT record holds. */
  readonly verificationId: string
  /** Whether it was made so that certificates of its own are possible; nobody can change that. */
  readonly takesCertificates: boolean
  readonly binding: (host: string) => Promise<Binding | undefined>
  /** Without TLS. A host that is bound already must not be bound so again: that would take its TLS away. */
  readonly bind: (host: string) => Promise<void>
  /** Takes the binding and its certificate away, where they are. */
  readonly unbind: (host: string) => Promise<void>
}

/** Azure refused; `message` is its own. */
export class SiteRefused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'SiteRefused'
    this.status = status
  }
}

type Json = Readonly<Record<string, unknown>>
type Call = (method: 'GET' | 'PUT' | 'DELETE', path: string, body?: unknown) => Promise<Json>

const siteId = (context: Context): string =>
  [
    '/subscriptions',
    required(context, 'AZURE_SUBSCRIPTION_ID'),
    'resourceGroups',
    required(context, 'AZURE_RESOURCE_GROUP'),
    'providers/Microsoft.Web/sites',
    required(context, 'FUNCTION_APP_NAME'),
  ].join('/')

const exchange = async (context: Context, url: string, init: RequestInit): Promise<[number, string]> => {
  try {
    const response = await context.fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) })
    return [response.status, await response.text()]
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Stop(`${ARM} cannot be reached (${plain(why)}). Look at network and proxy, then run this again.`)
  }
}

const caller = (context: Context, token: string): Call => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return async (method, path, body) => {
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const [status, text] = await exchange(context, `${ARM}${siteId(context)}${path}?api-version=${API_VERSION}`, init)
    const json = objectOf(text) ?? {}
    // App Service answers in a form of its own: https://learn.microsoft.com/rest/api/appservice
    const said = textOf(json, 'error', 'message') ?? textOf(json, 'Message') ?? `HTTP ${status}`
    if (status >= 300) throw new SiteRefused(status, plain(said, 400))
    return json
  }
}

const unlessMissing = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work
  } catch (error) {
    if (error instanceof SiteRefused && error.status === 404) return undefined
    throw error
  }
}

/** As infra/app/custom-domain.bicep names it. */
const certificateOf = (host: string): string => `/certificates/${host.replaceAll('.', '-')}`
const bindingOf = (host: string): string => `/hostNameBindings/${host}`

/**
 * The environment's function app, seen by whoever is signed in to `az`.
 * @throws Stop when it is not known or nobody is signed in; SiteRefused
 */
export const openSite = async (context: Context): Promise<Site> => {
  const call = caller(context, await accessToken(context, { resource: ARM }))
  const site = await call('GET', '')
  const properties = (site['properties'] ?? {}) as Json
  return {
    defaultHost: plain(textOf(properties, 'defaultHostName') ?? ''),
    verificationId: plain(textOf(properties, 'customDomainVerificationId') ?? ''),
    takesCertificates: properties['siteScopedCertificatesEnabled'] !== false,
    binding: async (host) => {
      const found = await unlessMissing(call('GET', bindingOf(host)))
      return found === undefined ? undefined : { host, tls: textOf(found, 'properties', 'sslState') === 'SniEnabled' }
    },
    bind: async (host) => {
      const properties = { hostNameType: 'Verified', customHostNameDnsRecordType: 'CName', sslState: 'Disabled' }
      await call('PUT', bindingOf(host), { properties })
    },
    unbind: async (host) => {
      await unlessMissing(call('DELETE', bindingOf(host)))
      await unlessMissing(call('DELETE', certificateOf(host)))
    },
  }
}
