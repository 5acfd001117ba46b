import { randomBytes } from 'node:crypto'
import { processEnvironment, type Config, ConfigError, readConfig } from '../config/config.ts'
import type { EndpointName, Served } from './endpoints.ts'
import { auditUnreachable, type Handler, type InvocationContext, type Timer, toHandler } from '../http/azure-adapter.ts'
import { type AuditTrail, createAuditTrail } from './audit-trail.ts'
import { createCredential, type Credential } from './lazy/credential.ts'
import { loadOnce } from './lazy/load-once.ts'
import type { Rest } from './lazy/rest.ts'
import { createRefuse } from '../http/error-boundary.ts'
import type { Endpoint } from '../http/message.ts'
import { exchangeOf } from '../http/bounds/exchange.ts'
import { openBody } from '../http/bounds/read-body.ts'
import { BODY_BYTES } from '../http/bounds/sizes.ts'
import { createPages } from '../http/pages/page.ts'
import { html } from '../http/pages/html.ts'
import { errorJson, json, NO_STORE } from '../http/replies.ts'
import { bearsToken, beforeSignIn } from '../mcp/endpoint/first-call.ts'
import { scopeAtConnect } from '../oauth/scope.ts'
import type { World } from './services.ts'
import { upkeep } from './upkeep.ts'
import { createAudit, type WriteLine } from '../telemetry/audit.ts'
import { chanceFrom } from '../tokens/chance.ts'
import { createExporter, type Exporter } from '../telemetry/exporter.ts'

const bodyBytes = (name: EndpointName): number =>
  name === 'mcp' || name === 'manage' ? BODY_BYTES[name] : BODY_BYTES.oauth

export { rememberExchanges } from '../http/bounds/exchange.ts'
export { readHeadersAsBytes } from '../http/headers/header-bytes.ts'
export { EVERY_METHOD } from '../http/methods.ts'

type App = {
  readonly config: Config
  readonly credential: Credential
  readonly trail: AuditTrail
  readonly rest: () => Promise<Rest>
  readonly handlerOf: (name: EndpointName) => Handler
}

const writeTo =
  (context: InvocationContext): WriteLine =>
  (level, line) =>
    context[level](line)

/** Outside of any invocation the host takes what its worker prints. */
const print: WriteLine = (_level, line) => void process.stderr.write(`${line}\n`)

/** Without what is told of anybody; and checks of the deployment, which must be answered while the table is away. */
const UNAUDITED: ReadonlySet<EndpointName> = new Set([
  'protectedResourceMetadata',
  'authorizationServerMetadata',
  'openidConfiguration',
  'health',
  'home',
  'manage',
])

function createApp(): App {
  const config = readConfig(processEnvironment())
  const world: World = { fetch, now: () => Date.now(), random: (size) => randomBytes(size) }
  const credential = createCredential(config)
  const forTrail = { ...world, credential, chance: () => chanceFrom(world.random) }
  const trail = createAuditTrail(config, forTrail, print, () => performance.now())
  const rest = loadOnce('the app', async () => (await import('./lazy/rest.ts')).createRest(config, world, credential))
  const handlers = new Map<EndpointName, Handler>()
  const handlerOf = (name: EndpointName): Handler => {
    const known = handlers.get(name) ?? createHandler(name, { config, trail, rest })
    handlers.set(name, known)
    return known
  }
  return { config, credential, trail, rest, handlerOf }
}

function createHandler(name: EndpointName, { config, trail, rest }: Pick<App, 'config' | 'trail' | 'rest'>): Handler {
  const served = async (): Promise<Served> => (await rest()).endpoints[name]
  const loaded: Endpoint = async (request) => (await served()).endpoint(request)
  const { publicBaseUrl, allowedOrigins, writes } = config
  const firstCall = { publicBaseUrl, allowedOrigins, scope: scopeAtConnect(writes) }
  const endpoint = name === 'mcp' ? beforeSignIn(firstCall, loaded) : loaded
  return toHandler(endpoint, {
    maxBodyBytes: bodyBytes(name),
    httpStreams: config.httpStreams,
    exchangeOf,
    trustedHops: config.trustedHops,
    auditOf: (context, clientAddress) =>
      trail.of({ write: writeTo(context), correlationId: context.invocationId, clientAddress }),
    checkReady: () => {
      if (!UNAUDITED.has(name) && !trail.isReady()) auditUnreachable()
    },
    refuse: async (thrown, head) => {
      const { refuse } = await served().catch(() => ({ refuse: refuseUnloaded }))
      return refuse(thrown, head)
    },
    ...(name === 'mcp' && { readsBody: bearsToken }),
  })
}

/** What cannot be loaded shows its own errors no more. */
const refuseUnloaded = createRefuse(
  () => undefined,
  (error, { correlationId }) => errorJson(error, correlationId),
)

let created: App | ConfigError | undefined

/** Once per worker; nothing at import, or one bad setting would end as "0 functions found". */
function theApp(): App | ConfigError {
  try {
    return (created ??= createApp())
  } catch (error) {
    if (error instanceof ConfigError) return (created = error)
    throw error
  }
}

/** As one event like all others: a line of another shape is found by no query. */
function reportOnce({ problems }: ConfigError, context: InvocationContext): void {
  const settings = problems.map(({ setting, problem }) => `${setting} ${problem}`).join('; ')
  const format = processEnvironment().AZURE_FUNCTIONS_ENVIRONMENT === 'Development' ? 'text' : 'json'
  const audit = createAudit({ write: writeTo(context), format, correlationId: context.invocationId })
  audit({ name: 'config.invalid', outcome: 'error', count: problems.length, settings })
}

let reported = false

/** 503 with a safe page, one log line per worker, and no crash loop. */
function misconfigured(error: ConfigError, context: InvocationContext, wantsHtml: boolean) {
  if (!reported) reportOnce(error, context)
  reported = true
  const title = 'This server is not set up yet'
  const sentence = 'Its settings are incomplete or wrong. The log names each of them; infra/settings.md explains them.'
  const reply = wantsHtml
    ? createPages({ name: 'Dynamics 365', color: '#0B5CAD' })({
        status: 503,
        title,
        content: html`<h1>${title}</h1>
            <p>${sentence}</p>`,
      })
    : json(503, { error: 'temporarily_unavailable', error_description: `${title}. ${sentence}` })
  return { ...reply, headers: { ...NO_STORE, ...reply.headers, 'retry-after': '60' } }
}

const lazy =
  (name: EndpointName): Handler =>
  async (request, context) => {
    const app = theApp()
    if (!(app instanceof ConfigError)) return app.handlerOf(name)(request, context)
    await openBody(request.body, exchangeOf(context.invocationId)).finish()
    const { status, headers, body } = misconfigured(
      app,
      context,
      request.headers.get('accept')?.includes('text/html') === true,
    )
    return { status, headers, ...(body === undefined ? {} : { body }) }
  }

/** What the function files register. */
export const endpoints = {
  protectedResourceMetadata: lazy('protectedResourceMetadata'),
  authorizationServerMetadata: lazy('authorizationServerMetadata'),
  openidConfiguration: lazy('openidConfiguration'),
  register: lazy('register'),
  authorize: lazy('authorize'),
  callback: lazy('callback'),
  token: lazy('token'),
  revoke: lazy('revoke'),
  mcp: lazy('mcp'),
  manage: lazy('manage'),
  me: lazy('me'),
  health: lazy('health'),
  home: lazy('home'),
} satisfies Record<EndpointName, Handler>

/** The timer's work. */
export async function sweep(_timer: Timer, context: InvocationContext): Promise<void> {
  const app = theApp()
  if (app instanceof ConfigError) {
    misconfigured(app, context, false)
    return
  }
  const { audit } = app.trail.of({ write: writeTo(context), correlationId: context.invocationId })
  const { keys, entra } = app.config
  const { sweeper, vault, now } = (await app.rest()).services
  const ages = vault && { vault, sealingKey: keys.sealingKeyName, credential: entra.credential, now, audit }
  await upkeep({ sweeper, now, audit }, ages)
}

let exporter: Exporter | undefined

/** After the first answer, so that its import does not slow that answer down. Never rejects. */
export function startTelemetry({ invocationContext }: { readonly invocationContext: InvocationContext }): void {
  const app = theApp()
  if (exporter || app instanceof ConfigError) return
  exporter = createExporter({
    connectionString: app.config.applicationInsights,
    credential: app.credential,
    onFailure: (error) =>
      invocationContext.warn(`telemetry is not exported: ${error instanceof Error ? error.name : 'unknown'}`),
  })
  void exporter.start()
}

/** Sends what is buffered before the worker goes: the audit first, as the host gives little time. */
export async function stopTelemetry(): Promise<void> {
  if (created && !(created instanceof ConfigError)) await created.trail.close()
  await exporter?.shutdown()
}

/** Read at load, since the host is told before any request comes. */
export const usesHttpStreams = (): boolean => processEnvironment().HTTP_STREAMS === 'true'
