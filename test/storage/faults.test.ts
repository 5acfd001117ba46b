// Not in a bare npm test: cuts storage off before and after each write of each endpoint.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { redeemCode } from '../../shared/grants/redeem-code.ts'
import type { Outgoing } from '../../shared/http/message.ts'
import {
  atEntra,
  bodyOf,
  codeOf,
  codeRequest,
  consent,
  type Instance,
  ISSUER,
  refreshRequest,
  registerRequest,
  startAuthorizationServer,
} from './support/authorization-server.ts'
import { type Cut, type FaultProxy, startFaultProxy } from './support/fault-proxy.ts'
import { APPROVAL, newCode, type Storage, startStorage, tokenOf } from './support/harness.ts'

let storage: Storage
let proxy: FaultProxy
let server: Awaited<ReturnType<typeof startAuthorizationServer>>
let app: Instance
let clientId: string
beforeAll(async () => {
  storage = await startStorage()
  proxy = await startFaultProxy(storage.azurite.connectionString)
  server = await startAuthorizationServer(storage, proxy.connectionString)
  app = server.start()
  clientId = await registers()
  storage.clock.now = Date.now()
  await connects()
})
afterAll(async () => {
  await server.close()
  await proxy.close()
  await storage.close()
})
beforeEach(() => {
  proxy.heal()
  server.entra.reset()
  storage.clock.now = Date.now()
  app = server.start()
})

const CUTS: readonly Omit<Cut, 'write'>[] = [
  { when: 'before', then: 'stays down' },
  { when: 'after', then: 'stays down' },
  { when: 'before', then: 'recovers' },
  { when: 'after', then: 'recovers' },
]
/** Every place where storage can be cut off in an endpoint that writes so many times. */
const cutsOf = (writes: number): [string, Cut][] =>
  Array.from({ length: writes }, (_, at) => CUTS.map((cut) => ({ write: at + 1, ...cut })))
    .flat()
    .map((cut) => [`cut ${cut.when} write ${cut.write}, then storage ${cut.then}`, cut])

/** Runs one request with storage cut off, then lets storage recover. */
async function during(cut: Cut, request: () => Promise<Outgoing>): Promise<Outgoing> {
  proxy.cut(cut)
  const reply = await request()
  proxy.heal()
  return reply
}

const registers = async () => bodyOf(await app.call('register', registerRequest)).client_id ?? ''
const starts = async () => app.call('authorize', await consent(app, clientId))
const arrives = async () => atEntra(await starts())
const redeems = (code: string) => app.call('token', codeRequest(clientId, code))
const refreshes = (token: string) => app.call('token', refreshRequest(clientId, token))
const revokes = (token: string) => app.call('revoke', { form: { token, client_id: clientId } })
const connects = async () => bodyOf(await redeems(codeOf(await app.call('callback', await arrives())) ?? ''))

/** A code and a pair of grants that no sign-in was needed for. */
const givenCode = () => newCode(storage.deps(), { ...APPROVAL, clientId, resource: `${ISSUER}/mcp` })
const givenPair = async () => redeemCode(storage.deps(), await givenCode(), clientId, () => undefined)
const PASSING = { status: 503, headers: { 'retry-after': '5' } }

/** No row of a partition promises what another does not keep. */
async function expectConsistent(grantId: string): Promise<void> {
  const { store } = storage.deps()
  const grant = (await store.readGrant(grantId))!.row
  const rows: string[] = []
  const filter = `PartitionKey eq '${grantId}'`
  for await (const { rowKey } of storage.stores().tables.grants.listEntities({ queryOptions: { filter } }))
    rows.push(rowKey ?? '')
  const hashes = (kind: string) =>
    rows.filter((key) => key.startsWith(`${kind}:`)).map((key) => key.split(':')[1] ?? '')
  expect(hashes('access').sort()).toEqual(grant.access.map(({ hash }) => hash).sort())
  const refresh = await Promise.all(hashes('refresh').map((hash) => store.readRow(grantId, 'refresh', hash)))
  const code = await store.readRow(grantId, 'code', hashes('code')[0] ?? '')
  expect(code?.used).toBe(grant.state !== 'pending')
  expect(refresh.filter((row) => row?.state === 'live')).toHaveLength(grant.state === 'pending' ? 0 : 1)
}

/** Keeps the tests below honest: a write that is added to an endpoint must be cut too. */
test('how often each endpoint writes', async () => {
  const writesOf = async (request: () => Promise<unknown>) => {
    proxy.heal()
    await request()
    return proxy.writes()
  }
  const answer = await consent(app, clientId)
  const code = await givenCode()
  const { refresh, access } = await givenPair()
  const renewable = (await connects()).refresh_token ?? ''
  const arrival = await arrives()
  expect({
    register: await writesOf(() => app.call('register', registerRequest)),
    authorize: await writesOf(() => app.call('authorize', answer)),
    callback: await writesOf(() => app.call('callback', arrival)),
    code: await writesOf(() => redeems(code.value)),
    refresh: await writesOf(() => refreshes(renewable)),
    revokeAccess: await writesOf(() => revokes(access)),
    revokeGrant: await writesOf(() => revokes(refresh)),
  }).toEqual({ register: 0, authorize: 1, callback: 4, code: 1, refresh: 1, revokeAccess: 1, revokeGrant: 1 })
})

describe('register', () => {
  test('storage away from the first read on: nobody knows what is switched off; a client that can start once it is back', async () => {
    const cold = server.start()
    proxy.stop()
    expect(await cold.call('register', registerRequest)).toMatchObject(PASSING)
    proxy.heal()
    const reply = await cold.call('register', registerRequest)
    expect(reply.status).toBe(201)
    const registered = bodyOf(reply).client_id ?? ''
    expect((await app.call('authorize', await consent(app, registered))).status).toBe(303)
  })
})

describe('authorize', () => {
  test.each(cutsOf(1))('%s: on to Entra, or a page, and the same form can be sent again', async (_, cut) => {
    const answer = await consent(app, clientId)
    const first = await during(cut, () => app.call('authorize', answer))
    if (cut.then === 'stays down') {
      expect(first).toMatchObject(PASSING)
      expect(first.headers?.['content-type']).toContain('text/html')
      expect(first.cookies).toBeUndefined()
    }
    const reply = first.status === 303 ? first : await app.call('authorize', answer)
    expect(codeOf(await app.call('callback', await atEntra(reply)))).toMatch(/^dmc_/)
  })
})

describe('callback', () => {
  // A client is written down at most once a day, which here is at the first sign-in after `registers`.
  test.each(cutsOf(5))('%s: a code that is good, or a clear page and a new start', async (_, cut) => {
    clientId = await registers()
    const arrival = await arrives()
    const reply = await during(cut, () => app.call('callback', arrival))
    const code = codeOf(reply)
    if (code === null) {
      expect([400, 503]).toContain(reply.status)
      expect(reply.headers?.['content-type']).toContain('text/html')
      expect(reply.body).toMatch(/Start again|[Tt]ry again/)
    } else {
      expect((await redeems(code)).status).toBe(200)
      await expectConsistent(tokenOf('code', code).grantId)
    }
    const again = codeOf(await app.call('callback', arrival))
    if (code !== null) expect(again).toBeNull()
    else expect(await connects()).toHaveProperty('refresh_token')
  })
})

describe('token, by code', () => {
  test.each(cutsOf(1))('%s: a pair, or nothing that lives', async (_, cut) => {
    const { value, grantId } = await givenCode()
    const reply = await during(cut, () => redeems(value))
    await expectConsistent(grantId)
    if (cut.then === 'recovers') expect(reply.status).toBe(200)
    else expect(reply).toMatchObject(PASSING)
    const retried = await redeems(value)
    if (cut.then === 'stays down' && cut.when === 'before') expect(retried.status).toBe(200)
    else {
      expect([retried.status, bodyOf(retried).error]).toEqual([400, 'invalid_grant'])
      expect((await storage.deps().store.readGrant(grantId))?.row.state).toBe('revoked')
    }
  })
})

describe('token, by refresh', () => {
  test.each(cutsOf(1))('%s: completed, or retried with the same token', async (_, cut) => {
    const refresh = (await connects()).refresh_token ?? ''
    const { grantId } = tokenOf('refresh', refresh)
    const reply = await during(cut, () => refreshes(refresh))
    if (cut.then === 'stays down') expect(reply).toMatchObject(PASSING)
    else expect(reply.status).toBe(200)
    await expectConsistent(grantId)
    const retried = bodyOf(await refreshes(refresh))
    if (reply.status === 200) expect(retried.refresh_token).toBe(bodyOf(reply).refresh_token)
    expect(await app.opens(retried.access_token ?? '')).toBe(true)
    expect((await refreshes(retried.refresh_token ?? '')).status).toBe(200)
    await expectConsistent(grantId)
  })

  test('storage done, its answer lost for good: the retry gets the pair that was written, Entra is not asked', async () => {
    const refresh = (await connects()).refresh_token ?? ''
    await during({ write: 1, when: 'after', then: 'stays down' }, () => refreshes(refresh))
    server.entra.reset()
    const retried = await refreshes(refresh)
    expect(retried.status).toBe(200)
    expect(server.entra.counters()['token.refresh_token']).toBe(0)
  })

  test('storage away from the first read on: 503, and Entra is not asked', async () => {
    const { refresh } = await givenPair()
    proxy.stop()
    expect(await refreshes(refresh)).toMatchObject(PASSING)
    expect(server.entra.counters()['token.refresh_token']).toBe(0)
  })
})

describe('revoke', () => {
  test.each(cutsOf(1))('%s: a 200 means ended, a 503 can be retried', async (_, cut) => {
    const { refresh, access } = await givenPair()
    expect(await app.opens(access)).toBe(true)
    const reply = await during(cut, () => revokes(refresh))
    if (cut.then === 'stays down') expect(reply).toMatchObject(PASSING)
    const retried = reply.status === 200 ? reply : await revokes(refresh)
    expect(retried.status).toBe(200)
    expect((await refreshes(refresh)).status).toBe(400)
    expect(await app.opens(access)).toBe(false)
  })

  test.each(cutsOf(1))('of an access token, %s: gone, and forgotten here', async (_, cut) => {
    const { access, grantId } = await givenPair()
    expect(await app.opens(access)).toBe(true)
    const reply = await during(cut, () => revokes(access))
    if (cut.then === 'stays down') expect(reply).toMatchObject(PASSING)
    const retried = reply.status === 200 ? reply : await revokes(access)
    expect(retried.status).toBe(200)
    expect(await app.opens(access)).toBe(false)
    await expectConsistent(grantId)
  })
})
