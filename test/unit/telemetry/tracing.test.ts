import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { SpanStatusCode, trace, type Attributes, type Span, type SpanOptions, type Tracer } from '@opentelemetry/api'
import { traceRequest, traceToolCall } from '../../../shared/telemetry/tracing.ts'

type Recorded = { name: string; attributes: Attributes; status?: unknown; ended: number }

/** Records spans in memory; the SDK's own recorder is no dependency of the app. */
const recordSpans = (spans: Recorded[]): Tracer => {
  const startActiveSpan = (name: string, options: SpanOptions, work: (span: Span) => unknown) => {
    const recorded: Recorded = { name, attributes: { ...options.attributes }, ended: 0 }
    spans.push(recorded)
    const span = {
      setAttributes: (attributes: Attributes) => Object.assign(recorded.attributes, attributes),
      setStatus: (status: unknown) => (recorded.status = status),
      end: () => (recorded.ended += 1),
    }
    return work(span as unknown as Span)
  }
  return { startActiveSpan } as unknown as Tracer
}

describe('without an exporter', () => {
  test('the work runs and its result comes back', async () => {
    await expect(traceToolCall('whoami', async () => 42)).resolves.toBe(42)
  })

  test('an error passes through unchanged', async () => {
    const error = new RangeError('no')
    await expect(traceToolCall('whoami', () => Promise.reject(error))).rejects.toBe(error)
  })
})

describe('with an exporter', () => {
  let spans: Recorded[] = []
  beforeEach(() => {
    spans = []
    trace.setGlobalTracerProvider({ getTracer: () => recordSpans(spans) })
  })
  afterEach(() => trace.disable())

  test('a request is a span with what was known before and after', async () => {
    await traceRequest('dataverse', { operation: 'retrieve', host: 'org.crm4.dynamics.com' }, async (note) => {
      note({ status: 200, rows: 3 })
    })
    expect(spans).toEqual([
      {
        name: 'dataverse retrieve',
        attributes: {
          'app.operation': 'retrieve',
          'server.address': 'org.crm4.dynamics.com',
          'http.response.status_code': 200,
          'dataverse.rows': 3,
        },
        ended: 1,
      },
    ])
  })

  test('a failure marks the span with the class of the error, never with its message', async () => {
    const failing = traceToolCall('query_crm', () => Promise.reject(new TypeError("name eq 'Ada Lovelace'")))
    await expect(failing).rejects.toThrow(TypeError)
    expect(spans[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'TypeError' })
    expect(spans[0]?.ended).toBe(1)
    expect(JSON.stringify(spans)).not.toContain('Lovelace')
  })

  test('a fact outside the allow-list is dropped', async () => {
    await traceToolCall('query_crm', async (note) => note({ filter: 'secret' } as never))
    expect(spans[0]?.attributes).toEqual({ 'mcp.tool.name': 'query_crm' })
  })
})
