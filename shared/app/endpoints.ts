import type { Config } from '../config/config.ts'
import { writeDeps } from './lazy/writes.ts'
import { loadOnce } from './lazy/load-once.ts'
import { createEarlyCallers, openCaller } from './open-caller.ts'
import { signOutOf } from '../entra/authority.ts'
import { withCors } from '../http/headers/cors.ts'
import { createFailures } from '../http/bounds/failures.ts'
import { requireLength } from '../http/bounds/require-length.ts'
import { createRefuse, type Refuse, type ShowError, withErrorBoundary } from '../http/error-boundary.ts'
import { BACK_TO_ME, errorPage } from '../http/pages/error-page.ts'
import { homeEndpoint } from '../http/pages/home.ts'
import type { Endpoint } from '../http/message.ts'
import { allowing, EVERY_METHOD } from '../http/methods.ts'
import { createPages, type RenderPage } from '../http/pages/page.ts'
import { errorJson, json } from '../http/replies.ts'
import { bearerToOpen, bearsToken } from '../mcp/endpoint/first-call.ts'
import type { Guard, McpDeps } from '../mcp/endpoint/mcp-endpoint.ts'
import { showRpcError } from '../mcp/endpoint/rpc-error.ts'
import { offFor } from '../mcp/switches/off.ts'
import { derivedKeyOf } from '../tokens/derived-key.ts'
import {
  authorizationServerMetadata,
  documentEndpoint,
  type MetadataOptions,
  protectedResourceMetadata,
} from '../oauth/metadata.ts'
import type { createOAuthEndpoints as CreateOAuthEndpoints } from '../oauth/oauth-endpoints.ts'
import { resourceOf } from '../oauth/resource.ts'
import { SCOPE, scopeAtConnect } from '../oauth/scope.ts'
import { translateError } from '../oauth/errors/translate-error.ts'
import type { Services } from './services.ts'
import { parseToken } from '../tokens/token.ts'
import { VERSION } from './version.ts'

export type EndpointName =
  | 'protectedResourceMetadata'
  | 'authorizationServerMetadata'
  | 'openidConfiguration'
  | 'register'
  | 'authorize'
  | 'callback'
  | 'token'
  | 'revoke'
  | 'mcp'
  | 'manage'
  | 'me'
  | 'health'
  | 'home'

/** An endpoint, and what an error looks like that comes before the endpoint is reached. */
export type Served = {
  readonly endpoint: Endpoint
  readonly refuse: Refuse
  /** Whether a request with these headers is worth reading its body. */
  readonly readsBody?: (headers: Headers) => boolean
}

const MOST_FAILURES = 100
const WINDOW_MS = 10 * 60_000
const ROWS = { defaultTop: 50, maxTop: 500 }

/** Every endpoint with its error boundary, limits and CORS: config → services → endpoints. */
export function createEndpoints(config: Config, services: Services): Record<EndpointName, Served> {
  const page = createPages(config.branding, config.writes !== undefined)
  const oauth = oauthEndpoints(config, services, page)
  const asJson = servedWith(showJson, services)
  const asPage = servedWith((error, { correlationId }) => errorPage(page, error, correlationId), services)
  const asMyPage = servedWith((error, { correlationId }) => errorPage(page, error, correlationId, BACK_TO_ME), services)
  return {
    ...metadataEndpoints(config, asJson),
    register: forBrowsers(asJson(POSTED, oauth('register')), POSTED),
    authorize: asPage(['GET', 'POST'], byMethod(oauth('consent'), oauth('consentAnswer'))),
    callback: asPage(['GET'], oauth('callback')),
    token: forBrowsers(asJson(POSTED, oauth('token')), POSTED),
    revoke: forBrowsers(asJson(POSTED, oauth('revoke')), POSTED),
    mcp: servedMcp(config, services),
    manage: asJson(['POST'], manageEndpoint(config, services)),
    me: asMyPage(['GET', 'POST'], byMethod(oauth('me'), oauth('meAnswer'))),
    health: asJson(['GET', 'HEAD'], healthEndpoint(services)),
    home: asJson(EVERY_METHOD, homeEndpoint(homeOptions(config, services, page), showJson)),
  }
}

/** Of endpoints that pages of other origins may call, which ask with OPTIONS first. */
const POSTED = ['POST', 'OPTIONS']
const READ = ['GET', 'HEAD', 'OPTIONS']
const showJson: ShowError = (error, { correlationId }) => errorJson(error, correlationId)

const byMethod =
  (get: Endpoint, post: Endpoint): Endpoint =>
  (request) =>
    request.method === 'POST' ? post(request) : get(request)

type Serve = (methods: readonly string[], endpoint: Endpoint) => Served

/** Errors in one form, and failures counted for one endpoint: bad tokens at one cost nobody an answer at another. */
function boundaryWith(show: ShowError, { now, random }: Services): { readonly guard: Guard; readonly refuse: Refuse } {
  const failures = createFailures({ most: MOST_FAILURES, windowMs: WINDOW_MS, now, key: random(32) })
  return {
    guard: (endpoint) => withErrorBoundary(endpoint, translateError, show, failures),
    refuse: createRefuse(translateError, show, failures),
  }
}

function servedWith(show: ShowError, services: Services): Serve {
  return (methods, endpoint) => {
    const { guard, refuse } = boundaryWith(show, services)
    return { endpoint: allowing(methods, show, guard(requireLength(endpoint))), refuse }
  }
}

function servedMcp(config: Config, services: Services): Served {
  const { guard, refuse } = boundaryWith(showRpcError, services)
  return { endpoint: mcpEndpoint(config, services, guard), refuse, readsBody: bearsToken }
}

/** No cookie travels with these calls, so any origin may make them. */
const forBrowsers = (served: Served, methods: readonly string[]): Served => ({
  ...served,
  endpoint: withCors(served.endpoint, methods, () => true),
})

function metadataEndpoints({ publicBaseUrl, branding, clients, writes }: Config, asJson: Serve) {
  const { name, privacyUrl, supportUrl } = branding
  const { registration, metadataDocuments } = clients
  const options: MetadataOptions = {
    publicBaseUrl,
    name,
    privacyUrl,
    supportUrl,
    metadataDocuments,
    writes,
    registration: registration === 'open',
  }
  const serve = (document: unknown, wellKnown: string) =>
    forBrowsers(asJson(READ, documentEndpoint(document, wellKnown, ['', '/mcp'])), READ)
  const server = authorizationServerMetadata(options)
  return {
    protectedResourceMetadata: serve(protectedResourceMetadata(options), 'oauth-protected-resource'),
    authorizationServerMetadata: serve(server, 'oauth-authorization-server'),
    openidConfiguration: serve(server, 'openid-configuration'),
  }
}

function mcpEndpoint(config: Config, services: Services, guard: Guard): Endpoint {
  const { accessTokens, wireFetch, keys, metadataCache: cache, turns, chance: random, now } = services
  const { publicBaseUrl, allowedOrigins, branding, dataverseUrl, limits, audit, writes } = config
  const { reports, terms, namedRows, searchAvailability, hiders, line, meter } = services
  const callers = createEarlyCallers(openCaller(services, resourceOf(publicBaseUrl)))
  const deps: McpDeps = {
    publicBaseUrl,
    allowedOrigins,
    branding,
    now,
    scope: SCOPE,
    connectScope: scopeAtConnect(writes),
    version: VERSION,
    dataverse: {
      url: dataverseUrl,
      fetch: wireFetch,
      cache,
      turns,
      random,
      namedRows,
      searchAvailability,
      hiders,
      terms: terms.read,
    },
    line,
    meter,
    writes: writeDeps(config, services),
    limits: { ...limits, ...ROWS },
    auditDetails: audit.details,
    guard,
    cursorKey: derivedKeyOf(keys, 'cursor'),
    catalogue: ({ audit }, isForReports) => (isForReports ? reports.read(audit) : reports.known()),
    authenticate: callers.open,
    offFor: async (caller) => offFor(await services.switches.read(), caller),
    forget: (bearer) => {
      const token = parseToken('access', bearer)
      if (token) accessTokens.forget(token.hash)
    },
  }
  const load = loadOnce('the MCP server', async () => {
    const { createMcpEndpoint } = await import('../mcp/endpoint/mcp-endpoint.ts')
    // What hides comes with it or not at all: a call could not say why it fails.
    await hiders?.load()
    return createMcpEndpoint(deps)
  })
  let endpoint: Endpoint | undefined
  return async (request) => {
    // Storage answers while the MCP server is loaded, which takes longer: its request goes out before that begins.
    const bearer = endpoint ? undefined : bearerToOpen(request, config)
    if (bearer !== undefined) {
      callers.begin(bearer, request.headers)
      await new Promise((resolve) => setImmediate(resolve))
    }
    endpoint ??= await load()
    return endpoint(request)
  }
}

/** A sign-in takes a person seconds; a call with a token of ours should not wait for what signs in. */
function oauthEndpoints(config: Config, services: Services, page: RenderPage): (name: OAuthEndpoint) => Endpoint {
  const load = loadOnce('the authorization server', async () => {
    const { createOAuthEndpoints } = await import('../oauth/oauth-endpoints.ts')
    return createOAuthEndpoints(config, services, page)
  })
  return (name) => async (request) => (await load())[name](request)
}

type OAuthEndpoint = keyof ReturnType<typeof CreateOAuthEndpoints>

/** Administrators come rarely, and nobody else should wait for them at a cold start. */
function manageEndpoint(config: Config, services: Services): Endpoint {
  const load = loadOnce('the administration', async () => {
    const [{ createManage }, { createTools }, { WRITE_TOOLS }] = await Promise.all([
      import('../manage/create-manage.ts'),
      import('../mcp/tools.ts'),
      import('../dataverse/change/model.ts'),
    ])
    const writing = config.writes ? ['preview_change', ...WRITE_TOOLS] : []
    const tools = [...createTools(ROWS).map(({ name }) => name), ...writing]
    return createManage({ ...services, config, tools, version: VERSION })
  })
  return async (request) => (await load())(request)
}

/** Asks nobody, so that it costs nothing; counts alone, as everybody may read it. */
function healthEndpoint({ reports, terms }: Services): Endpoint {
  return () =>
    Promise.resolve(json(200, { status: 'ok', version: VERSION, reports: reports.counts(), terms: terms.counts() }))
}

const homeOptions = ({ publicBaseUrl, branding, writes }: Config, { authority }: Services, page: RenderPage) => ({
  publicBaseUrl,
  page,
  name: branding.name,
  version: VERSION,
  writes: writes !== undefined,
  signOutUrl: signOutOf(authority, publicBaseUrl),
})
