import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { createFairLine, type FairLine } from '../../../../shared/mcp/limits/fair-line.ts'
import type { LineBounds } from '../../../../shared/mcp/limits/line-bounds.ts'
import { type Budgets, createMeter } from '../../../../shared/mcp/limits/meter.ts'
import { createUsageCounts } from '../../../../shared/mcp/limits/usage.ts'
import { later, turnsOf } from '../../dataverse/support/turns.ts'
import { caller, callTool, createHarness, type Harness, send, serve } from '../support/harness.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(() => upstream.stop())
const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})
beforeEach(() => {
  upstream.answer = () => ({ delayMs: 5, body: { value: [{ name: 'a' }, { name: 'b' }] } })
})

const now = () => Date.now()
const lineOf = (bounds: Partial<LineBounds>, clock = now): FairLine =>
  createFairLine({ now: clock, later, bounds, afterArrivals: (work) => void setImmediate(work) })
const limited = (budgets: Partial<Budgets>, toolDeadlineMs = 60_000, line = lineOf({})): Harness => {
  const none = { callsPerMinute: 0, callsPerMinuteAll: 0, rowsPerDay: 0, rowsPerDayAll: 0 }
  // A minute that does not end while the test runs.
  const counts = createUsageCounts(() => 30_000)
  const meter = createMeter({ counts, now, budgets: { ...none, ...budgets }, onCounted: () => undefined })
  return createHarness(upstream.url, { toolDeadlineMs }, turnsOf(), { line, meter })
}
const QUERY = { entity: 'account', select: ['name'] }
const query = (harness: Harness, who = 'priya') => callTool(harness, 'query_crm', QUERY, who)
const times = <T>(count: number, work: () => Promise<T>) => Promise.all(Array.from({ length: count }, work))
const SENTENCE =
  'This server answers one person 2 tool calls a minute, and they are used up (setting CALLS_PER_MINUTE).'

describe('a budget that is used up', () => {
  test('is a tool error that names the setting and says when; it costs Dataverse nothing', async () => {
    const harness = limited({ callsPerMinute: 2 })
    await times(2, () => query(harness))
    const before = upstream.seen.length
    const { isError, content, structuredContent } = await query(harness)
    expect(isError).toBe(true)
    const nextStep = 'Wait 30 seconds, then call again.'
    expect(content[0]?.text).toBe(`Error limit_reached: ${SENTENCE}\nNext step: ${nextStep}`)
    expect(structuredContent?.error).toEqual({ code: 'limit_reached', text: SENTENCE, nextStep })
    expect(upstream.seen.length).toBe(before)
    expect((await query(harness, 'marcus')).isError).toBeUndefined()
  })

  test('rows are those of answers; names of tables and columns are none', async () => {
    const harness = limited({ rowsPerDay: 4 })
    await times(3, () => callTool(harness, 'list_entities', {}))
    expect((await query(harness)).isError).toBeUndefined()
    expect((await query(harness)).isError).toBeUndefined()
    expect((await query(harness)).content[0]?.text).toContain('(setting ROWS_PER_DAY).')
  })

  test('listing and greeting are no calls', async () => {
    const harness = limited({ callsPerMinute: 1 })
    const ask = (method: string) => send(harness, { body: { jsonrpc: '2.0', id: 1, method } })
    const answers = await times(5, () => ask('tools/list'))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect((await query(harness)).isError).toBeUndefined()
  })

  test('each call of a batch is one', async () => {
    const harness = limited({ callsPerMinute: 4 })
    const params = { name: 'query_crm', arguments: QUERY }
    const body = Array.from({ length: 10 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'tools/call', params }))
    const answer = await send(harness, { body, headers: { accept: 'application/json' } })
    const results = JSON.parse(answer.body ?? '') as { result: { isError?: boolean } }[]
    expect(results.filter(({ result }) => result.isError !== true)).toHaveLength(4)
    expect(results.filter(({ result }) => result.isError === true)).toHaveLength(6)
  })

  test('a flood of refused calls is a line for the first, the tenth and the hundredth', async () => {
    const harness = limited({ callsPerMinute: 1 }, 60_000, lineOf({ atWork: 200, atWorkPerPerson: 200 }))
    await times(120, () => query(harness))
    const told = harness.events.filter(({ name }) => name === 'limit.reached')
    expect(told.map(({ count, kind, userId }) => [count, kind, userId])).toEqual(
      [1, 10, 100].map((count) => [count, 'CALLS_PER_MINUTE', 'oid-priya']),
    )
    expect(harness.events.filter(({ name }) => name === 'tool.called')).toHaveLength(1)
  })
})

describe('turns among people', () => {
  test('a call finds four of another person’s hundred before it, and not all of them', async () => {
    const harness = createHarness(upstream.url, {}, turnsOf(), { line: lineOf({}) })
    await query(harness, 'marcus')
    let done = 0
    const heavy = times(60, async () => {
      await query(harness)
      done += 1
    })
    await query(harness, 'marcus')
    expect(done).toBeLessThanOrEqual(12)
    await heavy
    expect(done).toBe(60)
  })

  test('a person is one, however many grants and clients they have', async () => {
    const line = lineOf({ atWorkPerPerson: 1, waitingPerPerson: 0 })
    let grants = 0
    const harness = createHarness(upstream.url, {}, turnsOf(), {
      line,
      authenticate: () => {
        grants += 1
        return Promise.resolve({ ...caller('priya'), grantId: `grant-${grants}`, clientId: `client-${grants}` })
      },
    })
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'query_crm', arguments: QUERY } }
    const answers = await times(5, () => send(harness, { body }))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 429, 429, 429, 429])
    expect(line.size()).toEqual({ atWork: 0, waiting: 0, people: 0 })
  })

  test('strangers neither wait nor take anybody’s place', async () => {
    const line = lineOf({ atWork: 0, waiting: 0 })
    const harness = createHarness(upstream.url, {}, turnsOf(), { line })
    const asked = [{ authorization: 'Bearer nobody' }, { authorization: '' }]
    const answers = await Promise.all(asked.map((headers) => send(harness, { headers, body: '{}' })))
    expect(answers.map(({ status }) => status)).toEqual([401, 401])
    expect(line.size().people).toBe(0)
  })

  test('what waited is gone from the time that the tool has', async () => {
    // The line's own clock goes on by nearly all of that time as the first of two is answered, and not by itself.
    let time = 0
    const harness = createHarness(upstream.url, { toolDeadlineMs: 9_000 }, turnsOf(), {
      line: lineOf({ atWorkPerPerson: 1 }, () => time),
    })
    await query(harness)
    upstream.answer = () => {
      const delayMs = time === 0 ? 0 : 1_000
      time = 8_900
      return { delayMs, body: { value: [] } }
    }
    const answers = await times(2, () => query(harness))
    expect(answers.map(({ structuredContent }) => structuredContent?.error?.code)).toEqual([undefined, 'timeout'])
  })
})

/** A client of the official packages, connected until the test ends. */
async function connected(version: '2.x' | '1.x', harness: Harness): Promise<Client | Client1> {
  const served = await serve(harness)
  open.push(served.stop)
  const address = served.url
  const options = { requestInit: { headers: { authorization: 'Bearer token-priya' } } }
  const info = { name: 'test', version: '1' }
  if (version === '1.x') {
    const client = new Client1(info)
    await client.connect(new Transport1(new URL(address), options))
    open.push(() => client.close())
    return client
  }
  const client = new Client(info)
  await client.connect(new StreamableHTTPClientTransport(new URL(address), options))
  open.push(() => client.close())
  return client
}

describe('a call that is sent away', () => {
  const full = (): Harness =>
    createHarness(upstream.url, {}, turnsOf(), { line: lineOf({ atWorkPerPerson: 0, waitingPerPerson: 0 }) })
  const TOLD = 'Too many calls of this person are waiting. Wait 1 seconds, then call again, with fewer calls at once.'

  test('is 429 with Retry-After, as JSON-RPC, and a line in the audit now and then', async () => {
    const harness = full()
    const answers = await times(20, () => send(harness, { body: 'not even JSON' }))
    expect(answers[0]).toMatchObject({ status: 429, headers: { 'retry-after': '1', 'cache-control': 'no-store' } })
    expect(JSON.parse(answers[0]?.body ?? '')).toEqual({
      jsonrpc: '2.0',
      id: null,
      error: { code: -32_000, message: TOLD },
    })
    expect(harness.events.map(({ name, count, userId }) => [name, count, userId])).toEqual(
      [1, 10].map((count) => ['rate.limited', count, 'oid-priya']),
    )
  })

  test.each(['2.x', '1.x'] as const)('the official client %s hands on when to come again', async (version) => {
    // A result of a tool within a 429 reaches nobody: the clients make one error of status and text, whatever it holds.
    const inner = full()
    const roomy = createHarness(upstream.url)
    const harness: Harness = {
      ...roomy,
      endpoint: (request) =>
        (new TextDecoder().decode(request.body).includes('tools/call') ? inner : roomy).endpoint(request),
    }
    const client = await connected(version, harness)
    await expect(client.callTool({ name: 'query_crm', arguments: QUERY })).rejects.toThrow(TOLD)
  })

  test.each(['2.x', '1.x'] as const)(
    'to the official client %s a budget is a result, which a model reads',
    async (version) => {
      const harness = limited({ callsPerMinute: 2 })
      await times(2, () => query(harness))
      const client = await connected(version, harness)
      const result = await client.callTool({ name: 'query_crm', arguments: QUERY })
      expect(result.isError).toBe(true)
      expect(JSON.stringify(result.content)).toContain('Wait 30 seconds, then call again.')
    },
  )
})
