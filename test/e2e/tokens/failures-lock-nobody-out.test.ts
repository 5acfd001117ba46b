// Not in a bare npm test: floods an instance with requests that fail.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import type { App } from '../../sandbox/functions-host/start.ts'
import { badRequests, createSender } from '../support/bad-requests.ts'
import {
  callTool,
  codeFields,
  connect,
  newParty,
  obtainCode,
  pairOf,
  type Party,
  PRIYA,
  refresh,
  revoke,
  type Session,
  token,
} from '../support/oauth.ts'
import { startStorageProxy, type StorageProxy } from '../support/storage-proxy.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { Tab, transactionOf } from '../support/tab.ts'
import { forge } from '../support/token-forge.ts'

const sandbox = useSandbox()
let storage: StorageProxy
let host: App
let party: Party
beforeAll(async () => {
  storage = await startStorageProxy(sandbox().azurite)
  party = await newParty(sandbox())
})
const CLIENT = 'static-client'
/** An instance that has counted no failure yet; a client that is a setting costs no read itself. */
const startHost = async (): Promise<void> => {
  const more = { STATIC_CLIENT_ID: CLIENT, TABLES_CONNECTION_STRING: storage.connectionString }
  host = await sandbox().startInstance(more)
}
afterAll(() => storage.close())

/** The whole flood is 10,000: `BAD_TOKENS=10000 npm test -- failures-lock-nobody-out`, which takes a minute or two. */
const FLOOD = Number(process.env.BAD_TOKENS ?? 400)
const FLOOD_MS = Math.max(120_000, FLOOD * 60)
const QUERY = { entity: 'account', select: ['name'], top: 3 }
/** Signs in, asks and refreshes by way of the instance that is flooded. */
async function live(): Promise<Session> {
  const session = await connect(sandbox(), PRIYA, { party, base: host.url })
  expect((await callTool(host.url, session.access, 'query_crm', QUERY)).status).toBe(200)
  const pair = pairOf(await refresh(host.url, session, session.refresh))
  expect((await callTool(host.url, pair.access, 'query_crm', QUERY)).status).toBe(200)
  return { ...session, ...pair }
}

test(
  `one address sends ${FLOOD} bad tokens; a person behind it signs in, refreshes and asks without a refusal`,
  async () => {
    await startHost()
    const session = await live()
    const sender = createSender(host.url, 25)
    const statuses = new Map<number, number>()
    let sent = 0
    const worker = async (): Promise<void> => {
      while (sent < FLOOD) {
        const kinds = Object.values(badRequests(party.client.clientId)).slice(0, 11)
        const kind = kinds[sent++ % kinds.length]
        const status = kind ? await sender.send(kind) : 0
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    }
    const flood = Promise.all(Array.from({ length: 20 }, worker))
    let rounds = 0
    while (sent < FLOOD) {
      await live()
      expect((await callTool(host.url, session.access, 'query_crm', QUERY)).status).toBe(200)
      rounds += 1
    }
    await flood
    sender.close()
    expect(rounds).toBeGreaterThan(0)
    expect([...statuses.keys()].sort()).toEqual([200, 400, 401, 429])
    // At each of the two endpoints that refuse, those within the limits; beyond them only revocation says 200, as it must.
    expect((statuses.get(400) ?? 0) + (statuses.get(401) ?? 0)).toBeLessThanOrEqual(200)
    const lines = (await host.logs()).filter((line) => /\w\.(refused|limited)\b/.test(line))
    expect(lines.length).toBeLessThan(220)
  },
  FLOOD_MS,
)

describe('past the limit of failures', () => {
  const FLOODED = ['a mistyped access token', 'a mistyped refresh token', 'a made-up client'] as const
  beforeAll(async () => {
    await startHost()
    const sender = createSender(host.url, 20)
    for (const name of FLOODED) {
      const send = () => sender.send(badRequests(party.client.clientId)[name] ?? { method: 'GET', path: '/' })
      await Promise.all(Array.from({ length: 102 }, send))
      expect(await send()).toBe(429)
    }
    sender.close()
  })
  afterAll(() => host.close())

  test('whose connection was ended, has expired or was replaced is told so, and not to wait', async () => {
    const ended = await connect(sandbox(), PRIYA, { party })
    const live = await connect(sandbox(), PRIYA, { party })
    const issued = await obtainCode(sandbox(), party, PRIYA)
    expect((await revoke(sandbox().app.url, party, ended.refresh)).status).toBe(200)
    const call = await callTool(host.url, ended.access)
    expect([call.status, call.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('invalid_token')])
    expect((await refresh(host.url, party, ended.refresh)).json).toMatchObject({ error: 'invalid_grant' })
    expect((await callTool(host.url, forge('access', live.grantId))).status).toBe(401)
    const wrong = { ...codeFields(party, issued), code_verifier: 'w'.repeat(43) }
    expect((await token(host.url, wrong)).json).toMatchObject({ error: 'invalid_grant' })
    expect((await token(host.url, codeFields(party, issued))).status).toBe(200)
  })

  test('a call without a token is challenged, as every client’s first is', async () => {
    const first = await fetch(`${host.url}/mcp`, { method: 'POST', body: '{}' })
    expect([first.status, first.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Bearer')])
  })

  test('an office opens its consent pages, however many; what fails there is told to wait', async () => {
    const { url } = buildAuthorizeUrl(party.discovery, party.client)
    const pages = await Promise.all(
      Array.from({ length: 120 }, () => fetch(url.replace(sandbox().app.url, host.url), { redirect: 'manual' })),
    )
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([200]))
    await live()
  })

  test('an answer has no correlation id, and says how long to wait', async () => {
    const answer = await refresh(host.url, party, 'dmr_x')
    expect(answer.json).toEqual({ error: 'temporarily_unavailable', error_description: expect.any(String) })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(500)
    // One for each endpoint, however many were refused.
    await eventually(async () => (await events(host, 'rate.limited')).length === FLOODED.length)
  })
})

describe('what a stranger’s request costs', () => {
  beforeAll(startHost)
  test.each(Object.keys(badRequests('')))('%s: one read at most, and no write', async (name) => {
    const sender = createSender(host.url, 1)
    const bad = () => badRequests(CLIENT)[name] ?? { method: 'GET', path: '/' }
    await sender.send(bad())
    storage.reset()
    for (let at = 0; at < 3; at++) expect(await sender.send(bad())).toBeGreaterThanOrEqual(200)
    expect(storage.reads()).toBeLessThanOrEqual(3)
    expect(storage.writes()).toBe(0)
    sender.close()
  })

  test('a consent page answers five times, so that its cookie writes no sixth row', async () => {
    const tab = new Tab({ via: { from: sandbox().app.url, to: host.url } })
    const page = await tab.open(buildAuthorizeUrl(party.discovery, party.client).url)
    const cookie = page.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    storage.reset()
    const answer = async () => {
      const headers = { cookie, origin: sandbox().app.url, 'content-type': 'application/x-www-form-urlencoded' }
      const body = new URLSearchParams({ transaction: transactionOf(page), decision: 'continue' })
      const { status } = await fetch(`${host.url}/oauth/authorize`, {
        method: 'POST',
        redirect: 'manual',
        headers,
        body,
      })
      return status
    }
    const statuses: number[] = []
    for (let at = 0; at < 8; at++) statuses.push(await answer())
    expect(statuses).toEqual([303, 303, 303, 303, 303, 403, 403, 403])
    expect(storage.writes()).toBe(5)
  })
})
