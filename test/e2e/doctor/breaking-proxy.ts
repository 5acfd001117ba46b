import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export type Passed = {
  readonly method: string
  /** Path without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly body: string
  /** Sent without a length. */
  readonly chunked: boolean
}
export type Served = { status: number; headers: Headers; body: string }

/** One thing that stands in front of the app and breaks something. */
export type Fault = {
  /** Answers in the app's place. */
  readonly instead?: (request: Passed) => Served | undefined
  /** Changes what the app is asked. */
  readonly request?: (request: Passed) => Passed
  /** Changes what the app answered. */
  readonly answer?: (answer: Served, request: Passed) => Served
}

export type BreakingProxy = {
  readonly url: string
  /** The app; another instance of it for a fault of the settings. */
  target: string
  /** The address that it says it was called from, as a front door does. */
  caller: string
  fault: Fault
  /** The same without a wire: what it is asked never leaves the process, but for what the app has to answer. */
  readonly fetch: typeof fetch
  readonly close: () => Promise<void>
}

export const answerOf = (status: number, body = '', headers: Readonly<Record<string, string>> = {}): Served => ({
  status,
  body,
  headers: new Headers(headers),
})
export const htmlOf = (status: number, title: string, headers: Readonly<Record<string, string>> = {}): Served =>
  answerOf(status, `<!DOCTYPE html><html><head><title>${title}</title></head><body>${title}</body></html>`, {
    'content-type': 'text/html; charset=utf-8',
    ...headers,
  })

const HOP_BY_HOP = ['connection', 'content-length', 'transfer-encoding', 'host', 'keep-alive', 'content-encoding']

/** What each instance answered, by the whole request: the doctor asks the same a hundred times over. */
type Answers = Map<string, Served>

/** Passes on to the app what it does not remember, but for what its fault breaks. */
export async function startBreakingProxy(): Promise<BreakingProxy> {
  const answers: Answers = new Map()
  const server = createServer((request, response) => void serve(proxy, answers, request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: BreakingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: '',
    caller: '',
    fault: {},
    fetch: async (input, init) => {
      const request = await passedOf(input, init)
      return responseOf(await answerTo(proxy, answers, request), request.method)
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return proxy
}

async function serve(
  proxy: BreakingProxy,
  answers: Answers,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const request = await read(incoming)
    write(response, await answerTo(proxy, answers, request), request)
  } catch {
    response.destroy()
  }
}

async function answerTo(proxy: BreakingProxy, answers: Answers, request: Passed): Promise<Served> {
  const { fault } = proxy
  const instead = fault.instead?.(request)
  const passed = fault.request?.(request) ?? request
  const answer = instead ?? (await remembered(proxy, answers, passed))
  return fault.answer?.(answer, request) ?? answer
}

/** As Node's own client would send it: a text with its length, a stream in chunks. */
async function passedOf(input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Passed> {
  const request = new Request(input, init)
  const { pathname, searchParams } = new URL(request.url)
  const headers = new Headers(request.headers)
  for (const name of HOP_BY_HOP) headers.delete(name)
  const chunked = init.body instanceof ReadableStream
  return { method: request.method, path: pathname, query: searchParams, headers, body: await request.text(), chunked }
}

const WITHOUT_BODY = [204, 205, 304]

function responseOf({ status, headers: served, body }: Served, method: string): Response {
  const headers = new Headers(served)
  for (const name of HOP_BY_HOP) headers.delete(name)
  const isEmpty = method === 'HEAD' || WITHOUT_BODY.includes(status)
  return new Response(isEmpty ? null : body, { status, headers })
}

async function read(incoming: IncomingMessage): Promise<Passed> {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://proxy')
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined && !HOP_BY_HOP.includes(name)) headers.set(name, String(value))
  const body = (await buffer(incoming)).toString('utf8')
  const chunked = incoming.headers['transfer-encoding'] !== undefined
  return { method: incoming.method ?? 'GET', path: pathname, query: searchParams, headers, body, chunked }
}

/** Whoever shows a token may be refused what was answered before: it has been ended, or has run out. */
async function remembered(proxy: BreakingProxy, answers: Answers, passed: Passed): Promise<Served> {
  if (passed.headers.has('authorization')) return await forward(proxy, passed)
  const { method, path, query, headers, body, chunked } = passed
  const key = JSON.stringify([proxy.target, method, path, query.toString(), [...headers], body, chunked])
  const served = answers.get(key) ?? (await forward(proxy, passed))
  answers.set(key, served)
  // Faults change what they are given.
  return { status: served.status, headers: new Headers(served.headers), body: served.body }
}

async function forward(
  { target, caller }: BreakingProxy,
  { method, path, query, headers, body, chunked }: Passed,
): Promise<Served> {
  const search = query.toString()
  headers.set('x-forwarded-for', caller)
  const reply = await fetch(`${target}${path}${search && `?${search}`}`, {
    method,
    headers,
    redirect: 'manual',
    ...(method === 'GET' || method === 'HEAD' ? {} : chunked ? inChunks(body) : { body }),
  })
  return { status: reply.status, headers: new Headers(reply.headers), body: await reply.text() }
}

const inChunks = (body: string) => ({ body: new Blob([body]).stream(), duplex: 'half' as const })

function write(response: ServerResponse, { status, headers, body }: Served, { method }: Passed): void {
  for (const [name, value] of headers)
    if (name !== 'set-cookie' && !HOP_BY_HOP.includes(name)) response.setHeader(name, value)
  const cookies = headers.getSetCookie()
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  response.writeHead(status).end(method === 'HEAD' ? undefined : body)
}
