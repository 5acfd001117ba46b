import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AUDIT_COLUMNS, rowOf } from '../../../../shared/telemetry/ingestion/columns.ts'
import { createSendRows, type IngestionDeps } from '../../../../shared/telemetry/ingestion/send-rows.ts'
import { FIELD_NAMES } from '../../../../shared/telemetry/format-event.ts'
import { RULE, startIngestion, STREAM, TOKEN, type Ingestion } from './stand-in.ts'

let ingestion: Ingestion
const scopes: string[] = []
beforeAll(async () => {
  ingestion = await startIngestion()
})
afterAll(async () => await ingestion.close())

const sender = (change: Partial<IngestionDeps> = {}) =>
  createSendRows({
    endpoint: ingestion.url,
    ruleId: RULE,
    stream: STREAM,
    fetch,
    token: async (scope) => {
      scopes.push(scope)
      return TOKEN
    },
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    ...change,
  })
const row = (id: string, more: object = {}) =>
  JSON.stringify([{ ...rowOf('tool.called', { tool: 'query_crm', rows: 3 }, id, Date.now()), ...more }])

describe('rows on the wire', () => {
  test('are taken, and stand in the table as they were told', async () => {
    expect(await sender()(row('w-1'))).toEqual({ kind: 'taken' })
    expect(ingestion.rows().at(-1)).toMatchObject({ EventId: 'w-1', Event: 'tool.called', Tool: 'query_crm', Rows: 3 })
    expect(ingestion.unmatched()).toEqual([])
    expect(scopes).toEqual(['https://monitor.azure.com/.default'])
  })

  test.each<[string, Partial<IngestionDeps>, object]>([
    ['without the role', { token: () => Promise.resolve('another') }, { kind: 'again', reason: 'status 403' }],
    ['to no rule', { ruleId: RULE.replace('0', 'f') }, { kind: 'again', reason: 'status 404' }],
    ['to no stream of it', { stream: 'Custom-Other' }, { kind: 'refused', reason: 'status 400' }],
    ['without a token', { token: () => Promise.reject(new TypeError('no')) }, { kind: 'again', reason: 'TypeError' }],
    ['to nobody', { endpoint: 'http://127.0.0.1:9' }, { kind: 'again', reason: expect.any(String) as unknown }],
  ])('%s: not taken', async (_what, change, verdict) => {
    expect(await sender(change)(row('w-2'))).toEqual(verdict)
  })

  test.each<[number, string | undefined, object]>([
    [429, '7', { kind: 'again', reason: 'status 429', afterMs: 7_000 }],
    [429, 'Thu, 01 Jan 2026 00:00:30 GMT', { kind: 'again', reason: 'status 429', afterMs: 30_000 }],
    [503, '86400', { kind: 'again', reason: 'status 503', afterMs: 120_000 }],
    [500, 'soon', { kind: 'again', reason: 'status 500' }],
    [500, undefined, { kind: 'again', reason: 'status 500' }],
  ])('a %i with Retry-After %s', async (status, retryAfter, verdict) => {
    ingestion.fail({ status, ...(retryAfter !== undefined && { retryAfter }) })
    expect(await sender()(row('w-3'))).toEqual(verdict)
  })

  test.each<[string, Partial<IngestionDeps>]>([
    ['an identity', { token: () => new Promise(() => undefined) }],
    ['an endpoint', { fetch: () => new Promise(() => undefined) }],
  ])('%s that never answers is not waited for', async (_what, change) => {
    expect(await sender({ ...change, timeoutMs: 50 })(row('w-5'))).toMatchObject({ kind: 'again' })
  })

  test('more than a call holds', async () => {
    expect(await sender()(row('w-4', { Reason: 'x'.repeat(1_100_000) }))).toEqual({ kind: 'tooLarge' })
  })

  test.each([
    ['https://a.westeurope-1.ingest.monitor.azure.com', 'https://monitor.azure.com/.default'],
    ['https://a.usgovvirginia-1.ingest.monitor.azure.us', 'https://monitor.azure.us/.default'],
    ['https://a.chinanorth3-1.ingest.monitor.azure.cn', 'https://monitor.azure.cn/.default'],
  ])('%s takes tokens for %s', async (endpoint, scope) => {
    const asked: string[] = []
    const token = (one: string) => {
      asked.push(one)
      return Promise.reject(new Error('none'))
    }
    await sender({ endpoint, token })('[]')
    expect(asked).toEqual([scope])
  })
})

describe('columns', () => {
  test('are one for each field, and none is a name that the table keeps for itself', () => {
    expect(AUDIT_COLUMNS).toHaveLength(FIELD_NAMES.length + 3)
    const reserved = ['id', 'tenantid', 'type', 'title', 'uniqueid', '_resourceid']
    for (const { name } of AUDIT_COLUMNS) {
      expect(name).toMatch(/^[A-Za-z]\w{0,44}$/)
      expect(reserved).not.toContain(name.toLowerCase())
    }
  })

  test('are those that are deployed', () => {
    expect(JSON.parse(readFileSync('infra/monitor/audit-columns.json', 'utf8'))).toEqual(AUDIT_COLUMNS)
  })

  test('an event with every field matches them', async () => {
    const all = Object.fromEntries(FIELD_NAMES.map((field) => [field, 1]))
    await sender()(JSON.stringify([rowOf('tool.called', all, 'w-9', Date.now())]))
    expect(Object.keys(ingestion.rows().at(-1) ?? {})).toEqual(AUDIT_COLUMNS.map(({ name }) => name))
    expect(ingestion.unmatched()).toEqual([])
  })
})
