import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { createAdvice } from '../../../../../shared/oauth/clients/admission-advice.ts'
import { createMetadataDocuments } from '../../../../../shared/oauth/clients/documents/client-id-metadata-document.ts'
import type { Network } from '../../../../../shared/oauth/clients/documents/guarded-fetch.ts'
import { DocumentRefused } from '../../../../../shared/oauth/clients/documents/document-refused.ts'
import { resolveHost } from '../../../../../shared/oauth/clients/documents/resolve-host.ts'
import { reasonOf as reasonOfError } from '../../../../../shared/http/reason-of.ts'
import { translateError } from '../../../../../shared/oauth/errors/translate-error.ts'
import { type Answer, type DocumentServer, jsonAnswer, startDocumentServer } from './document-server.ts'
import { type NameServer, startNameServer } from './name-server.ts'

const LISTED = 'chatgpt.com'
const SECOND = 'second.example'
const ID = `https://${LISTED}/oauth/client.json`
let server: DocumentServer
let names: NameServer
let clock: number

beforeAll(async () => {
  server = await startDocumentServer([LISTED, SECOND, 'other.example'])
  names = await startNameServer({
    [LISTED]: ['127.0.0.1'],
    [SECOND]: ['127.0.0.1'],
    'other.example': ['127.0.0.1'],
    'private.example': ['10.0.0.1'],
    'gone.example': 'nxdomain',
  })
})
afterAll(() => Promise.all([server.close(), names.close()]))
beforeEach(() => {
  server.answer = good
  clock = Date.parse('2026-11-24T09:00:00Z')
})
afterEach(() => {
  names.asked.length = server.requests.length = 0
})

/** A document for whatever address is asked for. */
const good: Answer = (request, response) => {
  const clientId = `https://${request.headers.host ?? ''}${request.url ?? ''}`
  const document = { client_id: clientId, client_name: 'Client', redirect_uris: [`https://${LISTED}/cb`] }
  jsonAnswer(document, { 'cache-control': 'no-store' })(request, response)
}
const documents = (allowedDomains: readonly string[], network: Partial<Network> = {}) =>
  createMetadataDocuments({
    allowedDomains,
    redirects: { patterns: [`https://${LISTED}/cb`], loopback: false },
    advise: createAdvice([]),
    now: () => clock,
    network: {
      ...server.network,
      resolve: (host, signal) => resolveHost(host, signal, [names.address]),
      ...network,
    },
  })
const reasonOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'read',
    (error: unknown) => (error as { reason?: unknown }).reason,
  )
const silent = (count: number) => Array.from({ length: count }, (_, at) => `https://silent${at}.example/client.json`)
/** A network whose silences last until a test ends them, however slow the machine is. */
function untilTheEnd(): { readonly network: Partial<Network>; readonly end: () => void } {
  const over = new AbortController()
  const ended = once(over.signal, 'abort')
  const resolve: Network['resolve'] = async (host, signal) => {
    if (!host.startsWith('silent')) return await resolveHost(host, signal, [names.address])
    const found = resolveHost(host, AbortSignal.any([signal, over.signal]), [names.address])
    await Promise.allSettled([found, ended])
    return await found
  }
  return { network: { resolve, deadlineMs: 60_000 }, end: () => over.abort() }
}
function tally(reasons: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const reason of reasons) counts[String(reason)] = (counts[String(reason)] ?? 0) + 1
  return counts
}

describe('a host that the list does not admit', () => {
  test.each([[[LISTED]], [[]]])('by %j, is refused before its name is looked up', async (list) => {
    const { find } = documents(list)
    const reasons = await Promise.all(silent(200).map((id) => reasonOf(find(id))))
    expect(tally(reasons)).toEqual({ 'domain-not-allowed': 200 })
    expect(names.asked).toEqual([])
  })
})

describe('200 hosts whose name servers keep silent, where any host is admitted', () => {
  test('are asked for four at a time; what is too much is refused at once', async () => {
    const { network, end } = untilTheEnd()
    const { find } = documents([LISTED, '*'], network)
    const all = silent(200).map((id) => reasonOf(find(id)))
    const late = reasonOf(find('https://late.example/client.json'))
    expect(await Promise.race([...all.slice(0, 4), late])).toBe('busy')
    await names.until(() => names.asked.length >= 8)
    // Whatever was asked before it comes before it.
    await find(ID)
    expect(new Set(names.asked.filter((name) => name !== LISTED)).size).toBe(4)
    end()
    await Promise.all(all)
  })

  test('all end by the deadline', async () => {
    // Each second a look-up sees whether its own two are over: the deadline comes before the first time.
    const deadlineMs = 900
    const { find } = documents([LISTED, '*'], { deadlineMs })
    const began = performance.now()
    const waiting = Promise.all(silent(200).map((id) => reasonOf(find(id))))
    const { busy = 0, 'too-slow': slow = 0, ...others } = tally(await waiting)
    expect([busy + slow, slow >= 4, busy >= 180, others]).toEqual([200, true, true, {}])
    // Each with a deadline of its own, four at a time, they would take fifty.
    expect(performance.now() - began).toBeLessThan(10 * deadlineMs)
  })

  test('a host of the list waits for none of them', async () => {
    const { network, end } = untilTheEnd()
    const { find } = documents([LISTED, '*'], network)
    const waiting = Promise.all(silent(200).map((id) => reasonOf(find(id))))
    expect(await find(ID)).toMatchObject({ clientId: ID })
    end()
    expect((await waiting).filter((reason) => reason === 'read')).toEqual([])
  })

  test('when they are gone, others are read again', async () => {
    const { network, end } = untilTheEnd()
    const { find } = documents([LISTED, '*'], network)
    const waiting = Promise.all(silent(200).map((id) => reasonOf(find(id))))
    await names.until(() => names.asked.length >= 8)
    end()
    await waiting
    expect(await find('https://other.example/client.json')).toMatchObject({ name: 'Client' })
  })
})

describe('a host of the list that never answers', () => {
  const hung: Parameters<Answer>[1][] = []
  const hanging: Answer = (request, response) => {
    if (request.headers.host === SECOND) hung.push(response)
    else good(request, response)
  }

  test('does not keep another one waiting', async () => {
    server.answer = hanging
    const { find } = documents([LISTED, SECOND], { deadlineMs: 60_000 })
    const stuck = Promise.all(
      Array.from({ length: 50 }, (_, at) => reasonOf(find(`https://${SECOND}/${at}/client.json`))),
    )
    expect(await find(ID)).toMatchObject({ clientId: ID })
    server.answer = good
    for (const response of hung) response.destroy()
    expect(tally(await stuck)).toMatchObject({ busy: expect.any(Number) })
  })

  test('addresses that strangers make up there do not keep out a document that was read before', async () => {
    const { find } = documents([LISTED], { deadlineMs: 60_000 })
    await find(ID)
    server.answer = (request, response) => setTimeout(() => good(request, response), 100)
    const flood = Array.from({ length: 200 }, (_, at) => reasonOf(find(`https://${LISTED}/${at}/x.json`)))
    expect(await find(ID)).toMatchObject({ clientId: ID })
    expect(server.requests.map(({ url }) => url).indexOf('/oauth/client.json', 1)).toBeLessThanOrEqual(9)
    expect(tally(await Promise.all(flood))).toEqual({ read: 19, busy: 181 })
  })
})

describe('a flood of made-up addresses at a host of the list', () => {
  test('does not keep a person elsewhere from a document that was never read here', async () => {
    const { find } = documents([LISTED], { deadlineMs: 60_000 })
    server.answer = (request, response) => setTimeout(() => good(request, response), 50)
    const flood = Array.from({ length: 200 }, (_, at) => reasonOf(find(`https://${LISTED}/${at}/x.json`, 'flood')))
    const people = Array.from({ length: 8 }, (_, at) => find(`https://${LISTED}/${at}/real.json`, `person ${at}`))
    expect(await Promise.all(people)).toHaveLength(8)
    const order = server.requests.map(({ url }) => url.endsWith('real.json'))
    expect(order.lastIndexOf(true)).toBeLessThan(4 + 8 + 4)
    expect(tally(await Promise.all(flood))).toEqual({ read: 12, busy: 188 })
  })
})

describe('a refusal is remembered', () => {
  const refusedBy = (body: unknown): Answer => jsonAnswer(body, { 'cache-control': 'max-age=3600' })
  test.each<[string, string, string, Answer]>([
    ['a private address', 'https://private.example/client.json', 'private-address', good],
    ['another client', ID, 'client-id-mismatch', refusedBy({ client_id: 'x', client_name: 'x', redirect_uris: [ID] })],
    ['what is no document', ID, 'invalid', refusedBy([])],
    ['what is no JSON', ID, 'not-json', (_, response) => response.writeHead(200).end('hello')],
    ['what is not there', ID, 'not-served', (_, response) => response.writeHead(404).end()],
    ['what is for others', ID, 'not-served', (_, response) => response.writeHead(403).end()],
    ['a redirect', ID, 'redirect', (_, response) => response.writeHead(302, { location: '/x' }).end()],
    ['too much', ID, 'too-large', refusedBy('x'.repeat(6_000))],
  ])('for a minute: %s', async (_, id, reason, answer) => {
    server.answer = answer
    const { find } = documents(['*'])
    expect(await reasonOf(find(id))).toBe(reason)
    const cost = [names.asked.length, server.requests.length]
    clock += 59_000
    expect(await reasonOf(find(id))).toBe(reason)
    expect([names.asked.length, server.requests.length]).toEqual(cost)
    clock += 2_000
    await reasonOf(find(id))
    expect(names.asked.length).toBeGreaterThan(cost[0] ?? 0)
  })

  test.each<[string, string, string, Answer, deadlineMs?: number]>([
    ['a name that is not known', 'https://gone.example/client.json', 'unreachable', good],
    ['a server that is ill', ID, 'unreachable', (_, response) => response.writeHead(500).end()],
    ['one that has too much to do', ID, 'unreachable', (_, response) => response.writeHead(429).end()],
    ['one that is slow', ID, 'too-slow', () => undefined, 300],
  ])('for seconds: %s', async (_, id, reason, answer, deadlineMs = 60_000) => {
    server.answer = answer
    const { find } = documents(['*'], { deadlineMs })
    expect(await reasonOf(find(id))).toBe(reason)
    // Both families are asked for, and what is slow may be given up before they have arrived.
    await names.until(() => names.asked.length >= 2)
    const cost = names.asked.length
    clock += 4_000
    expect(await reasonOf(find(id))).toBe(reason)
    expect(names.asked.length).toBe(cost)
    clock += 2_000
    server.answer = good
    await reasonOf(find(id))
    await names.until(() => names.asked.length > cost)
  })

  test('of a hundred at most: a flood of refusals pushes the oldest out', async () => {
    server.answer = refusedBy([])
    const { find } = documents([LISTED])
    for (let at = 0; at <= 100; at += 1) await reasonOf(find(`https://${LISTED}/${at}/x.json`))
    const cost = server.requests.length
    await reasonOf(find(`https://${LISTED}/100/x.json`))
    expect(server.requests.length).toBe(cost)
    await reasonOf(find(`https://${LISTED}/0/x.json`))
    expect(server.requests.length).toBe(cost + 1)
  })
})

test.each(['busy', 'too-slow', 'unreachable'] as const)(
  '%s is 503, counted as the asker’s own, and says which in the log',
  (reason) => {
    const refused = translateError(new DocumentRefused(reason))
    expect(refused).toMatchObject({ status: 503, blame: { theirs: true } })
    expect(reasonOfError(refused)).toContain(`DocumentRefused(${reason})`)
  },
)
