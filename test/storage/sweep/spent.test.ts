// Not in a bare npm test: plays hundreds of refreshes, with sweeps between them.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { rotateRefreshToken } from '../../../shared/grants/rotate-refresh-token.ts'
import type { TokenPair } from '../../../shared/grants/types.ts'
import { foldSpent, spentUntil } from '../../../shared/storage/table/spent-rows.ts'
import { createSweeper } from '../../../shared/storage/table/sweep/sweep.ts'
import { newToken } from '../../../shared/tokens/token.ts'
import {
  APPROVAL,
  authorization,
  DAY,
  HOUR,
  newPair,
  START,
  startStorage,
  type Storage,
  type Stores,
  tokenOf,
} from '../support/harness.ts'

let storage: Storage
let stores: Stores
let tests = 0
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.close())
beforeEach(() => {
  stores = storage.stores(`s${(tests += 1)}`)
  storage.clock.now = START
})

const sweep = () => createSweeper(stores.tables, () => storage.clock.now).sweep(START + 1_000 * DAY)
const refresh = (value: string) =>
  rotateRefreshToken(storage.deps(stores), tokenOf('refresh', value), APPROVAL, () =>
    Promise.resolve(authorization(storage.clock.now)),
  )
const rowKeys = async () => {
  const found: string[] = []
  for await (const { rowKey = '' } of stores.tables.grants.listEntities()) found.push(rowKey)
  return found
}

const SWEPT_EVERY = 5

/** A client that has refreshed once an hour, and the sweep now and then: every pair, oldest first. */
async function refreshed(times: number): Promise<TokenPair[]> {
  const pairs = [await newPair(storage.deps(stores))]
  for (let hour = 1; hour <= times; hour += 1) {
    storage.clock.now = START + hour * HOUR
    pairs.push(await refresh(pairs.at(-1)?.refresh ?? ''))
    storage.clock.now += HOUR / 4
    if (hour % SWEPT_EVERY === 0) await sweep()
  }
  return pairs
}

test('a grant has a bounded number of rows, and whichever replaced token comes back, the grant ends', async () => {
  const pairs = await refreshed(31)
  const keys = await rowKeys()
  expect(keys.length).toBeLessThan(16)
  expect(keys.filter((key) => key.startsWith('spent:'))).toEqual(['spent:0'])
  const { store } = storage.deps(stores)
  // Every one is still known as spent, but for those that may yet be asked for again.
  const states = await Promise.all(
    pairs.map(async ({ grantId, refresh: value }) => {
      const row = await store.readRow(grantId, 'refresh', tokenOf('refresh', value).hash)
      return row?.state
    }),
  )
  expect(states.slice(0, 28)).toEqual(Array.from({ length: 28 }, () => 'spent'))
  expect(states.slice(28).includes(undefined)).toBe(false)
  const [first] = pairs
  // What is merely made up ends nothing.
  const madeUp = newToken('refresh', first?.grantId ?? '', randomBytes).value
  await expect(refresh(madeUp)).rejects.toMatchObject({ reason: 'unknown-secret' })
  expect(await store.readGrant(first?.grantId ?? '')).toMatchObject({ row: { state: 'active' } })
  await expect(refresh(first?.refresh ?? '')).rejects.toMatchObject({ reason: 'refresh-reused' })
  await expect(refresh(pairs.at(-1)?.refresh ?? '')).rejects.toMatchObject({ reason: 'revoked' })
})

const MINUTE = HOUR / 60
/** When the timer of the sweep fires. */
const SWEEP_AT = 17 * MINUTE

/** Access tokens end an hour after they were given: before, after and between two sweeps. */
test.each([25, 59, 61, 64, 70, 130])('refreshed every %i minutes, nothing ends unseen', async (minutes) => {
  let token = (await newPair(storage.deps(stores))).refresh
  let next = START + minutes * MINUTE
  for (let sweepAt = START + SWEEP_AT; sweepAt < START + 30 * HOUR; sweepAt += HOUR) {
    for (; next < sweepAt; next += minutes * MINUTE) {
      storage.clock.now = next
      token = (await refresh(token)).refresh
    }
    storage.clock.now = sweepAt
    await sweep()
    const rows = stores.tables.grants.listEntities<{ graceUntil?: Date }>()
    for await (const { graceUntil } of rows)
      if (graceUntil) expect(graceUntil.getTime()).toBeGreaterThan(sweepAt - 2 * HOUR - SWEEP_AT)
  }
})

test('where a row of spent tokens is full the next one begins, and both are looked into', async () => {
  const { grants } = stores.tables
  await grants.createTable()
  const expiresAt = new Date(START + DAY)
  const hashes = Array.from({ length: 30 }, () => randomBytes(32).toString('base64url'))
  const old = randomBytes(32)
  const full = Buffer.concat([randomBytes(4_999 * 12), old.subarray(0, 12)])
  await grants.createEntity({ partitionKey: 'g', rowKey: 'spent:0', expiresAt, hashes: full })
  for (const hash of hashes)
    await grants.createEntity({ partitionKey: 'g', rowKey: `refresh:${hash}`, expiresAt, state: 'spent' })
  expect(await foldSpent(grants, 'g', { hashes, expiresAt }, () => true)).toBe(30)
  expect((await rowKeys()).sort()).toEqual(['spent:0', 'spent:1'])
  const known = [old.toString('base64url'), ...hashes]
  expect(new Set(await Promise.all(known.map((hash) => spentUntil(grants, 'g', hash))))).toEqual(new Set([START + DAY]))
  // Twelve bytes of two neighbours are none of either.
  const between = Buffer.concat([full.subarray(6, 18), randomBytes(20)]).toString('base64url')
  expect(await spentUntil(grants, 'g', between)).toBeUndefined()
})

test('two that fold at once add each token once', async () => {
  const { grants } = stores.tables
  await grants.createTable()
  const expiresAt = new Date(START + DAY)
  const hashes = Array.from({ length: 24 }, () => randomBytes(32).toString('base64url'))
  for (const hash of hashes)
    await grants.createEntity({ partitionKey: 'g', rowKey: `refresh:${hash}`, expiresAt, state: 'spent' })
  const folded = await Promise.all([0, 1].map(() => foldSpent(grants, 'g', { hashes, expiresAt }, () => true)))
  expect(folded.sort((a, b) => a - b)).toEqual([0, 24])
  expect((await grants.getEntity<{ hashes: Uint8Array }>('g', 'spent:0')).hashes).toHaveLength(24 * 12)
})
