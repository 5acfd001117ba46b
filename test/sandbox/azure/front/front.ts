import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { type Authority, createAuthority } from './authority.ts'
import { createProxy, type Proxy } from './proxy.ts'
import { redirect } from './redirect.mjs'
import { createRoutes, type Handler, type Route, type Routes } from './routes.ts'

export type { Handler, Route, Service, Upstream } from './routes.ts'

/** What came in: no query and no header, which may hold secrets. */
export type SeenRequest = {
  readonly host: string
  readonly method: string
  readonly path: string
  readonly status: number
}

export type Front = {
  readonly port: number
  /** PEM file of the authority behind every certificate of the front. */
  readonly caFile: string
  /** URL of the module that a process loads first, so that real host names lead here. */
  readonly preload: string
  /** For `REHEARSAL_HOSTS`. */
  readonly hosts: string
  /** What a Node process needs in its environment to live in this world. */
  readonly environment: Readonly<Record<'NODE_OPTIONS' | 'NODE_EXTRA_CA_CERTS' | 'REHEARSAL_HOSTS', string>>
  /** The same for a process within the app's network: to the front it comes from another place. */
  readonly insideEnvironment: Front['environment']
  /** Whether a request comes from such a process. */
  readonly isInside: (request: IncomingMessage) => boolean
  /** Adds, replaces or (undefined) removes a route. */
  readonly route: (hostOrSuffix: string, route: Route | undefined) => void
  /** Redirects this very process as well; the function that comes back ends it. */
  readonly enter: () => () => void
  readonly proxy: Proxy
  readonly requests: () => readonly SeenRequest[]
  readonly close: () => Promise<void>
}

export type FrontOptions = { readonly routes: Readonly<Record<string, Route>> }

const PRELOAD = new URL('preload.mjs', import.meta.url).href
/** Dataverse accepts URLs of 32 KiB. */
const MAX_HEADER_BYTES = 131_072

const hostOf = (request: IncomingMessage) => (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()

/** One secure context for all hosts of a suffix, made when it is first asked for. */
function createSni(authority: Authority, routes: Routes) {
  const contexts = new Map<string, Promise<tls.SecureContext>>()
  const contextFor = (host: string) => {
    const names = routes.certificateNames(host)
    const known =
      contexts.get(names[0] ?? '') ?? authority.certificate(names).then((made) => tls.createSecureContext(made))
    contexts.set(names[0] ?? '', known)
    return known
  }
  return (servername: string, done: (error: Error | null, context?: tls.SecureContext) => void) => {
    const host = servername.toLowerCase()
    if (routes.resolve(host) !== 'ok') done(new Error(`no certificate for ${host}`))
    else contextFor(host).then((context) => done(null, context), done)
  }
}

/** The name server: one name in, one word out. */
const createNameServer = (routes: Routes): Server =>
  createServer({ allowHalfOpen: true }, (socket) => {
    let asked = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (asked += chunk))
    socket.once('end', () => socket.end(routes.resolve(asked.trim())))
    socket.on('error', () => undefined)
  })

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function dispatch(routes: Routes, proxy: Proxy, request: IncomingMessage, response: ServerResponse): void {
  const route = routes.find(hostOf(request))
  // RFC 9110 §15.5.20: the connection is for another host than the request.
  if (!route) response.writeHead(421).end()
  else if (typeof route === 'function') route(request, response)
  else if ('port' in route) proxy.forward(route, request, response)
  else route.handler(request, response)
}

function enter(ca: string, ports: { front: number; names: number }): () => void {
  const before = tls.getCACertificates('default')
  tls.setDefaultCACertificates([...before, ca])
  const leave = redirect(ports)
  return () => {
    leave()
    tls.setDefaultCACertificates(before)
  }
}

/**
 * Serves real host names on 127.0.0.1 over TLS, as Azure's own front ends do, with certificates of an authority that
 * lives as long as the front. Processes with its environment reach those names, and nothing else beyond this machine.
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  const authority = await createAuthority()
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-'))
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, authority.ca)
  const routes = createRoutes(options.routes)
  const proxy = createProxy(authority.ca)
  const seen: SeenRequest[] = []
  const secure = {
    maxHeaderSize: MAX_HEADER_BYTES,
    SNICallback: createSni(authority, routes),
    ALPNProtocols: ['http/1.1'],
  }
  const serve: Handler = (request, response) => {
    const { method = 'GET', url = '/' } = request
    const path = url.split('?')[0] ?? ''
    const host = hostOf(request)
    response.once('close', () => seen.push({ host, method, path, status: response.statusCode }))
    dispatch(routes, proxy, request, response)
  }
  const [web, within] = [createHttpsServer(secure, serve), createHttpsServer(secure, serve)]
  const names = createNameServer(routes)
  const ports = { front: await listen(web), names: await listen(names) }
  const inside = { ...ports, front: await listen(within) }
  const hosts = JSON.stringify(ports)
  const environment = (to: typeof ports) => ({
    NODE_OPTIONS: `--import=${PRELOAD}`,
    NODE_EXTRA_CA_CERTS: caFile,
    REHEARSAL_HOSTS: JSON.stringify(to),
  })
  return {
    port: ports.front,
    caFile,
    preload: PRELOAD,
    hosts,
    proxy,
    environment: environment(ports),
    insideEnvironment: environment(inside),
    isInside: ({ socket }) => socket.localPort === inside.front,
    route: routes.set,
    enter: () => enter(authority.ca, ports),
    requests: () => [...seen],
    close: async () => {
      proxy.close()
      web.closeAllConnections()
      within.closeAllConnections()
      await Promise.all([web, within, names].map((server) => new Promise((done) => server.close(done))))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
