// Not in a bare npm test: starts built instances of the app.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { FunctionsHost } from '../sandbox/functions-host/start.ts'
import { callTool, codeFields, connect, MARCUS, newParty, PRIYA, refreshFields, token } from './support/oauth.ts'
import { startStorageProxy, type StorageProxy } from './support/storage-proxy.ts'
import { eventually, pause, useSandbox } from './support/suite.ts'
import { forge } from './support/token-forge.ts'

jest.setTimeout(120_000)
/** Counts follow a call within a second or two, or ten seconds after those before. */
const STARTED_MS = 15_000
/** A person's counts are written no oftener than this. */
const BETWEEN_WRITES_MS = 10_000
/** A write that was begun is over. */
const SETTLED_MS = 300
// As a deployment has it by default: with the audit table.
const sandbox = useSandbox({ deployed: true, audit: true })
let storage: StorageProxy
let counted: FunctionsHost
beforeAll(async () => {
  storage = await startStorageProxy(sandbox().azurite)
  counted = await sandbox().startInstance({ TABLES_CONNECTION_STRING: storage.connectionString })
  // The first write to table `limits` also makes the table.
  await callTool(counted.url, (await connect(sandbox(), PRIYA)).access)
  await eventually(() => storage.background() > 1, STARTED_MS)
  await pause(SETTLED_MS)
})
afterAll(() => storage.close())

const QUERY = { entity: 'account', select: ['name'], top: 5 }
/** The first call of a worker notes that the token was received, and waits for nothing. */
const receiptNoted = () => eventually(() => storage.writes() > 0)
const entraRequests = () => Object.values(sandbox().entra.counters()).reduce((sum, count) => sum + count, 0)

describe('what is switched off', () => {
  test('is read by no stranger’s token, then once by a worker’s first calls, and by none while that is young', async () => {
    const { access } = await connect(sandbox(), PRIYA)
    const cold = await sandbox().startInstance({ TABLES_CONNECTION_STRING: storage.connectionString })
    storage.reset()
    for (const token of [forge('access'), 'x', forge('code')])
      expect((await callTool(cold.url, token)).status).toBe(401)
    expect({ reads: storage.reads(), switchReads: storage.switchReads() }).toEqual({ reads: 1, switchReads: 0 })
    storage.reset()
    await Promise.all(Array.from({ length: 20 }, () => callTool(cold.url, access)))
    expect(storage.switchReads()).toBe(1)
    storage.reset()
    await callTool(cold.url, access, 'query_crm', QUERY)
    expect(storage.switchReads()).toBe(0)
    await cold.close()
  })
})

describe('what one tool call costs', () => {
  test('a token seen for the first time: two reads of storage, one write beside, nothing of Entra', async () => {
    const { access } = await connect(sandbox(), PRIYA)
    storage.reset()
    sandbox().entra.reset()
    expect((await callTool(counted.url, access)).status).toBe(200)
    await receiptNoted()
    expect({ reads: storage.reads(), writes: storage.writes() }).toEqual({ reads: 2, writes: 1 })
    expect(entraRequests()).toBe(0)
  })

  test('a known token: one request of Dataverse, nothing of storage and Entra', async () => {
    const { access } = await connect(sandbox(), PRIYA)
    storage.reset()
    await callTool(counted.url, access, 'query_crm', QUERY)
    await receiptNoted()
    storage.reset()
    sandbox().entra.reset()
    sandbox().dataverse.reset()
    expect((await callTool(counted.url, access, 'query_crm', QUERY)).status).toBe(200)
    expect({ reads: storage.reads(), writes: storage.writes() }).toEqual({ reads: 0, writes: 0 })
    expect(entraRequests()).toBe(0)
    expect(sandbox().dataverse.counters()).toMatchObject({ total: 1, kinds: { fetchxml: 1 } })
  })

  test('what is limited is counted beside the calls: one write for thirty of them', async () => {
    const { access } = await connect(sandbox(), MARCUS)
    await callTool(counted.url, access)
    await pause(SETTLED_MS)
    let startedAt = 0
    const thirty = async (): Promise<boolean> => {
      storage.reset()
      startedAt = performance.now()
      for (let calls = 0; calls < 30; calls += 1) expect((await callTool(counted.url, access)).status).toBe(200)
      return eventually(() => storage.background() > 0, STARTED_MS).catch(() => false)
    }
    // Where a minute has ended before they were sent, nothing is left of it to send.
    expect((await thirty()) || (await thirty())).toBe(true)
    await pause(SETTLED_MS)
    // Priya's row may come in between, the row of one who is new is read before it is made, and on a slow machine thirty
    // calls may take longer than the time between two writes of each.
    const again = Math.ceil((performance.now() - startedAt) / BETWEEN_WRITES_MS)
    expect(storage.background()).toBeLessThanOrEqual(3 + 2 * again)
    expect({ reads: storage.reads(), writes: storage.writes() }).toEqual({ reads: 0, writes: 0 })
  })

  test('twenty calls at once with a token not yet known: one write, and Entra is not asked', async () => {
    const { access } = await connect(sandbox(), PRIYA)
    storage.reset()
    sandbox().entra.reset()
    const answers = await Promise.all(Array.from({ length: 20 }, () => callTool(counted.url, access)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
    await receiptNoted()
    expect(storage.writes()).toBe(1)
    expect(entraRequests()).toBe(0)
  })

  test('tools/list with a known token reads the deployment’s reports once, and then asks nobody', async () => {
    const { access } = await connect(sandbox(), PRIYA)
    storage.reset()
    await callTool(counted.url, access)
    await receiptNoted()
    const list = (): Promise<Response> =>
      fetch(`${counted.url}/mcp`, {
        method: 'POST',
        headers: { authorization: `Bearer ${access}`, 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      })
    storage.reset()
    sandbox().dataverse.reset()
    expect((await list()).status).toBe(200)
    expect({ reads: storage.reads(), writes: storage.writes() }).toEqual({ reads: 1, writes: 0 })
    storage.reset()
    expect((await list()).status).toBe(200)
    expect(storage.reads() + storage.writes() + sandbox().dataverse.counters().total).toBe(0)
  })
})

const CONDITIONS =
  "parentaccountid/name ne 'x' and Opportunity_Tasks/any(t:t/createdon lt today) and createdon le today"
const OPPORTUNITIES = { entity: 'opportunity', select: ['name'], top: 5 }
const TASKS = { entity: 'task', select: ['subject'], filter: 'regardingobjectid ne null', top: 20 }
const people = (name: string) => ({ ...OPPORTUNITIES, filter: `ownerid eq '${name}'` })
const REGARDING = { lookup: 'regardingobjectid', select: ['name'] }
const PARTIES = { lookup: 'email_activity_parties', select: ['partyid'] }
const expanding = (lookup: string, ...select: string[]) => ({ expand: [{ lookup, select }] })

describe('what a hot query costs, in requests of Dataverse', () => {
  let access = ''
  beforeAll(async () => {
    access = (await connect(sandbox(), PRIYA)).access
  })
  const ask = async (args: Readonly<Record<string, unknown>>, tool = 'query_crm'): Promise<number> => {
    sandbox().dataverse.reset()
    const { status, text } = await callTool(counted.url, access, tool, args)
    expect([status, text.includes('"isError":true')]).toEqual([200, false])
    return sandbox().dataverse.counters().total
  }

  test.each([
    ['a list', 1, OPPORTUNITIES],
    ['conditions behind lookups and on collections', 1, { ...OPPORTUNITIES, filter: CONDITIONS }],
    ['me', 1, { ...OPPORTUNITIES, filter: 'ownerid eq me' }],
    ['a lookup that is expanded', 1, { ...OPPORTUNITIES, ...expanding('parentaccountid', 'name') }],
    ['a customer that is expanded', 1, { ...OPPORTUNITIES, ...expanding('customerid', 'name') }],
    ['a collection that is expanded', 2, { ...OPPORTUNITIES, ...expanding('Opportunity_Tasks', 'subject') }],
    ['a lookup to many tables that is expanded', 2, { ...TASKS, expand: [REGARDING] }],
    [
      'a collection and a lookup to many tables together',
      2,
      {
        entity: 'email',
        select: ['subject'],
        filter: 'regardingobjectid ne null',
        expand: [REGARDING, PARTIES],
        top: 5,
      },
    ],
    ['the parties of activities', 2, { entity: 'email', select: ['subject', 'from', 'to'], top: 5 }],
    ['a total', 1, { ...OPPORTUNITIES, count: true }],
    ['FetchXML', 1, { fetchxml: '<fetch><entity name="opportunity"><attribute name="name"/></entity></fetch>' }],
  ])('%s: %i', async (_what, requests, args) => {
    await ask(args)
    expect(await ask(args)).toBe(requests)
  })

  test('a row named by text: one small read for each table it may be of, and none again within a minute', async () => {
    await ask(people('Priya Nair'))
    expect(await ask(people('Marcus Webb'))).toBe(3)
    expect(await ask(people('Marcus Webb'))).toBe(1)
    expect(await ask({ ...people('Marcus Webb'), select: ['name', 'statecode'] })).toBe(1)
  })
})

describe('what goes out beside calls', () => {
  type Row = Readonly<Record<string, unknown>>
  const table = () => sandbox().auditTable!
  const rowsOf = (grantId: string) =>
    table()
      .rows()
      .filter(({ GrantId, Event, Tool }) => GrantId === grantId && Event === 'tool.called' && Tool === 'query_crm')

  test('the audit, in batches: no call waits for it, and none has a request more', async () => {
    const { access, grantId } = await connect(sandbox(), PRIYA)
    await callTool(counted.url, access, 'query_crm', QUERY)
    await eventually(() => rowsOf(grantId).length === 1, 30_000)
    // The instance that signed in sends to the same table: nothing of it may be left to take the next answer.
    const isIssued = ({ GrantId, Event }: Row) => GrantId === grantId && Event === 'token.issued'
    await eventually(() => table().rows().some(isIssued), 30_000)
    storage.reset()
    sandbox().dataverse.reset()
    sandbox().entra.reset()
    let release = (): void => undefined
    table().fail({ until: new Promise((resolve) => (release = resolve)) })
    const before = table().calls().length
    for (let at = 0; at < 20; at += 1)
      expect((await callTool(counted.url, access, 'query_crm', QUERY)).status).toBe(200)
    // Nobody has taken a row, and all twenty are answered.
    expect([rowsOf(grantId).length, table().calls().length - before]).toEqual([1, 0])
    expect(sandbox().dataverse.counters()).toMatchObject({ total: 20, kinds: { fetchxml: 20 } })
    expect([storage.reads(), storage.writes(), entraRequests()]).toEqual([0, 0, 0])
    release()
    const ids = () => new Set(rowsOf(grantId).map(({ EventId }) => EventId))
    await eventually(() => ids().size === 21, 30_000)
    // What waited for the one that was under way went together: one call at a time, whatever the number of events.
    expect(table().calls().length - before).toBeLessThanOrEqual(3)
    expect(sandbox().dataverse.counters().total).toBe(20)
  })
})

describe('what a refused call costs', () => {
  test.each([
    ['no token', undefined],
    ['a token of somebody else’s making', 'eyJhbGciOiJub25lIn0.e30.'],
    ['a truncated token', forge('access').slice(0, -1)],
    ['a mistyped token', forge('access').replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['a code', forge('code')],
    ['a refresh token', forge('refresh')],
  ])('%s: 401 without a read of storage', async (_, token) => {
    storage.reset()
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
    const answer = await fetch(`${counted.url}/mcp`, { method: 'POST', headers, body: '{}' })
    expect(answer.status).toBe(401)
    expect(storage.reads() + storage.writes()).toBe(0)
  })

  test('a well-formed token that nobody issued: one read, no write, Dataverse not asked', async () => {
    storage.reset()
    sandbox().dataverse.reset()
    expect((await callTool(counted.url, forge('access'))).status).toBe(401)
    expect({ reads: storage.reads(), writes: storage.writes() }).toEqual({ reads: 1, writes: 0 })
    expect(sandbox().dataverse.counters().total).toBe(0)
  })

  test.each(['code', 'refresh'] as const)('a well-formed %s that nobody issued: one read, no write', async (kind) => {
    const party = await newParty(sandbox())
    const readsOf = async (value: string): Promise<number> => {
      storage.reset()
      const fields =
        kind === 'code' ? codeFields(party, { code: value, verifier: 'v'.repeat(43) }) : refreshFields(party, value)
      expect((await token(counted.url, fields)).json.error).toBe('invalid_grant')
      expect(storage.writes()).toBe(0)
      return storage.reads()
    }
    const ofClient = await readsOf(forge(kind).slice(0, -1))
    expect((await readsOf(forge(kind))) - ofClient).toBe(1)
  })
})
