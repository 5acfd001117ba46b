import { once } from 'node:events'
import { createServer, type IncomingMessage, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { exchangeOf, rememberExchanges } from '../../../../shared/http/bounds/exchange.ts'
import { type IncomingBody, openBody } from '../../../../shared/http/bounds/read-body.ts'

/** What comes to its end is never given up, however slow the machine is; what does not, soon. */
const PATIENT = { readMs: 60_000, drainBytes: 4_000, drainMs: 60_000 }
const HASTY = { ...PATIENT, readMs: 400, drainMs: 400 }
const MOST = 1_000
const ID = { 'x-ms-invocation-id': 'c0ffee' }

rememberExchanges()
let server: Server
let bounds: typeof PATIENT
let handle: (body: IncomingBody, headers: Headers) => Promise<unknown>
beforeEach(async () => {
  bounds = PATIENT
  server = createServer((request, response) => {
    const native = new Request('http://h/', {
      method: 'POST',
      body: Readable.toWeb(request),
      duplex: 'half',
    } as RequestInit)
    const body = openBody(native.body as ReadableStream<Uint8Array>, exchangeOf('c0ffee'), bounds)
    void handle(body, new Headers(request.headers as Record<string, string>))
      .then(String, (error: unknown) => String(error))
      .then(async (outcome) => {
        await body.finish()
        response.end(outcome)
      })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const whole = async (body: IncomingBody, headers: Headers) => (await body.read(headers, MOST)).length
const nothing = () => Promise.resolve('not read')

/** Pieces of 500 bytes; `undefined` where the body does not end. */
async function send(pieces: readonly number[], ends = true, headers: Record<string, string> = ID) {
  const { port } = server.address() as AddressInfo
  const sent = httpRequest({ port, method: 'POST', agent: false, headers: { ...headers, connection: 'keep-alive' } })
  sent.on('error', () => undefined)
  for (const size of pieces) sent.write('x'.repeat(size))
  if (ends) sent.end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  sent.destroy()
  return { text, connection: answer.headers.connection }
}

describe('a body by a connection that is used again', () => {
  test.each([
    ['read whole', [400, 600], true, whole, '1000', 'keep-alive'],
    ['read whole, in many pieces', Array.from({ length: 50 }, () => 20), true, whole, '1000', 'keep-alive'],
    ['too large by a little: read on', [400, 601], true, whole, '413', 'keep-alive'],
    ['too large by far: the connection ends', [600, 600, 4_001], true, whole, '413', 'close'],
    ['without an end, within the limit: the connection ends', [400], false, whole, '408', 'close'],
    ['not wanted: read on', [400, 600], true, nothing, 'not read', 'keep-alive'],
    ['not wanted, too large by far: the connection ends', [4_001], true, nothing, 'not read', 'close'],
    ['not wanted, without an end: the connection ends', [400], false, nothing, 'not read', 'close'],
    ['empty', [], true, whole, '0', 'keep-alive'],
  ] as const)('%s', async (_, pieces, ends, how, outcome, connection) => {
    handle = how
    if (!ends) bounds = HASTY
    const { text, connection: told } = await send(pieces, ends)
    expect(text).toContain(outcome === '413' ? 'too large' : outcome === '408' ? 'in time' : outcome)
    expect(told).toBe(connection)
  })

  test('a length that is too large is refused before anything is read', async () => {
    handle = whole
    expect((await send([2_000], true, { ...ID, 'content-length': '2000' })).text).toContain('too large')
  })

  test('an exchange is forgotten when it has ended', async () => {
    handle = nothing
    await send([10])
    expect(exchangeOf('c0ffee')).toBeUndefined()
  })
})

test('a body that breaks off is a bad request, not a fault of ours', async () => {
  const stream = new Blob(['a']).stream() as ReadableStream<Uint8Array>
  const broken = Readable.toWeb(
    Readable.from(
      (async function* () {
        yield* stream
        throw new Error('aborted')
      })(),
    ),
  ) as ReadableStream<Uint8Array>
  await expect(openBody(broken, undefined).read(new Headers(), MOST)).rejects.toMatchObject({ status: 400 })
})
