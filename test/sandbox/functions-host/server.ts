import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serveBuffered } from './http/buffered.ts'
import type { Core } from './worker/core-stub.ts'
import type { LoadedApp } from './worker/load-app.ts'
import { HostRefusal, MAX_HEADER_BYTES, readRequest } from './http/request.ts'
import { createRouter, type Router } from './routing/router.ts'
import { createStreamServer, type StreamServer } from './http/stream.ts'

export type HostServer = { readonly url: string; close(): Promise<void> }

const HOME_PAGE = '<!DOCTYPE html><title>Your Functions 4.0 app is up and running</title>'

/** The host's own home page shows unless a route takes "/" or the setting switches it off. */
function answerNoMatch(path: string, response: ServerResponse): void {
  const home = path === '/' && process.env.AzureWebJobsDisableHomepage?.toLowerCase() !== 'true'
  if (home) response.writeHead(200, { 'content-type': 'text/html' }).end(HOME_PAGE)
  else response.writeHead(404).end()
}

async function dispatch(
  core: Core,
  router: Router,
  streams: StreamServer | undefined,
  raw: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = readRequest(raw)
  const hit = router(request.method, request.path)
  if (!hit) {
    raw.resume()
    answerNoMatch(request.path, response)
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

/** Serves a loaded app's HTTP triggers on 127.0.0.1; port 0 takes a free one. */
export async function serveApp(core: Core, app: LoadedApp, port: number): Promise<HostServer> {
  const router = createRouter([...core.functions.values()], app.routePrefix)
  const streams = app.streams && createStreamServer(core, app.streams)
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (raw, response) => {
    dispatch(core, router, streams, raw, response).catch((error: unknown) => answerFailure(core, error, raw, response))
  })
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
