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

/** What a worker has of the process that it runs in. */
type Surroundings = {
  readonly environment: typeof processEnvironment
  /** Takes the lines of no invocation. */
  readonly print: WriteLine
}

/** Without what is told of anybody; and checks of the deployment, which must be answered while the table is away. */
const UNAUDITED: ReadonlySet<EndpointName> = new Set([
  'protectedResourceMetadata',
  'authorizationServerMetadata',
  'openidConfiguration',
  'health',
  'home',
  'manage',
])

function createApp({ environment, print }: Surroundings): App {
  const config = readConfig(environment())
  const world: Omit<World, 'wireFetch'> = { fetch, now: () => Date.now(), random: (size) => randomBytes(size) }
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

type Worker = {
  readonly around: Surroundings
  created?: App | ConfigError
  isReported?: boolean
  exporter?: Exporter
}

/** Once per worker; nothing at import, or one bad setting would end as "0 functions found". */
function theApp(worker: Worker): App | ConfigError {
  try {
    return (worker.created ??= createApp(worker.around))
  } catch (error) {
    if (error instanceof ConfigError) return (worker.created = error)
    throw error
  }
}

/** As one event like all others: a line of another shape is found by no query. */
function reportOnce({ problems }: ConfigError, context: InvocationContext, { environment }: Surroundings): void {
  const settings = problems.map(({ setting, problem }) => `${setting} ${problem}`).join('; ')
  const format = environment().AZURE_FUNCTIONS_ENVIRONMENT === 'Development' ? 'text' : 'json'
  const audit = createAudit({ write: writeTo(context), format, correlationId: context.invocationId })
  audit({ name: 'config.invalid', outcome: 'error', count: problems.length, settings })
}

/** 503 with a safe page, one log line per worker, and no crash loop. */
function misconfigured(worker: Worker, error: ConfigError, context: InvocationContext, wantsHtml: boolean) {
  if (!worker.isReported) reportOnce(error, context, worker.around)
  worker.isReported = true
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
  (worker: Worker, name: EndpointName): Handler =>
  async (request, context) => {
    const app = theApp(worker)
    if (!(app instanceof ConfigError)) return app.handlerOf(name)(request, context)
    await openBody(request.body, exchangeOf(context.invocationId)).finish()
    const wantsHtml = request.headers.get('accept')?.includes('text/html') === true
    const { status, headers, body } = misconfigured(worker, app, context, wantsHtml)
    return { status, headers, ...(body === undefined ? {} : { body }) }
  }

async function runUpkeep(worker: Worker, context: InvocationContext): Promise<void> {
  const app = theApp(worker)
  if (app instanceof ConfigError) {
    misconfigured(worker, app, context, false)
    return
  }
  const { audit } = app.trail.of({ write: writeTo(context), correlationId: context.invocationId })
  const { keys, entra } = app.config
  const { sweeper, vault, now } = (await app.rest()).services
  const ages = vault && { vault, sealingKey: keys.sealingKeyName, credential: entra.credential, now, audit }
  await upkeep({ sweeper, now, audit }, ages)
}

function startExporter(worker: Worker, context: InvocationContext): void {
  const app = theApp(worker)
  if (worker.exporter || app instanceof ConfigError) return
  worker.exporter = createExporter({
    connectionString: app.config.applicationInsights,
    credential: app.credential,
    onFailure: (error) => context.warn(`telemetry is not exported: ${error instanceof Error ? error.name : 'unknown'}`),
  })
  void worker.exporter.start()
}

type AfterInvocation = { readonly invocationContext: InvocationContext }

/** All that a worker has and remembers. A process has one, but that tests run several beside each other. */
export function createWorker(around: Surroundings) {
  const worker: Worker = { around }
  return {
    endpoints: {
      protectedResourceMetadata: lazy(worker, 'protectedResourceMetadata'),
      authorizationServerMetadata: lazy(worker, 'authorizationServerMetadata'),
      openidConfiguration: lazy(worker, 'openidConfiguration'),
      register: lazy(worker, 'register'),
      authorize: lazy(worker, 'authorize'),
      callback: lazy(worker, 'callback'),
      token: lazy(worker, 'token'),
      revoke: lazy(worker, 'revoke'),
      mcp: lazy(worker, 'mcp'),
      manage: lazy(worker, 'manage'),
      me: lazy(worker, 'me'),
      health: lazy(worker, 'health'),
      home: lazy(worker, 'home'),
    } satisfies Record<EndpointName, Handler>,
    /** The timer's work. */
    sweep: (_timer: Timer, context: InvocationContext): Promise<void> => runUpkeep(worker, context),
    /** After the first answer, so that its import does not slow that answer down. Never rejects. */
    startTelemetry: ({ invocationContext }: AfterInvocation): void => startExporter(worker, invocationContext),
    /** Sends what is buffered before the worker goes: the audit first, as the host gives little time. */
    stopTelemetry: async (): Promise<void> => {
      const { created, exporter } = worker
      if (created && !(created instanceof ConfigError)) await created.trail.close()
      await exporter?.shutdown()
    },
  }
}

/** What the function files register. Outside of any invocation the host takes what its worker prints. */
export const { endpoints, sweep, startTelemetry, stopTelemetry } = createWorker({
  environment: processEnvironment,
  print: (_level, line) => void process.stderr.write(`${line}\n`),
})

/** Read at load, since the host is told before any request comes. */
export const usesHttpStreams = (): boolean => processEnvironment().HTTP_STREAMS === 'true'
