import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { createDataverseClient, type DataverseClient } from '../../../shared/dataverse/client.ts'
import { parseErrorBody } from '../../../shared/dataverse/errors.ts'
import { createMetadataCache } from '../../../shared/dataverse/metadata-cache.ts'
import { retryAfterSeconds, waitBeforeRetry } from '../../../shared/dataverse/throttling.ts'
import { startUpstream, type Upstream } from '../mcp/upstream.ts'
import { COLUMNS } from './fixtures.ts'

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(async () => await upstream.stop())
beforeEach(() => {
  upstream.seen.length = 0
})

const client = (url = upstream.url): DataverseClient =>
  createDataverseClient({
    url,
    token: 'secret-token',
    fetch,
    signal: AbortSignal.timeout(5_000),
    deadline: Date.now() + 5_000,
    now: () => Date.now(),
  })

describe('addresses', () => {
  test.each([
    'https://evil.example/api/data/v9.2/accounts',
    '//evil.example/api/data/v9.2/accounts',
    'http://127.0.0.1:1/api/data/v9.2/accounts',
    'javascript:alert(1)',
    'not a link',
  ])('%s is refused', (link) => {
    expect(() => client().pathOf(link)).toThrow(expect.objectContaining({ code: 'foreign_link' }))
  })

  test.each(['/api/data/v9.2/../../admin', '/other/accounts', '/api/data/v9.2/accounts#x'])('%s is refused', (path) => {
    expect(() => client().pathOf(upstream.url + path)).toThrow(expect.objectContaining({ code: 'foreign_link' }))
  })

  test('a user name in front of the host is refused', () => {
    const link = upstream.url.replace('http://', 'http://u@') + '/api/data/v9.2/accounts'
    expect(() => client().pathOf(link)).toThrow(expect.objectContaining({ code: 'foreign_link' }))
  })

  test('a path that climbs out of the API is never requested', async () => {
    await expect(client().get('../../admin', z.unknown())).rejects.toMatchObject({ code: 'foreign_link' })
    expect(upstream.seen).toHaveLength(0)
  })

  test('a URL over 32,768 characters is refused before it is sent', async () => {
    await expect(client().get(`accounts?x=${'y'.repeat(33_000)}`, z.unknown())).rejects.toMatchObject({
      code: 'query_too_long',
    })
    expect(upstream.seen).toHaveLength(0)
  })
})

describe('answers', () => {
  test.each([
    [401, '', 'DataverseTokenRefused', undefined],
    [403, { error: { code: '0x80040220', message: 'no' } }, 'DataverseError', '0x80040220'],
    [404, '<html>', 'DataverseError', 'HTTP 404'],
    [500, { error: { code: '', message: '' } }, 'DataverseError', 'HTTP 500'],
    [301, '', 'DataverseError', 'HTTP 301'],
    [200, 'no json', 'DataverseError', 'unreadable'],
    [200, { value: 'no list' }, 'DataverseError', 'unreadable'],
  ])('status %s with %j', async (status, body, name, code) => {
    upstream.answer = () => ({ status, body })
    const asked = client().get('accounts', z.object({ value: z.array(z.unknown()) }))
    await expect(asked).rejects.toMatchObject({ name, ...(code && { code }) })
  })

  test('no error holds the token', async () => {
    const unreachable = client('http://127.0.0.1:1').get('accounts', z.unknown())
    const error: unknown = await unreachable.catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'unreachable' })
    expect(JSON.stringify(error) + String((error as Error).cause)).not.toContain('secret-token')
  })

  test('the trace is cut off', () => {
    const body = JSON.stringify({
      error: { code: '1', message: 'Bad name.\r\n   at Microsoft.Crm.Query()\r\n   at X' },
    })
    expect(parseErrorBody(400, body)).toEqual({ code: '1', text: 'Bad name.' })
  })
})

describe('throttling', () => {
  const answer = { status: 429, retryAfter: '2', retries: 0, now: 1_000, deadline: 40_000 }
  test.each([
    ['a short wait', answer, 2_000],
    ['503', { ...answer, status: 503 }, 2_000],
    ['another status', { ...answer, status: 500 }, undefined],
    ['no header', { ...answer, retryAfter: null }, undefined],
    ['nonsense', { ...answer, retryAfter: 'soon' }, undefined],
    ['a long wait', { ...answer, retryAfter: '6' }, undefined],
    ['the third time', { ...answer, retries: 2 }, undefined],
    ['no time left', { ...answer, deadline: 4_000 }, undefined],
  ])('%s', (_what, throttled, wait) => expect(waitBeforeRetry(throttled)).toBe(wait))

  test('Retry-After as a date', () => {
    expect(retryAfterSeconds('Thu, 01 Jan 1970 00:01:00 GMT', 57_000)).toBe(3)
    expect(retryAfterSeconds('Thu, 01 Jan 1970 00:00:00 GMT', 57_000)).toBe(0)
  })

  test('a request throttled for ever is made three times, no more', async () => {
    upstream.answer = () => ({ status: 429, headers: { 'retry-after': '0' }, body: '' })
    const one = client()
    await expect(one.get('accounts', z.unknown())).rejects.toMatchObject({ kind: 'throttled', retryAfterSeconds: 0 })
    expect(one.requests()).toBe(3)
  })
})

describe('metadata cache', () => {
  test('loads once for many at once, and again after its time', async () => {
    let time = 0
    let loads = 0
    const { columns } = createMetadataCache({ now: () => time, ttlMs: 100 })
    const load = async (): Promise<typeof COLUMNS> => {
      loads += 1
      return COLUMNS
    }
    await Promise.all(Array.from({ length: 10 }, () => columns.get('a', load)))
    expect(loads).toBe(1)
    time = 101
    await columns.get('a', load)
    expect(loads).toBe(2)
    await columns.get('a', load, 102)
    expect(loads).toBe(3)
  })

  test('one person’s failure is not another’s', async () => {
    const { columns } = createMetadataCache({ now: () => 0 })
    const failing = columns.get('a', () => Promise.reject(new Error('token of the first person ended')))
    const joined = columns.get('a', async () => COLUMNS)
    await expect(failing).rejects.toThrow('first person')
    expect(await joined).toBe(COLUMNS)
  })

  test('keeps no more than its bound', async () => {
    let loads = 0
    const { columns } = createMetadataCache({ now: () => 0, maxEntities: 2 })
    const load = async (): Promise<typeof COLUMNS> => {
      loads += 1
      return COLUMNS
    }
    for (const key of ['a', 'b', 'c', 'a']) await columns.get(key, load)
    expect(loads).toBe(4)
  })
})
