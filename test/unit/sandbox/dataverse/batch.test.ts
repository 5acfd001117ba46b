import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import { person } from '../../../sandbox/people.ts'
import type { Harness, Loose } from './harness.ts'
import { MANAGER, REP, startHarness } from './harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
beforeEach(() => harness.dataverse.reset())
afterAll(() => harness.close())

type Options = { readonly prefer?: string; readonly contentType?: string; readonly path?: string }
type BatchReply = { readonly status: number; readonly headers: Headers; readonly text: string }

async function send(body: string, options: Options = {}): Promise<BatchReply> {
  const { prefer, contentType = 'multipart/mixed; boundary="batch_1"', path = '$batch' } = options
  const headers = {
    authorization: `Bearer ${await harness.mint(MANAGER)}`,
    'content-type': contentType,
    ...(prefer !== undefined && { prefer }),
  }
  const response = await fetch(`${harness.dataverse.url}/api/data/v9.2/${path}`, { method: 'POST', headers, body })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const ENVELOPE = 'Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n'
const get = (url: string, headers = ''): string => `${ENVELOPE}GET ${url} HTTP/1.1\r\n${headers}\r\n\r\n`
const batch = (...parts: readonly string[]): string =>
  `${parts.map((part) => `--batch_1\r\n${part}`).join('')}--batch_1--\r\n`

type PartReply = { readonly status: number; readonly head: string; readonly body: Loose }

/** Cuts an answer as a client would, asserting on its frame. */
function partsOf({ headers, text }: BatchReply): PartReply[] {
  const boundary = /^multipart\/mixed; boundary=(batchresponse_[0-9a-f-]{36})$/.exec(
    headers.get('content-type') ?? '',
  )?.[1]
  expect(boundary).toBeDefined()
  expect(text.endsWith(`\r\n--${boundary}--\r\n`)).toBe(true)
  return text
    .split(`--${boundary}\r\n`)
    .slice(1)
    .map((section) => {
      const [envelope = '', head = '', ...rest] = section.split('\r\n\r\n')
      expect(envelope).toBe('Content-Type: application/http\r\nContent-Transfer-Encoding: binary')
      const json = rest.join('\r\n\r\n').replace(`\r\n--${boundary}--\r\n`, '')
      return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]), head, body: JSON.parse(json) }
    })
}

describe('a batch of reads', () => {
  test('answers in order, whatever form a URL has, each part with its own headers', async () => {
    const reply = await send(
      batch(
        get('WhoAmI'),
        get('/api/data/v9.2/accounts?$top=1&$select=name', 'Accept: application/json\r\nOData-Version: 4.0\r\n'),
        get(
          `${harness.dataverse.url}/api/data/v9.2/opportunities?$top=1&$select=estimatedvalue`,
          'Prefer: odata.include-annotations="*"\r\n',
        ),
      ),
      { prefer: 'odata.include-annotations="*"' },
    )
    expect(reply.status).toBe(200)
    expect(reply.headers.get('odata-version')).toBe('4.0')
    const [who, accounts, opportunities] = partsOf(reply)
    expect(who?.body.UserId).toBe(person(MANAGER).systemUserId)
    expect(accounts?.head).toContain(
      'Content-Type: application/json; odata.metadata=minimal; odata.streaming=true\r\nOData-Version: 4.0',
    )
    expect(Object.keys(accounts?.body.value[0] as object)).not.toContain(
      'name@OData.Community.Display.V1.FormattedValue',
    )
    expect(opportunities?.head).toContain('Preference-Applied: odata.include-annotations="*"')
    expect(opportunities?.body.value[0]['estimatedvalue@OData.Community.Display.V1.FormattedValue']).toMatch(/^£/)
  })

  test('is one HTTP request that holds n reads', async () => {
    await send(batch(get('WhoAmI'), get('EntityDefinitions?$select=LogicalName'), get('accounts?$top=1')))
    const counters = harness.dataverse.counters()
    expect(counters).toMatchObject({ total: 1, kinds: { batch: 1, query: 0, whoami: 0, metadata: 0 } })
    expect(counters.parts).toMatchObject({ whoami: 1, metadata: 1, query: 1, batch: 0 })
    harness.dataverse.reset()
    expect(harness.dataverse.counters().parts).toMatchObject({ whoami: 0, query: 0 })
  })

  test('takes a URL of 65,536 characters, not one more, where a GET stops at 32,768', async () => {
    const prefix = "accounts?$select=name&$filter=name eq '"
    const url = (length: number): string => `${prefix}${'x'.repeat(length - prefix.length - 1)}'`.replaceAll(' ', '%20')
    const exact = (length: number): string => url(length - 4)
    expect(exact(65_536)).toHaveLength(65_536)
    expect((await send(batch(get(exact(65_536))))).status).toBe(200)
    const [tooLong] = partsOf(await send(batch(get(exact(65_537)))))
    expect(tooLong).toMatchObject({ status: 414, body: { error: { code: '0x80060888' } } })
    expect((await harness.get(MANAGER, exact(33_000))).status).toBe(414)
  })

  test('500 conditions and links are taken, not one more', async () => {
    const fetch = (count: number): string =>
      `<fetch><entity name="account"><filter>${'<condition attribute="name" operator="null"/>'.repeat(count)}</filter></entity></fetch>`
    const ask = (count: number): string => batch(get(`accounts?fetchXml=${encodeURIComponent(fetch(count))}`))
    expect(partsOf(await send(ask(500)))[0]?.status).toBe(200)
    const [refused] = partsOf(await send(ask(501)))
    expect(refused).toMatchObject({ status: 400, body: { error: { code: '0x8004430c' } } })
  })

  test('is security-trimmed as the person is', async () => {
    const [part] = partsOf(await send(batch(get('quotes?$select=name'))))
    expect(part?.status).toBe(200)
    expect((await harness.get(REP, 'quotes?$select=name')).status).toBe(403)
  })

  test('holds up to 1,000 requests', async () => {
    const many = (count: number): string => batch(...Array.from({ length: count }, () => get('WhoAmI')))
    expect(partsOf(await send(many(1000)))).toHaveLength(1000)
    const reply = await send(many(1001))
    expect([reply.status, JSON.parse(reply.text).error.code]).toEqual([400, '0x80060888'])
    expect(reply.text).toContain("maximum number of '1000'")
  })
})

describe('a part that fails', () => {
  const parts = batch(get('WhoAmI'), get('accountss'), get('WhoAmI'))

  test('ends the batch and gives it its status', async () => {
    const reply = await send(parts)
    expect(reply.status).toBe(404)
    const replies = partsOf(reply)
    expect(replies.map(({ status }) => status)).toEqual([200, 404])
    expect(replies[1]?.head).toMatch(/\r\nREQ_ID: [0-9a-f-]{36}\r\n/)
    expect(replies[1]?.body.error.message).toBe("Resource not found for the segment 'accountss'.")
  })

  test('is passed over with odata.continue-on-error', async () => {
    const reply = await send(parts, { prefer: 'odata.continue-on-error' })
    expect(reply.status).toBe(200)
    expect(partsOf(reply).map(({ status }) => status)).toEqual([200, 404, 200])
  })

  test.each([
    ['a write', `${ENVELOPE}POST accounts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{}\r\n`, 501],
    ['a change set', 'Content-Type: multipart/mixed; boundary=changeset_1\r\n\r\n--changeset_1--\r\n', 501],
    ['a nested batch', `${ENVELOPE}POST /api/data/v9.2/$batch HTTP/1.1\r\n\r\n\r\n`, 400],
    ['another server', get('https://contoso.crm.dynamics.com/api/data/v9.2/accounts'), 400],
    ['a path outside the API', get('/__sandbox/counters'), 404],
    ['impersonation', get('accounts', 'MSCRMCallerID: 1\r\n'), 403],
  ])('%s', async (_name, part, status) => {
    const reply = await send(batch(part))
    expect([reply.status, partsOf(reply).map((one) => one.status)]).toEqual([status, [status]])
  })
})

describe('a batch that is malformed is refused whole', () => {
  const good = get('WhoAmI')
  test.each([
    ['lines that end with LF alone', batch(good).replaceAll('\r\n', '\n'), undefined],
    ['one line that ends with LF alone', batch(good).replace('binary\r\n', 'binary\n'), undefined],
    ['no end', batch(good).replace('--batch_1--\r\n', ''), undefined],
    ['another boundary', batch(good), 'multipart/mixed; boundary=batch_2'],
    ['no boundary', batch(good), 'multipart/mixed'],
    ['JSON', '{"requests":[]}', 'application/json'],
    ['no part', '--batch_1--\r\n', undefined],
    ['no Content-Transfer-Encoding', batch(good.replace('Content-Transfer-Encoding: binary\r\n', '')), undefined],
    ['a part that is no HTTP request', batch(good.replace('application/http', 'application/json')), undefined],
    ['no HTTP version', batch(good.replace(' HTTP/1.1', '')), undefined],
    ['no empty line after the request', batch(`${ENVELOPE}GET WhoAmI HTTP/1.1\r\n`), undefined],
    ['a GET with a body', batch(`${ENVELOPE}GET WhoAmI HTTP/1.1\r\n\r\nbody\r\n`), undefined],
  ])('%s', async (_name, body, contentType) => {
    const reply = await send(body, contentType === undefined ? {} : { contentType })
    expect(reply.headers.get('content-type')).toBe('application/json; odata.metadata=minimal')
    expect([reply.status, JSON.parse(reply.text).error.code]).toEqual([400, '0x80060888'])
  })

  test('GET $batch is no method for it', async () => {
    expect((await harness.get(MANAGER, '$batch')).status).toBe(405)
  })
})

describe('faults hit the batch, once', () => {
  test('a throttled batch is refused whole and the next is served', async () => {
    harness.dataverse.fault({ upn: person(MANAGER).upn, kind: 'throttle', retryAfter: 3, times: 1 })
    const reply = await send(batch(get('WhoAmI'), get('WhoAmI')))
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '3'])
    expect(JSON.parse(reply.text).error.code).toBe('0x80072322')
    expect((await send(batch(get('WhoAmI')))).status).toBe(200)
    expect(harness.dataverse.counters()).toMatchObject({ kinds: { batch: 2 }, parts: { whoami: 1 } })
  })
})
