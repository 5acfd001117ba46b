import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { RULE, startIngestion, STREAM, TOKEN, type Ingestion } from './stand-in.ts'

let ingestion: Ingestion
beforeAll(async () => {
  ingestion = await startIngestion()
})
afterAll(async () => await ingestion.close())

const PATH = `/dataCollectionRules/${RULE}/streams/${STREAM}?api-version=2023-01-01`
const JSON_TYPE = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` }
type Asked = {
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly body?: string
  method?: string
}
const ask = ({ path = PATH, headers = JSON_TYPE, body = '[{"Event":"x"}]', method = 'POST' }: Asked) =>
  fetch(`${ingestion.url}${path}`, { method, headers, ...(method === 'POST' && { body }) })

describe('the stand-in of the Logs Ingestion API refuses', () => {
  test.each<[string, number, Asked]>([
    ['another method', 404, { method: 'GET' }],
    ['another path', 404, { path: '/dataCollectionRules' }],
    ['no api-version', 400, { path: PATH.split('?')[0]! }],
    ['an api-version of before', 400, { path: PATH.replace('2023-01-01', '2021-11-01-preview') }],
    ['no token', 401, { headers: { 'content-type': 'application/json' } }],
    ['a token without the role', 403, { headers: { ...JSON_TYPE, authorization: 'Bearer x' } }],
    ['an unknown rule', 404, { path: PATH.replace('dcr-0', 'dcr-f') }],
    ['an unknown stream', 400, { path: PATH.replace(STREAM, 'Custom-Other_CL') }],
    ['another type', 400, { headers: { ...JSON_TYPE, 'content-type': 'text/plain' } }],
    ['no JSON', 400, { body: '[' }],
    ['no array', 400, { body: '{}' }],
    ['more than 1 MB', 413, { body: JSON.stringify([{ Event: 'x'.repeat(1_048_576) }]) }],
  ])('%s: %i', async (_what, status, asked) => {
    const before = ingestion.rows().length
    expect((await ask(asked)).status).toBe(status)
    expect(ingestion.rows()).toHaveLength(before)
  })
})

describe('the stand-in of the Logs Ingestion API keeps', () => {
  test.each<[string, object, object]>([
    ['what the columns say', { Event: 'x', Rows: 3 }, { Event: 'x', Rows: 3 }],
    ['no name that is no column', { Event: 'x', event: 'y', Other: 1 }, { Event: 'x' }],
    [
      'no value of another type',
      { Event: 5, Rows: 'x', TimeGenerated: 'x' },
      { Event: null, Rows: null, TimeGenerated: null },
    ],
    ['64 KB of a text', { Event: 'x'.repeat(70_000) }, { Event: 'x'.repeat(65_536) }],
  ])('%s', async (_what, sent, kept) => {
    expect((await ask({ body: JSON.stringify([sent]) })).status).toBe(204)
    expect(ingestion.rows().at(-1)).toEqual(kept)
  })

  test('and tells which names were lost', () => {
    expect(ingestion.unmatched()).toEqual(['event', 'Other'])
  })
})
