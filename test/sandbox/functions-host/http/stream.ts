import { Agent, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
import { invocationRequest } from './buffered.ts'
import type { Core } from '../worker/core-stub.ts'
import { invoke } from '../worker/invoke.ts'
import { type HostRequest, isChunked, readSizedBody } from './request.ts'
import type { Hit } from '../routing/router.ts'

/** RFC 9110 section 7.6.1: what concerns one connection is not passed on. */
const HOP_BY_HOP = new Set([
  'connection',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

export type StreamServer = {
  serve(hit: Hit, request: HostRequest, response: ServerResponse): Promise<void>
  close(): void
}

/** The host does not overwrite an `x-ms-invocation-id` of the client's: such a request is never answered. */
function forwardedHeaders(request: HostRequest, invocationId: string): Record<string, string> {
  const kept = Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.has(name))
  const latin1 = kept.map(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')] as const)
  return {
    'x-ms-invocation-id': invocationId,
    'x-forwarded-proto': 'http',
    ...Object.fromEntries(latin1),
    'x-forwarded-host': request.headers.host ?? 'localhost',
  }
}

function passOn(answer: IncomingMessage, response: ServerResponse): void {
  const headers = answer.rawHeaders.flatMap((name, index, all) =>
    index % 2 === 1 || HOP_BY_HOP.has(name.toLowerCase()) ? [] : [name, all[index + 1] ?? ''],
  )
  response.writeHead(answer.statusCode ?? 502, headers)
  response.flushHeaders()
  answer.pipe(response)
}

/**
 * `app.setup({ enableHttpStream: true })`: the library runs a proxy server, and the host forwards each request to it
 * beside the invocation. A handler that throws or returns nothing leaves the client without an answer, as in Azure.
 */
export function createStreamServer(core: Core, proxy: URL): StreamServer {
  const agent = new Agent({ keepAlive: true })

  function forward(request: HostRequest, response: ServerResponse, invocationId: string, body: Buffer | undefined) {
    const upstream = httpRequest(
      {
        hostname: proxy.hostname,
        port: proxy.port,
        path: request.target,
        method: request.method,
        headers: forwardedHeaders(request, invocationId),
        agent,
      },
      (answer) => passOn(answer, response),
    )
    upstream.on('error', (error) => {
      core.log('error', 'system', `proxy: ${error.message}`)
      if (!response.headersSent) response.writeHead(502)
      response.end()
    })
    response.on('close', () => upstream.destroy())
    if (isChunked(request)) request.raw.pipe(upstream)
    else upstream.end(body)
  }

  return {
    async serve(hit, request, response) {
      const body = await readSizedBody(request)
      const invocation = invocationRequest(hit, request, body, {})
      forward(request, response, invocation.invocationId, body)
      await invoke(core, hit.fn, invocation).catch((error: unknown) => {
        core.log('error', 'system', `${hit.fn.metadata.name} failed: ${String(error)}; in stream mode nobody answers`)
      })
    },
    close: () => agent.destroy(),
  }
}
