import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { serveBuffered } from './http/buffered.ts'
import type { Core } from './worker/core-stub.ts'
import type { LoadedApp } from './worker/load-app.ts'
import { HostRefusal, MAX_HEADER_BYTES, readRequest } from './http/request.ts'
import { createRouter, type Router } from './routing/router.ts'
import { createStreamServer, type StreamServer } from './http/stream.ts'

export type HostServer = { readonly url: string; close(): Promise<void> }

const HOME_PAGE = '<!DOCTYPE html><title>Your Functions 4.0 app is up and running</title>'

/** The host's own addresses, for whoever has its key. Measured on the real host. */
const OWN = /^\/(?:admin|runtime)\//i
const ASKS_FOR_KEY = { 'www-authenticate': 'Bearer', 'content-length': '0' }

/** The host's own home page shows unless a route takes "/" or the setting switches it off. */
function answerNoMatch(path: string, response: ServerResponse, { homePage }: LoadedApp): void {
  if (OWN.test(path)) {
    response.writeHead(401, ASKS_FOR_KEY).end()
    return
  }
  if (path === '/' && homePage) response.writeHead(200, { 'content-type': 'text/html' }).end(HOME_PAGE)
  else response.writeHead(404).end()
}

type Served = {
  readonly core: Core
  readonly app: LoadedApp
  readonly router: Router
  readonly streams: StreamServer | undefined
}

async function dispatch(
  { core, app, router, streams }: Served,
  raw: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = readRequest(raw)
  const hit = OWN.test(request.path) ? undefined : router(request.method, request.path)
  if (!hit) {
    raw.resume()
    answerNoMatch(request.path, response, app)
  } else if (streams) await streams.serve(hit, request, response)
  else await serveBuffered(core, hit, request, response)
}

function answerFailure(core: Core, error: unknown, raw: IncomingMessage, response: ServerResponse): void {
  raw.resume()
  const status = error instanceof HostRefusal ? error.status : 500
  if (status === 500) {
    const detail = error instanceof Error ? error.stack : String(error)
    core.log('error', 'system', `${raw.method ?? ''} ${raw.url?.split('?')[0] ?? ''}: ${detail ?? ''}`)
  }
  if (!response.headersSent) response.writeHead(status, { connection: 'close' })
  response.end()
}

/** Lenient, since Kestrel takes a Content-Length beside Transfer-Encoding, and lets the latter decide. */
const LIKE_KESTREL = { maxHeaderSize: MAX_HEADER_BYTES, insecureHTTPParser: true }

/** Node does not know every method; for Kestrel one that no route lists is 404. Measured on the real host. */
function answerUnreadable(error: Unreadable, socket: Duplex): void {
  if (!socket.writable) return
  const isOtherMethod =
    error.code === 'HPE_INVALID_METHOD' && REQUEST_LINE.test(error.rawPacket?.toString('latin1') ?? '')
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW'
  const status = isOtherMethod ? '404 Not Found' : tooLong ? '431 Request Header Fields Too Large' : '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
}

type Unreadable = NodeJS.ErrnoException & { readonly rawPacket?: Buffer }
const REQUEST_LINE = /^[\w-]+ \S+ HTTP\/1\.[01]\r\n/

/** Serves a loaded app's HTTP triggers on 127.0.0.1; port 0 takes a free one. */
export async function serveApp(core: Core, app: LoadedApp, port: number): Promise<HostServer> {
  const router = createRouter([...core.functions.values()], app.routePrefix)
  const streams = app.streams && createStreamServer(core, app.streams)
  const served: Served = { core, app, router, streams }
  const server = createServer(LIKE_KESTREL, (raw, response) => {
    dispatch(served, raw, response).catch((error: unknown) => answerFailure(core, error, raw, response))
  })
  server.on('clientError', answerUnreadable)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      streams?.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      for (const hook of core.hooks.appTerminate) await hook({ hookData: {}, appHookData: core.appHookData })
    },
  }
}
