import { afterAll, beforeAll, expect, test } from '@jest/globals'
import * as z from 'zod'
import { DataverseError } from '../../../../shared/dataverse/errors.ts'
import { readBeside, type Beside } from '../../../../shared/dataverse/web-api/read-beside.ts'
import { startUpstream, type Upstream } from '../../mcp/support/upstream.ts'
import { clientOf } from '../support/wire.ts'

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(async () => await upstream.stop())

const PAGE = { path: 'accounts', schema: z.object({ value: z.array(z.string()) }) }
const BESIDE: Beside = {
  path: 'totals',
  isOptional: true,
  schema: z.object({ value: z.tuple([z.int()]) }).transform(({ value: [rows] }) => [`${rows} more`]),
}
const refused = (status: number, headers = {}) => ({ status, headers, body: { error: { code: '0x1', message: 'no' } } })

test.each([
  ['an answer', { body: { value: [3] } }, ['3 more']],
  ['a refusal', refused(403), []],
  ['too many rows to add up', refused(400), []],
  ['throttled, with a long wait', refused(429, { 'Retry-After': '30' }), []],
  ['down', refused(503, { 'Retry-After': '30' }), []],
  ['an answer that nobody can read', { body: { value: 'x' } }, []],
])('beside a page: %s leaves the page as it is, in one request', async (_what, answer, said) => {
  upstream.seen.length = 0
  upstream.answer = ({ path }) => (path === 'totals' ? answer : { body: { value: ['page'] } })
  const client = clientOf(upstream.url)
  expect(await readBeside(client, PAGE, BESIDE)).toEqual({ answer: { value: ['page'] }, said })
  expect([client.requests(), upstream.seen.length]).toEqual([1, 1])
})

test('what the page is refused for is thrown, whatever is told beside it', async () => {
  upstream.answer = ({ path }) => (path === 'totals' ? { body: { value: [3] } } : refused(403))
  await expect(readBeside(clientOf(upstream.url), PAGE, BESIDE)).rejects.toThrow(DataverseError)
})

test('a page alone is no batch', async () => {
  upstream.seen.length = 0
  upstream.answer = () => ({ body: { value: ['page'] } })
  expect(await readBeside(clientOf(upstream.url), PAGE, undefined)).toEqual({ answer: { value: ['page'] }, said: [] })
  expect(upstream.seen.map(({ path }) => path)).toEqual(['accounts'])
})
