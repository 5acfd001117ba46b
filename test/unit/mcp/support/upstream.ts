import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { metadataFor } from './upstream-metadata.ts'

export type UpstreamRequest = {
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly token: string
  readonly body: string
  /** The reads of a `$batch`, in order. */
  readonly parts: readonly UpstreamRequest[]
}
export type UpstreamAnswer = {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body: unknown
  readonly delayMs?: number
}
export type Upstream = {
  readonly url: string
  /** HTTP requests; what came in a `$batch` stands in its `parts`. */
  readonly seen: UpstreamRequest[]
  /** Answers everything but metadata; replaced by each test. */
  answer: (request: UpstreamRequest) => UpstreamAnswer
  /** Answers metadata, and in a `$batch` what is known of people. */
  metadata: (request: UpstreamRequest, inBatch: boolean) => UpstreamAnswer | undefined
  /** Answers a whole `$batch` in its place. */
  batch: (request: UpstreamRequest) => UpstreamAnswer | undefined
  readonly stop: () => Promise<void>
}

/** A local HTTP server in Dataverse's place, for what the wire does: delays, statuses, links. */
export async function startUpstream(): Promise<Upstream> {
  const seen: UpstreamRequest[] = []
  const server = createServer((message, response) => {
    const take = (body: string): void => {
      const request = requestOf(message, body)
      seen.push(request)
      const answer = answerOf(upstream, request)
      setTimeout(() => {
        response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
        response.end(textOf(answer.body))
      }, answer.delayMs ?? 0)
    }
    // Who asks may give up in the middle of it.
    void bodyOf(message).then(take, () => response.destroy())
  })
  const url = await listen(server)
  const upstream: Upstream = {
    url,
    seen,
    answer: () => ({ body: { value: [] } }),
    metadata: metadataFor,
    batch: () => undefined,
    stop: () => stop(server),
  }
  return upstream
}

function answerOf(upstream: Upstream, request: UpstreamRequest): UpstreamAnswer {
  if (request.path !== '$batch') return upstream.metadata(request, false) ?? upstream.answer(request)
  const answer = upstream.batch(request)
  if (answer) return answer
  const answers = request.parts.map((part) => upstream.metadata(part, true) ?? upstream.answer(part))
  const contentType = 'multipart/mixed; boundary=batchresponse_of-upstream'
  return { headers: { 'content-type': contentType }, body: multipart('batchresponse_of-upstream', answers) }
}

/** A `$batch`'s answer as Dataverse writes it. */
export function multipart(boundary: string, answers: readonly UpstreamAnswer[]): string {
  const parts = answers.map(({ status = 200, headers = {}, body }) =>
    [
      `--${boundary}`,
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      '',
      `HTTP/1.1 ${status} Reason`,
      ...Object.entries({ 'Content-Type': 'application/json; odata.metadata=minimal', ...headers }).map((pair) =>
        pair.join(': '),
      ),
      'OData-Version: 4.0',
      '',
      textOf(body),
      '',
    ].join('\r\n'),
  )
  return `${parts.join('')}--${boundary}--\r\n`
}

function requestOf(message: IncomingMessage, body: string): UpstreamRequest {
  const parts = [...body.matchAll(/\r\n\r\nGET (\S+) HTTP\/1\.1\r\n((?:[^\r\n]+\r\n)*)\r\n/g)].map(
    ([, target = '', head = '']) => {
      const headers = Object.fromEntries(head.split('\r\n').map((line) => line.toLowerCase().split(': ')))
      return { ...located(target), headers, token: '', body: '', parts: [] }
    },
  )
  const token = (message.headers.authorization ?? '').replace('Bearer ', '')
  return { ...located(message.url ?? '/'), headers: message.headers, token, body, parts }
}

function located(target: string): Pick<UpstreamRequest, 'path' | 'query'> {
  const url = new URL(target, 'http://upstream')
  return { path: url.pathname.replace('/api/data/v9.2/', ''), query: url.searchParams }
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
