import { describe, expect, test } from '@jest/globals'
import { withErrorBoundary } from '../../../shared/http/error-boundary.ts'
import { errorPage } from '../../../shared/http/error-page.ts'
import { createPages } from '../../../shared/http/page.ts'
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
    expect(events[0]).toMatchObject({ name: 'request.failed', step: '/path', status: 500, correlationId: 'c0ffee' })
    expect(JSON.stringify({ json, html, events })).not.toMatch(/dma_secret|priya/)
  })
})

describe('a WireError', () => {
  test('is shown as it is; its cause is not, and a refusal is no failure', async () => {
    const { json, html, events } = await meet(
      new WireError(429, 'temporarily_unavailable', 'Wait.', {
        headers: { 'retry-after': '7' },
        cause: new Error(LEAK),
      }),
    )
    for (const reply of [json, html]) expect(reply).toMatchObject({ status: 429, headers: { 'retry-after': '7' } })
    expect(JSON.parse(json.body ?? '')).toMatchObject({ error: 'temporarily_unavailable', error_description: 'Wait.' })
    expect(JSON.stringify({ json, html })).not.toMatch(/dma_secret|priya/)
    expect(events).toEqual([])
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
