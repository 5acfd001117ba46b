import {
  createServer,
  globalAgent,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server,
  setGlobalProxyFromEnv,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { DataverseError } from '../../../../shared/dataverse/errors.ts'
import { wasSent } from '../../../../shared/dataverse/change/writer/was-sent.ts'
import { sendRequest } from '../../../../shared/dataverse/web-api/send-request.ts'
import { createWireFetch, type WireFetch, wireFetch } from '../../../../shared/dataverse/web-api/wire-fetch.ts'
import { selfSignedCertificate } from '../../../sandbox/self-signed-certificate.ts'
import { clientOf } from '../support/wire.ts'
import { listen, stop } from '../../mcp/support/upstream.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function serve(listener: RequestListener, server: Server = createServer(listener)): Promise<string> {
  ends.push(() => stop(server))
  return await listen(server)
}

const JSON_TYPE = { 'content-type': 'application/json' }
const TEXT = JSON.stringify({ value: ['é€𝄞'.repeat(500)] })
const HEADERS = ['content-type', 'retry-after', 'x-ms-service-request-id', 'location', 'x-none']

/** What a request comes to, by one way of asking; the texts of errors are each way's own. */
async function told(ask: WireFetch, url: string, init: Partial<Parameters<WireFetch>[1]> = {}): Promise<unknown> {
  const signal = AbortSignal.timeout(5_000)
  try {
    const given = {
      method: 'GET',
      headers: { authorization: 'Bearer x' },
      signal,
      redirect: 'manual',
      ...init,
    } as const
    const { status, headers, body } = await ask(new URL(url), given)
    const chunks: Uint8Array[] = []
    for await (const chunk of body ?? []) chunks.push(chunk)
    return { status, headers: HEADERS.map((name) => headers.get(name)), text: Buffer.concat(chunks).toString() }
  } catch {
    return 'an error'
  }
}

const answered =
  (status: number, headers: OutgoingHttpHeaders, body?: string | Buffer): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(body)

const cut =
  (headers: OutgoingHttpHeaders): RequestListener =>
  (request, response) =>
    response.writeHead(200, headers).write('{', () => request.socket.destroy())

const noChunks =
  (headers: OutgoingHttpHeaders): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { ...headers, 'transfer-encoding': 'chunked' }).flushHeaders()
    response.end()
  }

const cutBefore =
  (headers: OutgoingHttpHeaders): RequestListener =>
  (request, response) => {
    response.writeHead(200, headers).flushHeaders()
    setImmediate(() => request.socket.destroy())
  }

const IDS = ['11111111-2222-4333-8444-555555555555', '11111111-2222-4333-8444-666666666666']
const TOLD = { ...JSON_TYPE, location: 'http://127.0.0.1:1/', 'retry-after': '7', 'x-ms-service-request-id': IDS }
const STATUSES = [200, 301, 302, 307, 400, 401, 403, 404, 412, 429, 500, 503]

const ANSWERS: readonly (readonly [what: string, answer: RequestListener])[] = [
  ...STATUSES.map((status) => [`status ${status}`, answered(status, TOLD, TEXT)] as const),
  ['status 204', answered(204, TOLD)],
  ['status 304', answered(304, TOLD)],
  ['no body', answered(200, { 'content-length': 0 })],
  ['gzip', answered(200, { 'content-encoding': 'gzip' }, gzipSync(TEXT))],
  ['br', answered(200, { 'content-encoding': 'br' }, brotliCompressSync(TEXT))],
  ['GZIP', answered(200, { 'content-encoding': 'GZIP' }, gzipSync(TEXT))],
  ['identity', answered(200, { 'content-encoding': 'identity' }, TEXT)],
  ...['gzip', 'br'].flatMap((encoding) => [
    [`status 204 of ${encoding}`, answered(204, { 'content-encoding': encoding })] as const,
    [`status 304 of ${encoding}`, answered(304, { 'content-encoding': encoding })] as const,
    [`no body of ${encoding}`, answered(200, { 'content-encoding': encoding, 'content-length': 0 })] as const,
    [`chunks of ${encoding} that are none`, noChunks({ 'content-encoding': encoding })] as const,
    [`nothing of ${encoding}, cut`, cutBefore({ 'content-encoding': encoding })] as const,
  ]),
  ...['constructor', '__proto__', 'none'].map(
    (encoding) => [`an encoding ${encoding}`, answered(200, { 'content-encoding': encoding }, TEXT)] as const,
  ),
  [
    'early hints',
    (_request, response) => response.writeEarlyHints({ link: '</a>; rel=preload' }, () => void response.end(TEXT)),
  ],
  [
    'another protocol',
    (request) => request.socket.write('HTTP/1.1 101 Other\r\nupgrade: a\r\nconnection: upgrade\r\n\r\n'),
  ],
  ['no gzip, though it says so', answered(200, { 'content-encoding': 'gzip' }, TEXT)],
  [
    'chunks that part characters',
    (_request, response) => {
      for (const byte of Buffer.from(TEXT.slice(0, 60))) response.write(Buffer.of(byte))
      response.end()
    },
  ],
  ['cut at once', (request) => request.socket.destroy()],
  ['cut in the body', cut({ 'content-length': 900 })],
  ['cut in a chunked body', cut({})],
  ['no HTTP', (request) => request.socket.end('hello\r\n\r\n')],
]

describe('as fetch has it', () => {
  test.each(ANSWERS)('%s', async (_what, answer) => {
    const url = await serve(answer)
    expect(await told(wireFetch, url)).toEqual(await told(fetch, url))
  })

  test.each([
    ['a body', { method: 'POST', body: TEXT, headers: JSON_TYPE }],
    ['a body to be changed', { method: 'PATCH', body: '{}', headers: { ...JSON_TYPE, 'if-match': 'W/"1"' } }],
    ['no body', { method: 'GET' }],
    ['an address with a query', { method: 'GET' }],
  ])('%s arrives', async (_what, init) => {
    const seen: unknown[] = []
    const url = await serve((request, response) => {
      const { method, headers } = request
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const named = ['authorization', 'content-type', 'content-length', 'if-match', 'host'].map((one) => headers[one])
        seen.push({ method, url: request.url, named, body: Buffer.concat(chunks).toString() })
        response.end()
      })
    })
    for (const ask of [wireFetch, fetch])
      await told(ask, `${url}/api/data/v9.2/a%20b?$filter=a%20eq%20%27%C3%A9%27`, init)
    expect(seen).toHaveLength(2)
    expect(seen[0]).toEqual(seen[1])
  })

  test.each(['a\r\nx-injected: 1', 'a\0', 'a€'])('a header that is none is never sent: %j', async (value) => {
    let asked = 0
    const url = await serve((_request, response) => {
      asked += 1
      response.end()
    })
    for (const ask of [wireFetch, fetch])
      expect(await told(ask, url, { headers: { authorization: value } })).toBe('an error')
    expect(asked).toBe(0)
  })

  test('a certificate that nobody vouches for is refused, and nothing is sent', async () => {
    let asked = 0
    const server = createTlsServer(selfSignedCertificate(['127.0.0.1']), (_request, response) => {
      asked += 1
      response.end()
    })
    const url = (await serve(() => undefined, server)).replace('http:', 'https:')
    for (const ask of [wireFetch, fetch]) expect(await told(ask, url)).toBe('an error')
    expect(asked).toBe(0)
  })
})

test('an answer that ends before its gzip does is an error, and no shorter text', async () => {
  const url = await serve(answered(200, { 'content-encoding': 'gzip' }, gzipSync(TEXT).subarray(0, 60)))
  expect(await told(wireFetch, url)).toBe('an error')
})

describe('a signal', () => {
  test.each([
    ['before', 0],
    ['while the answer is awaited', 60],
  ])('that aborts %s ends the request', async (_what, ms) => {
    const url = await serve(() => undefined)
    const signal = ms === 0 ? AbortSignal.abort() : AbortSignal.timeout(ms)
    expect(await told(wireFetch, url, { signal })).toBe('an error')
  })

  test('that aborts in the body ends it, and the connection with it', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<unknown>()
    const stop = new AbortController()
    const url = await serve((request, response) => {
      request.socket.once('close', resolve)
      response.writeHead(200).write('{')
      setTimeout(() => stop.abort(), 50)
    })
    expect(await told(wireFetch, url, { signal: stop.signal })).toBe('an error')
    await closed
  })
})

const failureOf = async (url: string, ask: WireFetch, ms = 5_000): Promise<unknown> => {
  const options = { token: 't', fetch: ask, deadline: Date.now() + ms, now: () => Date.now() }
  const request = { url: new URL(url), headers: {}, method: 'PATCH', body: '{}', retries: 0 } as const
  return await sendRequest(options, request).catch((error: unknown) => error)
}

const sentOf = (error: unknown): unknown =>
  error instanceof DataverseError ? [error.kind, wasSent(error)] : ['no error', error]

/** Takes connections, and says nothing or the same to each. */
async function serveBytes(said?: string): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createSocketServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    if (said !== undefined) socket.end(said)
  }).listen(0, '127.0.0.1')
  ends.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What comes of a request that arrived before it was given up: on a busy machine the connection itself may take too long. */
async function ofArrived(answer: RequestListener, ask: (url: string) => Promise<unknown>): Promise<unknown> {
  const arrived = new Set<string | undefined>()
  const url = await serve((request, response) => {
    arrived.add(request.url)
    answer(request, response)
  })
  for (let at = 0; ; at += 1) {
    const told = await ask(`${url}/${at}`)
    if (arrived.has(`/${at}`)) return told
  }
}

describe('whether a write whose answer did not come can have arrived', () => {
  test.each<[string, () => string | Promise<string>, ...ms: [connect: number, deadline: number]]>([
    ['nobody listens', () => 'http://127.0.0.1:1', 500, 5_000],
    ['nobody listens at either address', () => 'http://localhost:1', 500, 5_000],
    ['the name leads nowhere', () => 'http://nobody.invalid', 500, 5_000],
    ['no connection came about in time', () => serveBytes(), 100, 5_000],
    ['no TLS is spoken', () => serveBytes('HTTP/1.1 400 No\r\n\r\n'), 500, 5_000],
    ['the connection ends before TLS is there', () => serveBytes(''), 500, 5_000],
    ['the deadline came before a connection', () => serveBytes(), 5_000, 100],
    ['the deadline had come before', () => serveBytes(), 5_000, 0],
  ])('no, where %s', async (_what, serving, connectMs, ms) => {
    const error = await failureOf(await serving(), createWireFetch(connectMs), ms)
    expect(sentOf(error)).toEqual([connectMs > ms ? 'timeout' : 'unreachable', false])
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('no, where nobody vouches for the certificate: %s', async (version) => {
    let bytes = 0
    const options = { ...selfSignedCertificate(['127.0.0.1']), minVersion: version, maxVersion: version }
    const { promise: ended, resolve: end } = Promise.withResolvers<unknown>()
    const server = createTlsServer(options)
      .on('secureConnection', (socket) => {
        socket.on('data', (data: Buffer) => void (bytes += data.length)).on('error', end)
        socket.on('close', end)
      })
      .on('tlsClientError', end)
    const url = (await serve(() => undefined, server)).replace('http:', 'https:')
    expect(sentOf(await failureOf(url, wireFetch))).toEqual(['unreachable', false])
    await ended
    expect(bytes).toBe(0)
  })

  /** As with `NODE_USE_ENV_PROXY`. */
  test('no, where a proxy gives none before the deadline', async () => {
    const proxy = await serveBytes()
    const restore = setGlobalProxyFromEnv({ https_proxy: proxy.replace('https:', 'http:') })
    const error = await failureOf('https://dataverse.invalid', wireFetch, 100)
    restore()
    expect(sentOf(error)).toEqual(['timeout', false])
  })

  test('perhaps, where a connection was there', async () => {
    const url = await serve((request) => request.socket.destroy())
    expect(sentOf(await failureOf(url, wireFetch))).toEqual(['unreachable', true])
    const silent = await ofArrived(
      () => undefined,
      (one) => failureOf(one, wireFetch, 300),
    )
    expect(sentOf(silent)).toEqual(['timeout', true])
  })

  test('perhaps, where a kept connection ends as it is used again, and it is not sent again', async () => {
    let asked = 0
    const url = await serve((request, response) => {
      asked += 1
      if (asked === 1) response.end('{}')
      else request.socket.destroy()
    })
    expect(await failureOf(url, wireFetch)).toMatchObject({ status: 200 })
    expect(sentOf(await failureOf(url, wireFetch))).toEqual(['unreachable', true])
    expect(asked).toBe(2)
  })

  /** As Linux tells of a connection whose way is gone, once it gives up on bytes that nobody acknowledged. */
  test.each(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'])('perhaps, where it ends by %s later', async (code) => {
    const url = await serve(() => {
      const sockets = Object.values(globalAgent.sockets).flatMap((all) => all ?? [])
      for (const socket of sockets) socket.destroy(Object.assign(new Error(`read ${code}`), { code }))
    })
    expect(sentOf(await failureOf(url, wireFetch))).toEqual(['unreachable', true])
  })

  test('a connection that came about in time may take its time to answer', async () => {
    const answer = await ofArrived(
      (_request, response) => void setTimeout(() => response.end('{}'), 700),
      (url) => failureOf(url, createWireFetch(500)),
    )
    expect(answer).toMatchObject({ status: 200, body: '{}' })
  })
})

test('a kept connection that was closed from the other side is no failure', async () => {
  const server = createServer((_request, response) => response.end('{}'))
  server.keepAliveTimeout = 20
  const url = await serve(() => undefined, server)
  for (let count = 0; count < 5; count += 1) {
    expect(await clientOf(url).get('accounts', z.unknown())).toEqual({})
    await new Promise((resolve) => setTimeout(resolve, 15 + count * 5))
  }
})
