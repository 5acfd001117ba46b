import { afterEach, describe, expect, test } from '@jest/globals'

import { SERVICE_LIMITS } from '../../../../sandbox/dataverse/http/limits.ts'
import type { Limits } from '../../../../sandbox/dataverse/http/limits.ts'
import { person } from '../../../../sandbox/people.ts'
import type { Harness, Reply } from '../harness.ts'
import { ANALYST, MANAGER, NOW, REP, column, startHarness } from '../harness.ts'

let harness: Harness
let running: Harness | undefined
afterEach(async () => {
  await running?.close()
  running = undefined
})

async function begin(options: Parameters<typeof startHarness>[0] = {}): Promise<void> {
  harness = await startHarness(options)
  running = harness
}

const refusal = ({ status, headers, body }: Reply): unknown[] => [
  status,
  body?.error?.code,
  Number(headers.get('retry-after')) >= 1,
]
const many = async (count: number, ask: () => Promise<Reply>): Promise<Reply[]> =>
  Promise.all(Array.from({ length: count }, ask))

/** Of many at once those that are let in stay under way until so many others were refused. */
async function atOnce(upn: string, count: number, refusals: number, ask: () => Promise<Reply>): Promise<Reply[]> {
  const { promise: until, resolve } = Promise.withResolvers<'enough'>()
  harness.dataverse.fault({ upn, kind: 'delay', until })
  let answered = 0
  return await many(count, async () => {
    const reply = await ask()
    if (++answered === refusals) resolve('enough')
    return reply
  })
}

describe('service protection', () => {
  test('is the service’s own unless a test says otherwise', () => {
    expect(SERVICE_LIMITS).toEqual({
      concurrentRequests: 52,
      requests: 6000,
      executionMs: 1_200_000,
      windowSeconds: 300,
    })
  })
  const start = async (limits: Partial<Limits>, now?: () => Date): Promise<void> => {
    await begin({ limits, ...(now && { now }) })
  }

  test('requests over the window: refused until the first has left it', async () => {
    let now = NOW
    await start({ requests: 2 }, () => now)
    const first = await harness.get(REP, 'WhoAmI')
    expect(first.headers.get('x-ms-ratelimit-burst-remaining-xrm-requests')).toBe('1')
    now = new Date(NOW.getTime() + 60_000)
    expect((await harness.get(REP, 'WhoAmI')).status).toBe(200)
    const refused = await harness.get(REP, 'WhoAmI')
    expect(refusal(refused)).toEqual([429, '0x80072322', true])
    expect(refused.headers.get('retry-after')).toBe('240')
    expect(refused.body.error.message).toBe(
      'Number of requests exceeded the limit of 2 over time window of 300 seconds.',
    )
    expect((await harness.get(MANAGER, 'WhoAmI')).status).toBe(200)
    now = new Date(NOW.getTime() + 300_000)
    expect((await harness.get(REP, 'WhoAmI')).status).toBe(200)
    expect((await harness.get(REP, 'WhoAmI')).status).toBe(429)
    harness.dataverse.reset()
    expect((await harness.get(REP, 'WhoAmI')).status).toBe(200)
  })

  test('concurrent requests: those in flight count, and only they', async () => {
    await start({ concurrentRequests: 3 })
    const token = await harness.mint(REP)
    const [replies, other] = await Promise.all([
      atOnce(person(REP).upn, 5, 2, () => harness.get(REP, 'WhoAmI', { token })),
      harness.get(MANAGER, 'WhoAmI'),
    ])
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429])
    const refused = replies.find(({ status }) => status === 429)
    expect(refused && refusal(refused)).toEqual([429, '0x80072326', true])
    expect(refused?.body.error.message).toBe('Number of concurrent requests exceeded the limit of 3.')
    expect(other.status).toBe(200)
    expect((await harness.get(REP, 'WhoAmI', { token })).status).toBe(200)
  })

  test('the fifty-third at once is refused', async () => {
    await start({})
    const token = await harness.mint(REP)
    const replies = await atOnce('*', 53, 1, () => harness.get(REP, 'WhoAmI', { token }))
    expect(replies.filter(({ status }) => status === 429).map(refusal)).toEqual([[429, '0x80072326', true]])
  })

  test('execution time: what slow requests used up', async () => {
    await start({ executionMs: 100 })
    harness.dataverse.fault({ upn: '*', kind: 'delay', ms: 130, times: 1 })
    expect((await harness.get(REP, 'WhoAmI')).status).toBe(200)
    const refused = await harness.get(REP, 'WhoAmI')
    expect(refusal(refused)).toEqual([429, '0x80072321', true])
    expect(refused.headers.get('retry-after')).toBe('300')
    expect(refused.body.error.message).toBe(
      'Combined execution time of incoming requests exceeded limit of 100 milliseconds over time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.',
    )
    expect((await harness.get(MANAGER, 'WhoAmI')).status).toBe(200)
  })

  test('a request that failed or was dropped is no longer in flight', async () => {
    await start({ concurrentRequests: 1 })
    harness.dataverse.fault({ upn: '*', kind: 'drop', times: 1 })
    await expect(harness.get(REP, 'WhoAmI')).rejects.toThrow('fetch failed')
    expect((await harness.get(REP, 'accounts?$filter=nonsense eq 1')).status).toBe(400)
    expect((await harness.get(REP, 'WhoAmI')).status).toBe(200)
  })
})

const BULK = "startswith(name,'Bulk ')"
const bulkFetch = (attributes: string, inner: string): string =>
  `<fetch ${attributes}><entity name="opportunity">${inner}<filter><condition attribute="name" operator="begins-with" value="Bulk "/></filter></entity></fetch>`

describe('many rows', () => {
  test('a page holds 5,000, and a count tells no more', async () => {
    await begin({ bulk: { entity: 'opportunity', count: 5001, owner: 'Priya Nair' } })
    const path = `opportunities?$select=name&$filter=${BULK}&$count=true`
    const first = await harness.get(REP, path, { prefer: 'odata.include-annotations="*"' })
    expect(first.body.value).toHaveLength(5000)
    expect(first.body['@odata.count']).toBe(5000)
    expect(first.body['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded']).toBe(true)
    const second = await harness.get(REP, first.body['@odata.nextLink'] as string)
    expect(second.body.value).toHaveLength(1)
    expect(second.body).not.toHaveProperty(['@odata.nextLink'])
    const names = new Set([...column(first, 'name'), ...column(second, 'name')])
    expect(names.size).toBe(5001)
  })

  test('a FetchXML page holds 5,000 too', async () => {
    await begin({ bulk: { entity: 'opportunity', count: 5001, owner: 'Key Accounts' } })
    const first = await harness.fetchXml(MANAGER, 'opportunities', bulkFetch('', '<attribute name="name"/>'))
    expect(first.body.value).toHaveLength(5000)
    expect(first.body['@Microsoft.Dynamics.CRM.morerecords']).toBe(true)
    const second = await harness.fetchXml(MANAGER, 'opportunities', bulkFetch('page="2"', '<attribute name="name"/>'))
    expect(second.body.value).toHaveLength(1)
  })

  test('an aggregate takes 50,000 rows and no more, of those that the person may read', async () => {
    await begin()
    const count = '<attribute name="opportunityid" aggregate="count" alias="n"/>'
    const ask = (persona: string): Promise<Reply> =>
      harness.fetchXml(persona, 'opportunities', bulkFetch('aggregate="true"', count))
    harness.dataverse.addBulk({ entity: 'opportunity', count: 50_000, owner: 'Lena Schäfer' })
    expect(column(await ask(ANALYST), 'n')).toEqual([50_000])
    harness.dataverse.addBulk({ entity: 'opportunity', count: 50_001, owner: 'Lena Schäfer' })
    const over = await ask(ANALYST)
    expect([over.status, String(over.body.error.code).toLowerCase()]).toEqual([400, '0x8004e023'])
    expect(column(await ask(REP), 'n')).toEqual([0])
    const applied = await harness.get(ANALYST, `opportunities?$apply=filter(${BULK})/aggregate($count as n)`)
    expect(applied.status).toBe(400)
    harness.dataverse.reset()
    expect(column(await ask(ANALYST), 'n')).toEqual([0])
  })

  test('accounts as well; nobody else’s name will do', async () => {
    await begin()
    harness.dataverse.addBulk({ entity: 'account', count: 600, owner: 'Priya Nair' })
    const count = await harness.get(REP, `accounts/$count?$filter=${BULK}`)
    expect(count.text.replace('\uFEFF', '')).toBe('600')
    expect(() => harness.dataverse.addBulk({ entity: 'account', count: 1, owner: 'Nobody' })).toThrow(RangeError)
  })
})
