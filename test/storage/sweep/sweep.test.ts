import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { rotateRefreshToken } from '../../../shared/grants/rotate-refresh-token.ts'
import { clientKey } from '../../../shared/storage/table/client-key.ts'
import { createSweeper } from '../../../shared/storage/table/sweep/sweep.ts'
import { countRequests } from '../support/counted-tables.ts'
import {
  APPROVAL,
  authorization,
  DAY,
  HOUR,
  newCode,
  newPair,
  START,
  startStorage,
  type Storage,
  type Stores,
  tokenOf,
} from '../support/harness.ts'
import { writeOldClient } from '../support/old-client.ts'
import { endClient, isClientEnded } from '../support/switch-off.ts'

let storage: Storage
let stores: Stores
let tests = 0
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.close())
beforeEach(() => {
  tests += 1
  stores = storage.stores(`t${tests}`)
  storage.clock.now = START
})

const at = (ms: number) => {
  storage.clock.now = START + ms
}
const FOREVER = START + 1_000 * DAY
const sweep = (until = FOREVER, tables = stores.tables) => createSweeper(tables, () => storage.clock.now).sweep(until)
const SEALED = { keyId: 'local', bytes: new Uint8Array(40) }
const USE = { kind: 'registered', name: 'a', redirectUris: [], authMethods: ['none'] } as const
const oldClient = (id: string, expiresAt: number) =>
  writeOldClient(stores.tables.clients, id, { expiresAt: new Date(expiresAt) })
const rowKeys = async (table: keyof Stores['tables']) => {
  const found: string[] = []
  for await (const { rowKey } of stores.tables[table].listEntities()) found.push(rowKey ?? '')
  return found
}
const OLD = 'dmi_OLDAAAAAAAAAAAAAAAAAAA'
const partitions = async (table: keyof Stores['tables']) => {
  const found: string[] = []
  for await (const { partitionKey } of stores.tables[table].listEntities()) found.push(partitionKey ?? '')
  return found
}
const refresh = (value: string) =>
  rotateRefreshToken(storage.deps(stores), tokenOf('refresh', value), APPROVAL, () =>
    Promise.resolve(authorization(storage.clock.now)),
  )

describe('sweep', () => {
  test('an environment without tables is swept clean', async () => {
    expect(await sweep()).toEqual({ deleted: 0, kept: 0, finished: true })
  })

  test('deletes what has expired in every table, and nothing else', async () => {
    for (const expiresAt of [START - 1, START + 1]) {
      await oldClient(`dmi_${String(expiresAt).padStart(22, '0')}`, expiresAt)
      await stores.logins.create(`s${expiresAt}`, { expiresAt, sealed: SEALED })
      await stores.users.add('u', `g${expiresAt}`, { clientId: 'c', createdAt: START, expiresAt })
    }
    expect(await sweep()).toEqual({ deleted: 3, kept: 0, finished: true })
    expect(await partitions('clients')).toEqual([`dmi_${String(START + 1).padStart(22, '0')}`])
    expect(await rowKeys('logins')).toHaveLength(1)
    expect(await rowKeys('users')).toEqual([`g${START + 1}`])
  })

  test('a grant whose code nobody came for goes after a day, one in use stays', async () => {
    await newCode(storage.deps(stores))
    await newPair(storage.deps(stores))
    at(DAY - 1)
    await sweep()
    expect((await rowKeys('grants')).filter((key) => key === 'grant')).toHaveLength(2)
    at(DAY + HOUR)
    await sweep()
    expect((await rowKeys('grants')).filter((key) => key === 'grant')).toHaveLength(1)
  })

  test('of a grant it takes codes and access tokens when they end, the rest after 180 days', async () => {
    const deps = storage.deps(stores)
    await newCode(deps)
    await newPair(deps)
    at(HOUR)
    expect(await sweep()).toMatchObject({ deleted: 1 })
    at(2 * HOUR)
    expect(await sweep()).toMatchObject({ deleted: 1 })
    at(31 * DAY)
    expect(await sweep()).toMatchObject({ deleted: 3 })
    expect((await rowKeys('grants')).map((key) => key.split(':')[0]).sort()).toEqual(['code', 'grant'])
    at(181 * DAY)
    await sweep()
    expect([...(await rowKeys('grants')), ...(await rowKeys('users'))]).toEqual([])
  })

  test('a row that is renewed between listing and deletion is kept', async () => {
    await oldClient(OLD, START - 1)
    const { clients } = stores.tables
    const listing = Object.assign(Object.create(clients) as typeof clients, {
      deleteEntity: async (...parameters: Parameters<typeof clients.deleteEntity>) => {
        await stores.clients.used(OLD, USE, START)
        return clients.deleteEntity(...parameters)
      },
    })
    const swept = await sweep(FOREVER, { ...stores.tables, clients: listing })
    expect(swept).toEqual({ deleted: 0, kept: 1, finished: true })
    expect(await stores.clients.read(OLD)).toMatchObject({ name: 'a' })
  })

  test('a client that was used and a switch stay for good; one of 0.1.0 that nobody used goes', async () => {
    await oldClient(OLD, START + 90 * DAY)
    await oldClient('dmi_UNUSEDAAAAAAAAAAAAAAAA', START + 90 * DAY)
    await stores.clients.used('https://a.example/client.json', USE, START)
    await stores.clients.used(OLD, USE, START)
    await endClient(stores.switches, 'ended', START)
    at(10_000 * DAY)
    expect(await sweep(START + 20_000 * DAY)).toEqual({ deleted: 1, kept: 0, finished: true })
    expect((await partitions('clients')).sort()).toEqual([OLD, clientKey('https://a.example/client.json')].sort())
    expect(await isClientEnded(stores.switches, 'ended')).toBe(true)
  })

  test('stops at its deadline, says so, and the next run ends the work', async () => {
    for (let row = 0; row < 50; row++) await stores.logins.create(`s${row}`, { expiresAt: START - 1, sealed: SEALED })
    let ticks = 0
    const slow = createSweeper(stores.tables, () => START + (ticks += 1))
    const first = await slow.sweep(START + 30)
    expect(first.finished).toBe(false)
    expect(first.deleted).toBeGreaterThan(0)
    expect(first.deleted).toBeLessThan(50)
    expect(await sweep()).toEqual({ deleted: 50 - first.deleted, kept: 0, finished: true })
  })

  test('a run that has no time says that it is not finished', async () => {
    const { refresh: first } = await newPair(storage.deps(stores))
    await refresh((await refresh(first)).refresh)
    at(HOUR)
    expect(await sweep(START)).toMatchObject({ finished: false })
  })

  test('a replaced refresh token keeps only its hash once its grace is over, and still detects reuse', async () => {
    const deps = storage.deps(stores)
    const first = await newPair(deps)
    const second = await refresh(first.refresh)
    const third = await refresh(second.refresh)
    const { hash, grantId } = tokenOf('refresh', first.refresh)
    await sweep()
    expect(await deps.store.readRow(grantId, 'refresh', hash)).toMatchObject({ state: 'rotated' })
    at(HOUR)
    await sweep()
    expect(await deps.store.readRow(grantId, 'refresh', hash)).toEqual({
      state: 'spent',
      expiresAt: START + 180 * DAY,
    })
    const unused = tokenOf('refresh', second.refresh).hash
    expect(await deps.store.readRow(grantId, 'refresh', unused)).toMatchObject({ state: 'rotated' })
    await expect(refresh(first.refresh)).rejects.toMatchObject({ reason: 'refresh-reused' })
    await expect(refresh(third.refresh)).rejects.toMatchObject({ reason: 'revoked' })
  })

  test('a rotation succeeds whose expired access rows the sweep has taken', async () => {
    const first = await newPair(storage.deps(stores))
    at(2 * HOUR)
    await sweep()
    const second = await refresh(first.refresh)
    const grant = await storage.deps(stores).store.readGrant(first.grantId)
    expect(grant?.row.access.map(({ hash }) => hash)).toEqual([tokenOf('access', second.access).hash])
  })

  test('of a client that comes back after days: its first refresh notes what ends, a second of the hour need not', async () => {
    const first = await newPair(storage.deps(stores))
    for (const days of [1, 5]) {
      at(days * DAY)
      await sweep()
    }
    const writes = async (value: string) => {
      const counted = countRequests(stores.tables)
      const { refresh: next } = await refresh(value)
      return { next, transactions: counted.transactions.length, notes: counted.notes }
    }
    const second = await writes(first.refresh)
    // Of two attempts: the first one meets an access row that the sweep has taken.
    expect(second).toMatchObject({ transactions: 2, notes: 2 })
    expect(await writes(second.next)).toMatchObject({ transactions: 1, notes: 0 })
    at(5 * DAY + 2 * HOUR)
    await sweep()
    expect((await rowKeys('grants')).filter((key) => key.startsWith('access:'))).toEqual([])
  })
})
