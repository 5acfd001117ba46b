import { HttpRequest, type HttpRequestInit, InvocationContext } from '@azure/functions'
import { describe, expect, test } from '@jest/globals'
import { type AdapterOptions, toHandler } from '../../../shared/http/azure-adapter.ts'
import { createRefuse } from '../../../shared/http/error-boundary.ts'
import type { Endpoint, Incoming } from '../../../shared/http/message.ts'
import { errorJson } from '../../../shared/http/replies.ts'
import type { AuditEvent } from '../../../shared/telemetry/events.ts'

const MODES = [
  ['buffered', false],
  ['stream', true],
] as const
const URL_ = 'https://crm.example/oauth/token'
/** What a careless library throws. */
const TEXT = 'dma_secret' as unknown as Error
const ok: Endpoint = () => Promise.resolve({ status: 200 })

async function send(init: HttpRequestInit, endpoint: Endpoint = ok, change: Partial<AdapterOptions> = {}) {
  const events: AuditEvent[] = []
  const handler = toHandler(endpoint, {
    maxBodyBytes: 1_000,
    httpStreams: false,
    trustedHops: 1,
    auditOf: () => ({ audit: (event: AuditEvent) => void events.push(event), settled: () => Promise.resolve() }),
    refuse: createRefuse(
      () => undefined,
      (error, { correlationId }) => errorJson(error, correlationId),
    ),
    ...change,
  })
  const request = new HttpRequest({ url: URL_, method: 'POST', ...init })
  const reply = await handler(request, new InvocationContext({ invocationId: 'c0ffee' }))
  return { reply, events, body: typeof reply.body === 'string' ? reply.body : undefined }
}

async function received(init: HttpRequestInit, httpStreams = false): Promise<Incoming> {
  let seen: Incoming | undefined
  const { body } = await send(init, (request) => ((seen = request), ok(request)), { httpStreams })
  if (!seen) throw new Error(`refused: ${body ?? ''}`)
  return seen
}

describe.each(MODES)('in %s mode', (_, httpStreams) => {
  test('an endpoint sees the request whole', async () => {
    const seen = await received(
      {
        url: `${URL_}?a=1&a=2&b=%C3%A9`,
        headers: { 'content-type': 'text/plain', cookie: 'c=d', 'x-forwarded-for': '203.0.113.7:51000' },
        body: { string: 'hé' },
      },
      httpStreams,
    )
    expect(seen).toMatchObject({
      method: 'POST',
      path: '/oauth/token',
      correlationId: 'c0ffee',
      clientAddress: '203.0.113.7',
      cookies: new Map([['c', 'd']]),
    })
    expect([...seen.query]).toEqual([
      ['a', '1'],
      ['a', '2'],
      ['b', 'é'],
    ])
    expect(new TextDecoder().decode(seen.body)).toBe('hé')
  })

  test.each([
    ['413: one byte too many', { body: { bytes: new Uint8Array(1_001) } }, 413],
    ['413: a length that says so', { headers: { 'content-length': '1001' } }, 413],
    ['414', { url: `${URL_}?a=${'a'.repeat(8_192)}` }, 414],
    ['431', { headers: { 'x-long': 'a'.repeat(16_384) } }, 431],
  ])('%s', async (_name, init, status) => {
    const { reply, body, events } = await send(init, ok, { httpStreams })
    expect(reply.status).toBe(status)
    expect(events).toEqual([
      expect.objectContaining({ name: 'request.refused', status, correlationId: 'c0ffee', reason: expect.anything() }),
    ])
    expect(JSON.parse(body ?? '')).toMatchObject({ error: 'invalid_request', correlation_id: 'c0ffee' })
    expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  })

  test('an endpoint is told of chunks that the host has dropped, which stream mode does not', async () => {
    const chunked = { headers: { 'transfer-encoding': 'chunked' } }
    expect((await received(chunked, httpStreams)).bodyDropped).toBe(!httpStreams)
    expect((await received({ ...chunked, body: { string: 'a=b' } }, httpStreams)).bodyDropped).toBe(false)
    expect((await received({}, httpStreams)).bodyDropped).toBe(false)
  })

  test('a body of exactly the limit, and one in chunks that arrived', async () => {
    expect((await received({ body: { bytes: new Uint8Array(1_000) } }, httpStreams)).body).toHaveLength(1_000)
    const chunked = { headers: { 'transfer-encoding': 'chunked' }, body: { string: 'a=b' } }
    expect((await received(chunked, httpStreams)).body).toHaveLength(3)
  })

  test.each([
    ['an error', () => Promise.reject(new Error('dma_secret'))],
    [
      'an error at once',
      () => {
        throw new TypeError('dma_secret')
      },
    ],
    ['text', () => Promise.reject(TEXT)],
  ])('never throws, whatever the endpoint does: %s', async (_name, endpoint) => {
    const { reply, events, body } = await send({}, endpoint, { httpStreams })
    expect(reply.status).toBe(500)
    expect(body).not.toContain('dma_secret')
    expect(events).toMatchObject([
      { name: 'request.failed', step: '/oauth/token', status: 500, correlationId: 'c0ffee' },
    ])
    expect(JSON.stringify(events)).not.toContain('dma_secret')
  })

  test('HEAD has the status and headers of GET, and no body', async () => {
    const endpoint: Endpoint = () => Promise.resolve({ status: 200, headers: { 'x-a': 'b' }, body: 'text' })
    const { reply } = await send({ method: 'HEAD' }, endpoint, { httpStreams })
    expect(reply).not.toHaveProperty('body')
    expect(reply).toMatchObject({ status: 200, headers: { 'x-a': 'b' } })
  })

  test('cookies go by the host’s own way, each Secure, HttpOnly, Lax and bound to the host', async () => {
    const cookies = ['a', 'b'].map((name) => ({ name: `__Host-${name}`, value: name, maxAge: 600 }))
    const { reply } = await send({}, () => Promise.resolve({ status: 303, cookies }), { httpStreams })
    expect(reply.cookies).toEqual(
      cookies.map((cookie) => ({ ...cookie, path: '/', secure: true, httpOnly: true, sameSite: 'Lax' })),
    )
    expect(Object.keys(reply.headers ?? {})).not.toContain('set-cookie')
  })

  test('every answer has the security headers; the endpoint’s own outrank them', async () => {
    const own = { 'referrer-policy': 'same-origin' }
    const { reply } = await send({}, () => Promise.resolve({ status: 200, headers: own }), { httpStreams })
    expect(reply.headers).toEqual({
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'cross-origin-resource-policy': 'same-site',
      ...own,
    })
  })
})

describe('a request that would replace its own headers', () => {
  const REPLACING: readonly [string, HttpRequestInit][] = [
    ['query', { url: `${URL_}?headers=x` }],
    ['query in capitals', { url: `${URL_}?HEADERS=x` }],
    ['query, encoded', { url: `${URL_}?%68eaders=x` }],
    ['JSON member', { body: { string: '{"headers":{"cookie":"a=b"}}' } }],
    [
      'JSON member in capitals, in a form',
      { body: { string: '{"Headers":1}' }, headers: { 'content-type': 'text/plain' } },
    ],
    ['JSON member, escaped', { body: { string: '{"\\u0068eaders":1}' } }],
    // What the host's own parser takes for JSON, and ours does not.
    ['member in single quotes', { body: { string: "{'headers':{'cookie':'a=b'}}" } }],
    ['member without quotes', { body: { string: '{headers:{cookie:"a=b"}}' } }],
    ['member after a comment', { body: { string: '/* {} */{"headers":1}' } }],
    ['member of an object with a comma too many', { body: { string: '{"headers":1,}' } }],
    ['member before the end is missing', { body: { string: '{"headers":' } }],
    ['member under ever more lists', { body: { string: `{"a":${'['.repeat(40)}${']'.repeat(40)},"headers":1}` } }],
  ]
  test.each(REPLACING)('%s: refused in stream mode', async (_, init) => {
    const { reply, body } = await send(init, ok, { httpStreams: true })
    expect(reply.status).toBe(400)
    expect(JSON.parse(body ?? '')).toMatchObject({ error: 'invalid_request' })
  })
  test.each(REPLACING)('%s: an unknown member like any other in buffered mode', async (_, init) => {
    expect((await send(init)).reply.status).toBe(200)
  })
  test.each([
    ['a member further down', { body: { string: '{"a":{"headers":1}}' } }],
    ['a form field', { body: { string: 'headers=1' } }],
    ['a JSON text', { body: { string: '"headers"' } }],
    ['broken JSON without an object', { body: { string: '["headers",' } }],
  ])('%s replaces nothing', async (_, init) => {
    expect((await send(init, ok, { httpStreams: true })).reply.status).toBe(200)
  })
})

test('the client’s address is that of the outermost trusted hop', async () => {
  const headers = { 'x-forwarded-for': 'invented, 203.0.113.7:51000, 147.243.0.1:443' }
  const seen: string[] = []
  const endpoint: Endpoint = (request) => (seen.push(request.clientAddress), ok(request))
  for (const trustedHops of [1, 2]) await send({ headers }, endpoint, { trustedHops })
  expect(seen).toEqual(['147.243.0.1', '203.0.113.7'])
})

describe('a body that nobody may have read', () => {
  test.each(MODES)('is not read, and the endpoint decides without, in %s mode', async (_, httpStreams) => {
    const seen: number[] = []
    const endpoint: Endpoint = (request) => (seen.push(request.body.length), Promise.resolve({ status: 401 }))
    const readsBody = (headers: Headers) => headers.has('authorization')
    const huge = { body: { bytes: new Uint8Array(5_000) } }
    expect((await send(huge, endpoint, { httpStreams, readsBody })).reply.status).toBe(401)
    const allowed = { headers: { authorization: 'Bearer x' }, ...huge }
    expect((await send(allowed, endpoint, { httpStreams, readsBody })).reply.status).toBe(413)
    expect(seen).toEqual([0])
  })
})
