import { describe, expect, test } from '@jest/globals'
import { createFailures } from '../../../shared/http/bounds/failures.ts'
import { type ShowError, withErrorBoundary } from '../../../shared/http/error-boundary.ts'
import { errorPage } from '../../../shared/http/pages/error-page.ts'
import type { Endpoint, Incoming } from '../../../shared/http/message.ts'
import { createPages } from '../../../shared/http/pages/page.ts'
import { askedBy } from '../../../shared/http/failed-for.ts'
import { reasonOf } from '../../../shared/http/reason-of.ts'
import { errorJson } from '../../../shared/http/replies.ts'
import { WireError } from '../../../shared/http/wire-error.ts'
import type { AuditEvent } from '../../../shared/telemetry/events.ts'
import { incoming } from './incoming.ts'

const LEAK = 'dma_secret priya.nair@harbourpine.example'
const page = createPages({ name: 'CRM', color: '#0B5CAD' })

async function meet(thrown: Error, translate: (error: unknown) => WireError | undefined = () => undefined) {
  const events: AuditEvent[] = []
  const request = incoming({ audit: (event) => void events.push(event) })
  const failing = () => Promise.reject(thrown)
  const json = await withErrorBoundary(failing, translate, (error, { correlationId }) =>
    errorJson(error, correlationId),
  )(request)
  const html = await withErrorBoundary(failing, translate, (error, { correlationId }) =>
    errorPage(page, error, correlationId),
  )(request)
  return { json, html, events }
}

describe('a fault that nobody foresaw', () => {
  test.each([
    ['an error', new Error(LEAK)],
    ['a TypeError', new TypeError(LEAK, { cause: new Error(LEAK) })],
    ['text', LEAK],
    ['an object', { message: LEAK }],
    ['nothing', undefined],
  ])('%s: server_error with a correlation id, and not a word of it', async (_, thrown) => {
    const { json, html, events } = await meet(thrown as Error)
    expect(json).toMatchObject({ status: 500, headers: { 'cache-control': 'no-store' } })
    expect(JSON.parse(json.body ?? '')).toEqual({
      error: 'server_error',
      error_description: 'Something went wrong on our side.',
      correlation_id: 'c0ffee',
    })
    expect(html.status).toBe(500)
    expect(html.body).toContain('c0ffee')
    expect(events[0]).toMatchObject({
      name: 'request.failed',
      step: 'another path',
      status: 500,
      correlationId: 'c0ffee',
    })
    expect(JSON.stringify({ json, html, events })).not.toMatch(/dma_secret|priya/)
  })
})

describe('a failure of somebody who is known', () => {
  const asker = { userId: 'u', clientId: 'c', grantId: 'g' }
  const failing = (error: Error) =>
    askedBy(
      () => asker,
      () => Promise.reject(error),
    )
  const caught = async (error: Error) => (await failing(error).catch((thrown: unknown) => thrown)) as Error

  test('is told with their ids, and shown as ever', async () => {
    const plain = await meet(new Error(LEAK, { cause: new TypeError(LEAK) }))
    const { json, html, events } = await meet(await caught(new Error(LEAK, { cause: new TypeError(LEAK) })))
    expect({ json, html }).toEqual({ json: plain.json, html: plain.html })
    expect(events[0]).toEqual({ ...plain.events[0], ...asker })
  })

  test('that is translated, or is a WireError of ours, is told with them, too', async () => {
    const away = new WireError(503, 'temporarily_unavailable', 'Later.')
    const translated = await meet(await caught(new RangeError(LEAK)), (error) =>
      error instanceof RangeError ? away : undefined,
    )
    const own = await meet(await caught(away))
    for (const { events, json } of [translated, own]) {
      expect(json.status).toBe(503)
      expect(events[0]).toMatchObject({ name: 'request.failed', status: 503, ...asker })
    }
  })

  test('a refusal is the same whoever is refused', async () => {
    const refused = new WireError(400, 'invalid_request', 'No.')
    expect((await meet(await caught(refused))).events).toEqual((await meet(refused)).events)
  })

  test('what the inner work knew stands above what the outer one did', async () => {
    const inner = () =>
      askedBy(
        () => ({ grantId: 'inner' }),
        () => Promise.reject(new Error()),
      )
    const thrown: unknown = await askedBy(() => asker, inner).catch((error: unknown) => error)
    expect((await meet(thrown as Error)).events[0]).toMatchObject({ userId: 'u', grantId: 'inner' })
  })
})

describe('a WireError', () => {
  test('is shown as it is; its cause is not; the log has a line with its reason', async () => {
    const { json, html, events } = await meet(
      new WireError(429, 'temporarily_unavailable', 'Wait.', {
        headers: { 'retry-after': '7' },
        cause: new Error(LEAK),
      }),
    )
    for (const reply of [json, html]) expect(reply).toMatchObject({ status: 429, headers: { 'retry-after': '7' } })
    expect(JSON.parse(json.body ?? '')).toMatchObject({ error: 'temporarily_unavailable', error_description: 'Wait.' })
    expect(JSON.stringify({ json, html })).not.toMatch(/dma_secret|priya/)
    const line = { name: 'request.refused', outcome: 'refused', status: 429, correlationId: 'c0ffee' }
    expect(events).toEqual([expect.objectContaining(line), expect.objectContaining(line)])
    expect(events[0]?.reason).toBe('Wait. (Error)')
    expect(JSON.stringify(events)).not.toMatch(/dma_secret|priya/)
  })

  test('that a lower layer’s error is translated to', async () => {
    const { json } = await meet(new RangeError(LEAK), (error) =>
      error instanceof RangeError ? new WireError(503, 'temporarily_unavailable', 'Later.') : undefined,
    )
    expect(json.status).toBe(503)
  })
})

test('an endpoint that answers is left alone', async () => {
  const answered = withErrorBoundary(
    () => Promise.resolve({ status: 204 }),
    () => undefined,
    () => ({ status: 500 }),
  )
  expect(await answered(incoming())).toEqual({ status: 204 })
})

test.each([
  ['/oauth/token', '/oauth/token'],
  ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource/mcp'],
  ['/mcp/dma_AAAAAAAAAAAAAAAAAAAAAA.BBBB', 'another path'],
  ['/%0a%1b[31m', 'another path'],
  ['/oauth/made-up', 'another path'],
  [`/${'a'.repeat(61)}`, 'another path'],
  ['', 'another path'],
])('of the path %s the log says %s', async (path, step) => {
  const events: AuditEvent[] = []
  const failing = () => Promise.reject(new WireError(400, 'invalid_request', 'No.'))
  const bounded = withErrorBoundary(
    failing,
    () => undefined,
    (error) => ({ status: error.status }),
  )
  await bounded(incoming({ path, audit: (event) => void events.push(event) }))
  expect(events).toMatchObject([{ step }])
})

describe('beyond the limit of failures', () => {
  const MOST = 2
  const stage = () => {
    const events: AuditEvent[] = []
    const key = new Uint8Array(32)
    const failures = createFailures({ most: MOST, windowMs: 600_000, now: () => 1_000, key })
    const show: ShowError = (error, { correlationId }) => errorJson(error, correlationId)
    const ask = async (thrown: unknown, change: Partial<Incoming> = {}) => {
      const endpoint: Endpoint = (request) => {
        if (!(thrown instanceof WireError)) return Promise.resolve({ status: 200 })
        for (const name of ['token.refused', 'refresh.reused'] as const)
          request.audit({ name, outcome: 'refused', reason: 'r' })
        return Promise.reject(thrown)
      }
      const bounded = withErrorBoundary(endpoint, () => undefined, show, failures)
      const reply = await bounded(incoming({ ...change, audit: (event) => void events.push(event) }))
      return { status: reply.status, headers: reply.headers, json: JSON.parse(reply.body ?? '{}') as object }
    }
    return { ask, events, named: (name: string) => events.filter((event) => event.name === name) }
  }
  const refused = (status = 400) => new WireError(status, 'invalid_grant', 'No.')

  test('the next failure is 429 without an id, and not a line; what is valid passes', async () => {
    const { ask, named } = stage()
    for (let at = 0; at < MOST; at++) expect(await ask(refused())).toMatchObject({ status: 400 })
    for (let at = 0; at < 5; at++) {
      const { status, headers, json } = await ask(refused())
      expect([status, headers?.['retry-after']]).toEqual([429, '600'])
      expect(json).not.toHaveProperty('correlation_id')
      expect((await ask('valid')).status).toBe(200)
    }
    expect(named('token.refused')).toHaveLength(MOST)
    expect(named('rate.limited')).toEqual([{ name: 'rate.limited', step: 'another path', count: 3 }])
    expect((await ask(refused(), { clientAddress: '192.0.2.99' })).status).toBe(400)
  })

  test('a security event is written however many there are', async () => {
    const { ask, named } = stage()
    for (let at = 0; at < 6; at++) await ask(refused())
    expect(named('refresh.reused')).toHaveLength(6)
  })

  test('the bearer of what we issued hears the truth, whoever fails beside him', async () => {
    const { ask, named } = stage()
    for (let at = 0; at < 9; at++) await ask(refused())
    const lines = named('token.refused').length
    expect(await ask(refused().blaming({ flow: 'g', issued: true }))).toMatchObject({
      status: 400,
      json: { error: 'invalid_grant', correlation_id: 'c0ffee' },
    })
    expect(named('token.refused')).toHaveLength(lines + 1)
  })

  test('and is not counted under the address, nor logged without end', async () => {
    const { ask, named } = stage()
    for (let at = 0; at < 9; at++) {
      const { status, json } = await ask(refused().blaming({ flow: 'g', clientId: 'c', issued: true }))
      expect(status).toBe(400)
      if (at >= MOST) expect(json).not.toHaveProperty('correlation_id')
    }
    expect(named('token.refused')).toHaveLength(MOST)
    expect((await ask(refused())).status).toBe(400)
    expect((await ask(refused().blaming({ clientId: 'c' }))).status).toBe(400)
  })

  test.each([
    ['client', { clientId: 'a' }, { clientId: 'b' }],
    ['flow', { flow: 'a' }, { flow: 'b' }],
  ])('one %s is counted over all addresses', async (_, one, other) => {
    const { ask } = stage()
    const from = (at: number) => ({ clientAddress: `192.0.2.${at}` })
    for (let at = 0; at < MOST; at++) expect((await ask(refused().blaming(one), from(at))).status).toBe(400)
    expect((await ask(refused().blaming(one), from(50))).status).toBe(429)
    expect((await ask(refused().blaming(other), from(51))).status).toBe(400)
  })

  test('what fails at a host that the asker named is counted and not logged without end, and says so all the same', async () => {
    const { ask, named } = stage()
    for (let at = 0; at < 9; at++) {
      const { status, json } = await ask(refused(503).blaming({ theirs: true }))
      expect(status).toBe(503)
      if (at >= MOST) expect(json).not.toHaveProperty('correlation_id')
    }
    expect(named('request.failed')).toHaveLength(MOST)
    expect(named('rate.limited')).toHaveLength(1)
  })

  test('a fault of ours is neither counted nor hidden', async () => {
    const { ask, named } = stage()
    for (let at = 0; at < 5; at++) expect((await ask(refused(503))).status).toBe(503)
    expect((await ask(refused())).status).toBe(400)
    expect(named('request.failed')).toHaveLength(5)
  })
})

describe('the reason in the log', () => {
  const coded = Object.assign(new Error(LEAK), { code: 'ECONNRESET' })
  test.each([
    ['an error', new TypeError(LEAK), 'TypeError'],
    ['a code', coded, 'Error(ECONNRESET)'],
    [
      'its causes',
      new TypeError(LEAK, { cause: new RangeError(LEAK, { cause: coded }) }),
      'TypeError < RangeError < Error(ECONNRESET)',
    ],
    ['a code that is no text', Object.assign(new Error(LEAK), { code: 7 }), 'Error'],
    ['text', LEAK, 'string'],
    ['nothing', undefined, 'undefined'],
  ])('%s', (_, thrown, reason) => expect(reasonOf(thrown)).toBe(reason))

  test('a chain of causes that never ends', () => {
    const error = new Error(LEAK)
    error.cause = error
    expect(reasonOf(error)).toBe('Error < Error < Error < Error')
  })
})
