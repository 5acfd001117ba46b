import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { TableClient } from '@azure/data-tables'
import { createSweeper } from '../../../shared/storage/table/sweep/sweep.ts'
import { countRequests } from '../support/counted-tables.ts'
import { DAY, HOUR, newPair, START, startStorage, type Storage, type Stores } from '../support/harness.ts'
import { writeManyGrants } from '../support/many-grants.ts'

let storage: Storage
let stores: Stores
let tests = 0
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.close())
beforeEach(() => {
  stores = storage.stores(`g${(tests += 1)}`)
  storage.clock.now = START
})

const at = (ms: number) => {
  storage.clock.now = START + ms
}
const FOREVER = START + 1_000 * DAY
const sweep = (tables = stores.tables, until = FOREVER) => createSweeper(tables, () => storage.clock.now).sweep(until)
const LIVE = START + 100 * DAY
const ENDED = START + HOUR - 1
const partitionsOf = async (table: TableClient) => {
  const found = new Set<string>()
  for await (const { partitionKey = '' } of table.listEntities()) found.add(partitionKey)
  return found
}

/** What a sweep of as many ended grants costs beside as many living ones, once the monthly survey is over. */
async function costOf(live: number, ended: number) {
  stores = storage.stores(`c${live}x${ended}`)
  at(0)
  await writeManyGrants(stores.tables, { count: live, endsAt: LIVE, spent: 2 })
  await writeManyGrants(stores.tables, { count: ended, endsAt: ENDED, spent: 2 })
  await sweep()
  at(HOUR)
  const counted = countRequests(stores.tables)
  // Five rows each, and one in the index of its person.
  expect(await sweep()).toEqual({ deleted: 6 * ended, kept: 0, finished: true })
  return counted
}

test('a sweep costs what has ended, not what lives, and finds it by keys alone', async () => {
  const [few, many, twice] = [await costOf(5, 10), await costOf(100, 10), await costOf(5, 20)]
  expect([many.requests, many.entities]).toEqual([few.requests, few.entities])
  // For each grant: its rows listed and deleted, and its row in the index.
  expect(twice.requests - few.requests).toBe(3 * 10)
  // Five rows, and the note that it has ended.
  expect(twice.entities - few.entities).toBe(6 * 10)
  expect(few.requests).toBeLessThan(3 * 10 + 10)
  for (const { table, filter } of many.listings) {
    if (table === 'grants' || table === 'expiry')
      expect(filter).toMatch(/^(?:(?:and )?\(?PartitionKey (?:eq|ge|le) '[^']*'\)? ?)+$/)
    else if (table !== 'logins') expect(filter).toMatch(/^PartitionKey (?:eq|ge|lt) '/)
  }
})

test('transactions keep to one partition and a hundred rows, and row grant goes last', async () => {
  const [id = ''] = await writeManyGrants(stores.tables, { count: 1, endsAt: ENDED, spent: 90 })
  for (let more = 0; more < 130; more += 65)
    await stores.tables.grants.submitTransaction(
      Array.from({ length: 65 }, (_, row) => [
        'create',
        { partitionKey: id, rowKey: `access:${more + row}`, expiresAt: new Date(ENDED) },
      ]),
    )
  await writeManyGrants(stores.tables, { count: 101, endsAt: ENDED })
  at(HOUR)
  const counted = countRequests(stores.tables)
  expect(await sweep()).toMatchObject({ finished: true, kept: 0 })
  expect(await partitionsOf(stores.tables.grants)).toEqual(new Set())
  for (const paths of counted.transactions) {
    expect(paths.length).toBeLessThanOrEqual(100)
    expect(new Set(paths.map((path) => /PartitionKey='([^']*)'/.exec(path)?.[1])).size).toBe(1)
  }
  const ofLarge = counted.transactions.filter(([path = '']) => path.includes(id))
  expect(ofLarge.map(({ length }) => length)).toEqual([100, 100, 23])
  expect(ofLarge.at(-1)?.at(-1)).toContain("RowKey='grant'")
})

/** Somebody takes a row before each transaction, which is refused for it. */
const raced = () => {
  const { grants } = stores.tables
  return Object.assign(Object.create(grants) as TableClient, {
    submitTransaction: async (actions: Parameters<TableClient['submitTransaction']>[0]) => {
      const [first] = actions
      if (first?.[0] === 'delete') await grants.deleteEntity(first[1].partitionKey, first[1].rowKey).catch(() => 0)
      return grants.submitTransaction(actions)
    },
  })
}

test.each([0, 1, 2])(
  'a grant of %d spent tokens whose rows somebody else takes, each in time, has gone',
  async (spent) => {
    await writeManyGrants(stores.tables, { count: 2, endsAt: ENDED, spent })
    at(HOUR)
    expect(await sweep({ ...stores.tables, grants: raced() })).toMatchObject({ finished: true })
    expect(await partitionsOf(stores.tables.grants)).toEqual(new Set())
  },
)

/** Somebody takes a row before each transaction, and puts it back after it. */
const contended = () => {
  const { grants } = stores.tables
  return Object.assign(Object.create(grants) as TableClient, {
    submitTransaction: async (actions: Parameters<TableClient['submitTransaction']>[0]) => {
      const { partitionKey, rowKey } = actions[0]?.[1] ?? { partitionKey: '', rowKey: '' }
      const row = await grants.getEntity<{ partitionKey: string; rowKey: string }>(partitionKey, rowKey)
      await grants.deleteEntity(partitionKey, rowKey)
      try {
        return await grants.submitTransaction(actions)
      } finally {
        await grants.upsertEntity(row, 'Replace')
      }
    },
  })
}

test('a grant whose rows are never to be had is left to the next sweep, which is told so', async () => {
  await writeManyGrants(stores.tables, { count: 1, endsAt: ENDED, spent: 1 })
  at(HOUR)
  await expect(sweep({ ...stores.tables, grants: contended() })).rejects.toThrow('contended')
  expect((await partitionsOf(stores.tables.grants)).size).toBe(1)
  expect(await sweep()).toMatchObject({ finished: true })
  expect(await partitionsOf(stores.tables.grants)).toEqual(new Set())
})

test('two sweeps at once, and rows that somebody else takes meanwhile, lose nothing and take nothing that lives', async () => {
  const live = await writeManyGrants(stores.tables, { count: 5, endsAt: LIVE })
  const ended = await writeManyGrants(stores.tables, { count: 25, endsAt: ENDED, spent: 2 })
  await stores.tables.grants.deleteEntity(ended[3] ?? '', 'refresh:live')
  at(HOUR)
  const both = await Promise.all([sweep(), sweep({ ...stores.tables, grants: raced() })])
  expect(both.map(({ finished }) => finished)).toEqual([true, true])
  expect(await partitionsOf(stores.tables.grants)).toEqual(new Set(live))
  const { tables } = stores
  expect([...(await partitionsOf(tables.users))]).toHaveLength(1)
  expect([...(await partitionsOf(tables.expiry))].filter((hour) => hour <= '2026-11-24T10')).toEqual([])
})

test('one grant that fails, or a worker that dies on the way, costs the others nothing, and the next sweep goes on', async () => {
  const ended = await writeManyGrants(stores.tables, { count: 30, endsAt: ENDED })
  at(HOUR)
  let left = 12
  const dying = Object.assign(Object.create(stores.tables.grants) as TableClient, {
    submitTransaction: async (actions: Parameters<TableClient['submitTransaction']>[0]) => {
      if (actions[0]?.[1].partitionKey === ended[0] || left <= 0) throw new Error('the connection is gone')
      left -= 1
      return stores.tables.grants.submitTransaction(actions)
    },
  })
  await expect(sweep({ ...stores.tables, grants: dying })).rejects.toThrow('table storage')
  const rest = await partitionsOf(stores.tables.grants)
  expect([rest.size, rest.has(ended[0] ?? '')]).toEqual([18, true])
  await sweep()
  expect(await partitionsOf(stores.tables.grants)).toEqual(new Set())
  expect(await partitionsOf(stores.tables.users)).toEqual(new Set())
})

test('a refresh row that is renewed between being read and deleted is kept, and looked at again', async () => {
  const pair = await newPair(storage.deps(stores))
  const { grants } = stores.tables
  at(2 * HOUR)
  await sweep()
  at(30 * DAY + HOUR)
  const renewing = Object.assign(Object.create(grants) as TableClient, {
    deleteEntity: async (...[partitionKey, rowKey, options]: Parameters<TableClient['deleteEntity']>) => {
      const renewed = { partitionKey, rowKey, expiresAt: new Date(START + 40 * DAY) }
      await grants.updateEntity(renewed, 'Merge')
      return grants.deleteEntity(partitionKey, rowKey, options)
    },
  })
  expect(await sweep({ ...stores.tables, grants: renewing })).toMatchObject({ deleted: 0, kept: 1, finished: true })
  at(40 * DAY)
  await sweep()
  const rows = await grants.getEntity(pair.grantId, 'grant')
  expect(rows).toMatchObject({ state: 'active' })
  at(40 * DAY + HOUR)
  expect(await sweep()).toMatchObject({ deleted: 1, kept: 0 })
})

test('what 0.1.0 wrote, of which nothing was noted, is found by the survey, which then rests', async () => {
  const live = await writeManyGrants(stores.tables, { count: 3, endsAt: LIVE, spent: 30, isNoted: false })
  await writeManyGrants(stores.tables, { count: 20, endsAt: ENDED, isNoted: false })
  at(HOUR)
  expect(await sweep(stores.tables, START)).toMatchObject({ deleted: 0 })
  expect(await sweep()).toMatchObject({ deleted: 80, finished: true })
  expect(await partitionsOf(stores.tables.grants)).toEqual(new Set(live))
  const counted = countRequests(stores.tables)
  expect(await sweep()).toMatchObject({ deleted: 0 })
  expect(counted.listings.filter(({ table }) => table === 'users' || table === 'grants')).toEqual([])
  at(100 * DAY + HOUR)
  await sweep()
  expect(await partitionsOf(stores.tables.grants)).toEqual(new Set())
})
