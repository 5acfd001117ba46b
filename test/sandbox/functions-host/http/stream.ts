import { once } from 'node:events'
import { Agent, type ClientRequest, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
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

/** @see https://learn.microsoft.com/dotnet/api/system.net.http.socketshttphandler.pooledconnectionidletimeout */
const MOST_IDLE_MS = 60_000

export type StreamServer = {
  serve(hit: Hit, request: HostRequest, response: ServerResponse): Promise<void>
  close(): void
}

/**
 * The host does not overwrite an `x-ms-invocation-id` of the client's: such a request is never answered. Measured on the
 * real host.
 */
function forwardedHeaders(request: HostRequest, invocationId: string): Record<string, string> {
  const kept = Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.has(name))
  return {
    'x-ms-invocation-id': invocationId,
    ...Object.fromEntries(kept),
    'x-forwarded-proto': request.scheme,
    'x-forwarded-host': request.headers.host ?? 'localhost',
    ...(isChunked(request) && { 'transfer-encoding': 'chunked' }),
  }
}

/** .NET's client writes headers in ASCII alone (measured: SocketsHttpHandler of .NET 10 under YARP). */
const isAscii = (headers: Readonly<Record<string, string>>) =>
  Object.values(headers).every((value) => Buffer.byteLength(value, 'utf8') === value.length)

/**
 * Resolves with the worker's answer, once the request's body has been sent: .NET's client gives none before (measured).
 * So what the worker does not read holds its sender, or, where it fits into the buffers of the connection, stays in them.
 */
async function exchange(upstream: ClientRequest): Promise<IncomingMessage> {
  const cutOff = once(upstream, 'close').then(() => Promise.reject(new Error('the worker closed the connection')))
  const answered = once(upstream, 'response') as Promise<[IncomingMessage]>
  const [[answer]] = await Promise.race([Promise.all([answered, once(upstream, 'finish')]), cutOff])
  return answer
}

function head(answer: IncomingMessage): string[] {
  return answer.rawHeaders.flatMap((name, index, all) =>
    index % 2 === 1 || HOP_BY_HOP.has(name.toLowerCase()) ? [] : [name, all[index + 1] ?? ''],
  )
}

/** Passes on what comes as it comes; the end waits for the invocation, without which a bodiless answer never shows. */
async function passOn(answer: IncomingMessage, response: ServerResponse, invoked: Promise<unknown>): Promise<void> {
  response.writeHead(answer.statusCode ?? 502, head(answer))
  for await (const chunk of answer) response.write(chunk)
  await invoked
  response.end()
}

/**
 * `app.setup({ enableHttpStream: true })`: the library runs a proxy server, and the host forwards each request to it
 * beside the invocation. A handler that throws or returns nothing leaves the client without an answer, as in Azure.
 */
export function createStreamServer(core: Core, proxy: URL): StreamServer {
  // As SocketsHttpHandler does: without a limit, the one used last first, none that has been idle for longer than a
  // minute or than the worker's Keep-Alive header says, which Node's agent reads only where it has a time of its own.
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo', timeout: MOST_IDLE_MS })

  function send(request: HostRequest, invocationId: string, body: Buffer | undefined): ClientRequest {
    const headers = forwardedHeaders(request, invocationId)
    if (!isAscii(headers)) throw new Error('a header that is not ASCII')
    const { hostname, port } = proxy
    const upstream = httpRequest({ hostname, port, path: request.target, method: request.method, headers, agent })
    // It may come after the answer; before it, `exchange` hears it, too.
    upstream.on('error', (error) => core.log('error', 'system', `proxy: ${error.message}`))
    if (isChunked(request)) request.raw.pipe(upstream)
    else upstream.end(body)
    return upstream
  }

  async function forward(
    request: HostRequest,
    response: ServerResponse,
    { invocationId, body }: { readonly invocationId: string; readonly body: Buffer | undefined },
    invoked: Promise<unknown>,
  ): Promise<void> {
    try {
      const upstream = send(request, invocationId, body)
      response.once('close', () => {
        if (!response.writableFinished) upstream.destroy()
      })
      await passOn(await exchange(upstream), response, invoked)
    } catch {
      await invoked
      if (!response.headersSent) response.writeHead(502, { connection: 'close', 'content-length': 0 })
      response.end()
    }
  }

  return {
    async serve(hit, request, response) {
      const body = await readSizedBody(request)
      const invocation = invocationRequest(hit, request, body, {})
      const { invocationId } = invocation
      const invoked = invoke(core, hit.fn, invocation).catch((error: unknown) => {
        core.log('error', 'system', `${hit.fn.metadata.name} failed: ${String(error)}; in stream mode nobody answers`)
      })
      await forward(request, response, { invocationId, body }, invoked)
    },
    close: () => agent.destroy(),
  }
}
