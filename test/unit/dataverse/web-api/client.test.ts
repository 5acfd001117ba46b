import { pause } from '../../../../shared/dataverse/web-api/send-request.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { parseErrorBody } from '../../../../shared/dataverse/errors.ts'
import {
  retryAfterSeconds,
  waitBeforeRetry,
} from '../../../../shared/dataverse/web-api/service-protection/throttling.ts'
import { startUpstream, type Upstream } from '../../mcp/support/upstream.ts'
import { clientOf } from '../support/wire.ts'

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(async () => await upstream.stop())
beforeEach(() => {
  upstream.seen.length = 0
})

const client = (url = upstream.url) => clientOf(url)

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

  test('a URL over 32,768 characters goes by $batch, with its page size', async () => {
    const filter = 'y'.repeat(33_000)
    upstream.answer = ({ query }) => ({ body: { value: [query.get('$filter')?.length] } })
    const answer = await client().get(`accounts?$filter=${filter}`, z.unknown(), { pageSize: 7 })
    expect(answer).toEqual({ value: [33_000] })
    expect(upstream.seen.map(({ path }) => path)).toEqual(['$batch'])
    expect(upstream.seen[0]?.parts[0]?.headers.prefer).toContain('odata.maxpagesize=7')
  })

  test('one over 65,536 characters is refused before it is sent', async () => {
    await expect(client().get(`accounts?x=${'y'.repeat(65_536)}`, z.unknown())).rejects.toMatchObject({
      code: 'query_too_long',
      nextStep: expect.stringContaining('fewer columns'),
    })
    expect(upstream.seen).toHaveLength(0)
  })

  test('what a long one is refused for is thrown as for a short one', async () => {
    upstream.answer = () => ({ status: 404, body: { error: { code: '0x80040217', message: 'gone' } } })
    const long = client().get(`accounts?$filter=${'y'.repeat(33_000)}`, z.unknown())
    await expect(long).rejects.toMatchObject({ code: '0x80040217', status: 404 })
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

describe('headers', () => {
  test('the correlation id goes along when it is a GUID', async () => {
    const correlationId = '0B6A52C4-4A53-4A1B-9D5E-3F0E8A6C7D21'
    upstream.answer = () => ({ body: {} })
    await clientOf(upstream.url, { correlationId }).get('accounts', z.unknown())
    await clientOf(upstream.url, { correlationId: 'a\r\nb' }).get('accounts', z.unknown())
    expect(upstream.seen.map(({ headers }) => headers['x-ms-client-request-id'])).toEqual([correlationId, undefined])
  })

  test('the version of the metadata is told', async () => {
    const versions: string[] = []
    const told = clientOf(upstream.url, { onMetadataVersion: (version) => versions.push(version) })
    upstream.answer = () => ({ body: { '@Microsoft.Dynamics.CRM.globalmetadataversion': '5734', value: [] } })
    await told.get('accounts', z.unknown())
    await told.batch([{ path: 'accounts', schema: z.unknown() }])
    expect(versions).toEqual(['5734', '5734'])
  })
})

describe('throttling', () => {
  const answer = { status: 429, retryAfter: '2', retries: 0, now: 1_000, deadline: 40_000, random: () => 0 }
  test.each([
    ['a short wait', answer, 2_000],
    ['503', { ...answer, status: 503 }, 2_000],
    ['a long wait that the deadline allows', { ...answer, retryAfter: '30' }, 30_000],
    ['a wait past the deadline', { ...answer, retryAfter: '38' }, undefined],
    ['no header: a second, then two, then four', { ...answer, retryAfter: null, retries: 2 }, 4_000],
    ['nonsense', { ...answer, retryAfter: 'soon' }, 1_000],
    ['a date', { ...answer, retryAfter: 'Thu, 01 Jan 1970 00:00:05 GMT' }, 4_000],
    ['chance only ever adds', { ...answer, random: () => 0.999 }, 2_500],
    ['chance adds to no wait at all', { ...answer, retryAfter: '0', random: () => 0.5 }, 25],
    ['another status', { ...answer, status: 500 }, undefined],
    ['the fourth time', { ...answer, retries: 3 }, undefined],
    ['no time left', { ...answer, deadline: 4_000 }, undefined],
  ])('%s', (_what, throttled, wait) => expect(waitBeforeRetry(throttled)).toBe(wait))

  test('Retry-After as a date', () => {
    expect(retryAfterSeconds('Thu, 01 Jan 1970 00:01:00 GMT', 57_000)).toBe(3)
    expect(retryAfterSeconds('Thu, 01 Jan 1970 00:00:00 GMT', 57_000)).toBe(0)
  })

  test.each([
    ['seconds', () => '1'],
    ['a date', () => new Date(Date.now() + 1_000).toUTCString()],
  ])('is waited out as long as %s says', async (_form, retryAfter) => {
    let asked = 0
    upstream.answer = () => {
      asked += 1
      if (asked > 1) return { body: { value: [] } }
      return { status: 429, headers: { 'retry-after': retryAfter() }, body: '' }
    }
    const started = Date.now()
    await client().get('accounts', z.unknown())
    expect(asked).toBe(2)
    // A date has whole seconds, so it may be all but over.
    expect(Date.now() - started).toBeGreaterThanOrEqual(_form === 'seconds' ? 990 : 0)
  })

  test('a request throttled for ever is made four times, no more', async () => {
    upstream.answer = () => ({ status: 429, headers: { 'retry-after': '0' }, body: '' })
    const one = client()
    await expect(one.get('accounts', z.unknown())).rejects.toMatchObject({ kind: 'throttled', retryAfterSeconds: 0 })
    expect(one.requests()).toBe(4)
  })

  test('a deadline that comes while it waits ends the call', async () => {
    const soon = { deadline: Date.now() + 100, now: () => Date.now() }
    await expect(pause(60_000, soon)).rejects.toMatchObject({ kind: 'timeout' })
  })
})

describe('search', () => {
  test('posts to the search API, and leaves the form of the answer to its schema', async () => {
    upstream.answer = () => ({ body: { response: JSON.stringify({ Value: [] }) } })
    const found = await client().search({ search: 'harbour', top: 5 }, z.object({ response: z.string() }))
    expect(JSON.parse(found.response)).toEqual({ Value: [] })
    expect(upstream.seen[0]).toMatchObject({ path: '/api/search/v2.0/query', body: '{"search":"harbour","top":5}' })
  })

  test('is refused and throttled like any other request', async () => {
    upstream.answer = () => ({ status: 400, body: { error: { code: '0x80048D0B', message: 'disabled' } } })
    await expect(client().search({}, z.unknown())).rejects.toMatchObject({ code: '0x80048D0B', kind: 'refused' })
  })
})
