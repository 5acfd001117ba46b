import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { readBatch } from '../../../../shared/dataverse/web-api/batch-body.ts'
import type { Read } from '../../../../shared/dataverse/web-api/web-api.ts'
import { multipart, startUpstream, type Upstream } from '../../mcp/support/upstream.ts'
import { clientOf } from '../support/wire.ts'

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(async () => await upstream.stop())
beforeEach(() => {
  upstream.seen.length = 0
  upstream.answer = ({ path }) => ({ body: { value: [path] } })
  upstream.batch = () => undefined
})

const List = z.object({ value: z.array(z.string()) })
const reads = (...paths: string[]): Read<z.output<typeof List>>[] => paths.map((path) => ({ path, schema: List }))
const throttled = { status: 429, headers: { 'Retry-After': '0' }, body: { error: { code: '0x80072322', message: '' } } }

describe('$batch', () => {
  test('is one request, answered in order', async () => {
    const client = clientOf(upstream.url)
    const results = await client.batch(reads('accounts', "contacts?$filter=name%20eq%20'a'", 'leads'))
    expect(results).toEqual(['accounts', 'contacts', 'leads'].map((path) => ({ ok: true, value: { value: [path] } })))
    expect(client.requests()).toBe(1)
    expect(upstream.seen).toHaveLength(1)
  })

  test('is written as documented: every part with the headers of a read, none with the token', async () => {
    await clientOf(upstream.url).batch([
      { path: 'accounts?$select=name', schema: List, pageSize: 5 },
      { path: 'leads', schema: List },
    ])
    const { headers, body, parts } = upstream.seen[0]!
    const boundary = /^multipart\/mixed; boundary="(batch_\w*)"$/.exec(headers['content-type'] ?? '')?.[1] ?? 'none'
    expect(headers).toMatchObject({ prefer: 'odata.continue-on-error', 'odata-version': '4.0' })
    expect(body.startsWith(`--${boundary}\r\nContent-Type: application/http\r\n`)).toBe(true)
    expect(body.endsWith(`\r\n--${boundary}--\r\n`)).toBe(true)
    expect(body).toContain('\r\n\r\nGET /api/data/v9.2/accounts?$select=name HTTP/1.1\r\n')
    expect(body.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(body).not.toContain('secret-token')
    expect(parts.map((part) => part.headers.prefer)).toEqual([
      'odata.include-annotations="*",odata.maxpagesize=5',
      'odata.include-annotations="*"',
    ])
  })

  test('one that is refused, or that nobody can read, does not stop the others', async () => {
    upstream.answer = ({ path }) => {
      if (path === 'contacts') return { status: 403, body: { error: { code: '0x80040220', message: 'no' } } }
      return path === 'leads' ? { body: { value: 7 } } : { body: { value: [path] } }
    }
    const results = await clientOf(upstream.url).batch(reads('accounts', 'contacts', 'leads', 'tasks'))
    expect(results.map((result) => (result.ok ? 'ok' : result.error.code))).toEqual([
      'ok',
      '0x80040220',
      'unreadable',
      'ok',
    ])
  })

  test('a 401 in a part is a refused token', async () => {
    upstream.answer = ({ path }) => (path === 'contacts' ? { status: 401, body: '' } : { body: { value: [] } })
    const asked = clientOf(upstream.url).batch(reads('accounts', 'contacts'))
    await expect(asked).rejects.toMatchObject({ name: 'DataverseTokenRefused' })
  })

  test('a part that is throttled is asked for again, alone', async () => {
    let left = 2
    upstream.answer = ({ path }) => {
      if (path === 'contacts' && left > 0) left -= 1
      else return { body: { value: [path] } }
      return throttled
    }
    const results = await clientOf(upstream.url).batch(reads('accounts', 'contacts', 'leads'))
    expect(results.map((result) => result.ok && result.value.value[0])).toEqual(['accounts', 'contacts', 'leads'])
    const asked = upstream.seen.map(({ parts }) => parts.map(({ path }) => path))
    expect(asked).toEqual([['accounts', 'contacts', 'leads'], ['contacts'], ['contacts']])
  })

  test('a part throttled for ever fails alone', async () => {
    upstream.answer = ({ path }) => (path === 'contacts' ? throttled : { body: { value: [path] } })
    const [first, second] = await clientOf(upstream.url).batch(reads('accounts', 'contacts'))
    expect(first?.ok).toBe(true)
    expect(second).toMatchObject({ ok: false, error: { kind: 'throttled' } })
    expect(upstream.seen).toHaveLength(4)
  })

  test('one that is throttled as a whole is repeated as a whole', async () => {
    let left = 1
    upstream.batch = () => {
      left -= 1
      return left < 0 ? undefined : { status: 503, headers: { 'retry-after': '0' }, body: '' }
    }
    const results = await clientOf(upstream.url).batch(reads('accounts', 'contacts'))
    expect(results.every(({ ok }) => ok)).toBe(true)
    expect(upstream.seen.map(({ parts }) => parts.length)).toEqual([2, 2])
  })

  test.each([
    [401, 'DataverseTokenRefused'],
    [400, 'DataverseError'],
  ])('status %s of the whole is thrown', async (status, name) => {
    upstream.batch = () => ({ status, body: '' })
    await expect(clientOf(upstream.url).batch(reads('accounts'))).rejects.toMatchObject({ name })
  })

  test('a part can name no other server and no other API', async () => {
    const asked = clientOf(upstream.url).batch(reads('accounts', '../../../admin'))
    await expect(asked).rejects.toMatchObject({ code: 'foreign_link' })
    expect(upstream.seen).toHaveLength(0)
  })
})

describe('the answer of a $batch', () => {
  const TYPE = 'multipart/mixed; boundary=b_1'
  const good = multipart('b_1', [{ body: { a: '\r\n--b_1' } }, { status: 404, body: '' }])

  test.each([TYPE, 'Multipart/Mixed;charset=utf-8; boundary="b_1"'])('is read with %s', (type) => {
    const [first, second] = readBatch(type, good, 2)
    expect(JSON.parse(first?.body ?? '')).toEqual({ a: '\r\n--b_1' })
    expect(second).toMatchObject({ status: 404, retryAfter: null })
  })

  test('holds Retry-After of a part', () => {
    expect(readBatch(TYPE, multipart('b_1', [throttled]), 1)[0]).toMatchObject({ status: 429, retryAfter: '0' })
  })

  test.each([
    ['no content type', null, good],
    ['another content type', 'application/json', good],
    ['no boundary', 'multipart/mixed', good],
    ['another boundary', 'multipart/mixed; boundary=b_2', good],
    ['nothing', TYPE, ''],
    ['no end', TYPE, good.replace('--b_1--', '')],
    ['line feeds alone', TYPE, good.replaceAll('\r\n', '\n')],
    ['too few parts', TYPE, multipart('b_1', [{ body: {} }])],
    ['too many parts', TYPE, multipart('b_1', [{ body: {} }, { body: {} }, { body: {} }])],
    ['something before it', TYPE, `x\r\n${good}`],
    ['a part of another kind', TYPE, good.replace('application/http', 'text/plain')],
    ['no status line', TYPE, good.replace('HTTP/1.1 200 Reason\r\n', '')],
    ['a status that is none', TYPE, good.replace('HTTP/1.1 200', 'HTTP/1.1 999')],
    ['a header that is none', TYPE, good.replace('OData-Version: 4.0', 'OData-Version')],
    ['a head without end', TYPE, `--b_1\r\nContent-Type: application/http\r\n--b_1--`],
  ])('is refused with %s', (_what, type, body) => {
    expect(() => readBatch(type, body, 2)).toThrow(expect.objectContaining({ code: 'unreadable' }))
  })
})
