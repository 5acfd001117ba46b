import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Behaviours, Interruption, KINDS } from './behaviours.ts'
import type { BehaviourChange, Kind } from './behaviours.ts'
import type { EntraContext, EntraOptions, Handler } from './context.ts'
import { accountOf, findPerson } from './context.ts'
import { control } from './control.ts'
import type { Controls } from './control.ts'
import { createGrantedDirectory } from './directory/all-granted.ts'
import type { Directory } from './directory/types.ts'
import { discoveryDocument } from './discovery.ts'
import { EntraError, describe, errorBody } from './errors.ts'
import type { Trace } from './errors.ts'
import type { Call, Reply } from './http.ts'
import { json, readCall, send } from './http.ts'
import { adminConsent } from './sign-in/admin-consent.ts'
import { authorize } from './sign-in/authorize.ts'
import { logout } from './sign-in/logout.ts'
import { adminApprovalPage, errorPage } from './sign-in/pages.ts'
import { signingKey } from './signing-key.ts'
import { mintCliToken } from './token/azure-cli.ts'
import { type AssertionClaims, signInFederated } from './token/federation.ts'
import type { CliToken, CliTokenRequest } from './token/azure-cli.ts'
import { token } from './token/token-endpoint.ts'
import type { IdentityTokenRequest } from './tokens.ts'
import { MANAGED_IDENTITY, TOKEN_EXCHANGE_AUDIENCE } from './tokens.ts'
import { mintDataverseToken, mintIdentityToken, mintManagedIdentityToken } from './tokens.ts'
import { verifyBearer } from './token/verify-bearer.ts'

export type { BehaviourChange, Kind } from './behaviours.ts'
export type { EntraOptions } from './context.ts'

export type Entra = {
  /** The origin, such as `http://localhost:41234`. */
  readonly url: string
  readonly issuer: string
  readonly jwksUri: string
  readonly setRedirectUris: (uris: readonly string[]) => void
  readonly setDataverseUrl: (url: string) => void
  /** `*` stands for everybody. @throws ZodError for an unknown behaviour, RangeError for an unknown person */
  readonly behaviour: (upn: string, change: BehaviourChange) => void
  /** Requests so far, by kind. */
  readonly counters: () => Record<Kind, number>
  /** Forgets behaviours and counters; sessions, codes and refresh tokens live on. */
  readonly reset: () => void
  readonly mintDataverseToken: (upn: string) => Promise<string>
  /** A client assertion of the app's federated credential; another principal is one that the app does not trust. */
  readonly mintManagedIdentityToken: (principalId?: string) => Promise<string>
  /** What a managed identity gets for any resource. */
  readonly mintIdentityToken: (request: IdentityTokenRequest) => Promise<string>
  /** As a pipeline signs in; the client id. @throws EntraError */
  readonly signInFederated: (clientId: string, claims: AssertionClaims) => string
  /** What the Azure CLI gets for whoever is signed in there. @throws EntraError with Entra's own refusal */
  readonly mintCliToken: (request: CliTokenRequest) => Promise<CliToken>
  /** Checks tokens of this tenant for one of these audiences; gives their claims. @throws Error with the reason */
  readonly verifyBearer: (audiences: readonly string[]) => (token: string) => Promise<object>
  readonly directory: Directory
  /** For a front that answers under the real host name. */
  readonly handler: Handler
  readonly close: () => Promise<void>
}

const zeroCounters = (): Record<Kind, number> => ({
  authorize: 0,
  'token.authorization_code': 0,
  'token.refresh_token': 0,
  'token.obo': 0,
  'token.client_credentials': 0,
  jwks: 0,
  discovery: 0,
})

/** The tenant of whoever gives no directory: one application, and everything granted. */
function grantedDirectory(options: EntraOptions, issuer: string): Directory {
  const { tenantId, people, clientId, apiScope } = options
  if (clientId === undefined || apiScope === undefined) {
    throw new RangeError('without a directory the stand-in needs clientId and apiScope')
  }
  return createGrantedDirectory({
    tenantId,
    people,
    clientId,
    apiScope,
    redirectUris: options.redirectUris ?? [],
    dataverseUrls: options.dataverseUrl === undefined ? [] : [options.dataverseUrl],
    clientSecret: options.clientSecret,
    certificate: options.certificate,
    federatedCredential: {
      name: 'functions-identity',
      issuer,
      subject: MANAGED_IDENTITY,
      audiences: [TOKEN_EXCHANGE_AUDIENCE],
    },
  })
}

async function createContext(options: EntraOptions, port: number): Promise<EntraContext> {
  const url = options.publicUrl ?? `http://${options.hostname ?? 'localhost'}:${port}`
  const issuer = `${url}/${options.tenantId}/v2.0`
  return {
    options,
    url,
    issuer,
    key: await signingKey(),
    now: options.now ?? Date.now,
    accessTokenLifetime: options.accessTokenLifetime ?? 3600,
    directory: options.directory ?? grantedDirectory(options, issuer),
    strict: options.directory !== undefined,
    behaviours: new Behaviours(),
    counters: zeroCounters(),
    sessions: new Map(),
    codes: new Map(),
    refreshTokens: new Map(),
  }
}

function setRedirectUris({ directory, options }: EntraContext, redirectUris: readonly string[]): void {
  const own = [...directory.applications.values()].find(({ appId }) => appId === options.clientId)
  if (!own) throw new RangeError('redirect URIs are those of the directory')
  own.web = { ...own.web, redirectUris }
}

function knownPerson(context: EntraContext, upn: string) {
  const person = findPerson(context, upn)
  if (!person) throw new RangeError(`nobody in the sandbox is "${upn}"`)
  return person
}

function changeBehaviour(context: EntraContext, upn: string, change: BehaviourChange): void {
  const everybody = upn === '*'
  if (!everybody) knownPerson(context, upn)
  context.behaviours.change(upn, change)
  if (!change.revokeSessions) return
  for (const record of context.refreshTokens.values()) {
    if (everybody || record.session.person.upn === upn.toLowerCase()) record.revoked = true
  }
}

const controlsOf = (context: EntraContext) => ({
  counters: () => ({ ...context.counters }),
  behaviour: (upn: string, change: BehaviourChange) => changeBehaviour(context, upn, change),
  reset: () => {
    context.behaviours.clear()
    for (const kind of KINDS) context.counters[kind] = 0
  },
  mintDataverseToken: async (upn: string) => mintDataverseToken(context, accountOf(knownPerson(context, upn))),
})

async function publicDocument(context: EntraContext, kind: 'jwks' | 'discovery'): Promise<Reply> {
  context.counters[kind] += 1
  await context.behaviours.suffer(kind)
  return json(kind === 'jwks' ? context.key.jwks : discoveryDocument(context))
}

async function route(context: EntraContext, controls: Controls, call: Call, trace: Trace): Promise<Reply> {
  if (call.url.pathname.startsWith('/__sandbox/')) return control(context, controls, call)
  const [, tenant, ...rest] = call.url.pathname.split('/')
  if (tenant !== context.options.tenantId) throw new EntraError('AADSTS90002')
  switch (`${call.method} /${rest.join('/')}`) {
    case 'GET /v2.0/.well-known/openid-configuration':
      return publicDocument(context, 'discovery')
    case 'GET /discovery/v2.0/keys':
      return publicDocument(context, 'jwks')
    case 'GET /oauth2/v2.0/authorize':
    case 'POST /oauth2/v2.0/authorize':
      return authorize(context, call, trace)
    case 'POST /oauth2/v2.0/token':
      return token(context, call)
    case 'GET /oauth2/v2.0/logout':
      return logout(context, call)
    case 'GET /adminconsent':
    case 'POST /adminconsent':
    case 'GET /v2.0/adminconsent':
    case 'POST /v2.0/adminconsent':
      return adminConsent(context, call)
    default:
      return { status: 404 }
  }
}

function refusal(call: Call, error: EntraError, trace: Trace): Reply {
  if (/\/(authorize|adminconsent|logout)$/.test(call.url.pathname)) {
    const show = error.code === 'AADSTS90094' ? adminApprovalPage : errorPage
    const reply = show(describe(error, randomUUID(), trace))
    return { ...reply, status: error.refusal.status ?? 400, headers: { ...reply.headers, ...error.headers } }
  }
  return json(errorBody(error, trace), error.refusal.status ?? 400, error.headers)
}

async function answer(context: EntraContext, controls: Controls, call: Call): Promise<Reply | 'reset'> {
  const requestId = call.headers['client-request-id'] ?? call.url.searchParams.get('client-request-id')
  const trace = { correlationId: requestId?.toString() ?? randomUUID(), now: context.now(), entraUrl: context.url }
  try {
    return await route(context, controls, call, trace)
  } catch (error) {
    if (error instanceof Interruption) return error.reply
    if (error instanceof EntraError) return refusal(call, error, trace)
    return { status: 500, headers: { 'content-type': 'text/plain' }, body: String(error) }
  }
}

async function serve(context: EntraContext, controls: Controls, request: IncomingMessage, response: ServerResponse) {
  const socket: Socket = request.socket
  try {
    const reply = await answer(context, controls, await readCall(request))
    if (reply === 'reset') socket.resetAndDestroy()
    else send(response, reply)
  } catch {
    socket.destroy()
  }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

/** Starts the stand-in for Microsoft Entra ID: one tenant, with one registration unless a directory is given. */
export async function startEntra(options: EntraOptions): Promise<Entra> {
  const server = createServer()
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const context = await createContext(options, (server.address() as AddressInfo).port)
  const controls = controlsOf(context)
  const handler: Handler = (request, response) => void serve(context, controls, request, response)
  server.on('request', handler)
  return {
    url: context.url,
    issuer: context.issuer,
    jwksUri: `${context.url}/${options.tenantId}/discovery/v2.0/keys`,
    setRedirectUris: (uris) => setRedirectUris(context, uris),
    setDataverseUrl: (url) => void (context.directory.dataverseUrls = [url]),
    ...controls,
    mintManagedIdentityToken: (principalId) => mintManagedIdentityToken(context, principalId),
    mintIdentityToken: (request) => mintIdentityToken(context, request),
    signInFederated: (clientId, claims) => signInFederated(context, clientId, claims),
    mintCliToken: (request) => mintCliToken(context, request),
    verifyBearer: (audiences) => verifyBearer(context, audiences),
    directory: context.directory,
    handler,
    close: () => close(server),
  }
}
