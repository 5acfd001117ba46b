// Not in a bare npm test: plays notes and sweeps before each call of a rotation, and races of them all.
import { randomBytes, randomInt } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createAccessTokens } from '../../shared/grants/open-access-token.ts'
import { revokeToken } from '../../shared/grants/revoking/revoke-token.ts'
import { rotateRefreshToken } from '../../shared/grants/rotate-refresh-token.ts'
import { GrantRefused, type GrantDeps, type TokenPair } from '../../shared/grants/types.ts'
import { type GrantStore, StorageUnavailable } from '../../shared/storage/ports.ts'
import { createSweeper } from '../../shared/storage/table/sweep/sweep.ts'
import { newGrantId, newToken } from '../../shared/tokens/token.ts'
import {
  APPROVAL,
  authorization,
  DAY,
  HOUR,
  MINUTE,
  newPair,
  newWorker,
  SECOND,
  START,
  startStorage,
  type Storage,
  type Stores,
  tokenOf,
} from './support/harness.ts'

let storage: Storage
let stores: Stores
let deps: GrantDeps
let tests = 0
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.close())
beforeEach(() => {
  stores = storage.stores(`m${(tests += 1)}`)
  deps = storage.deps(stores)
  at(0)
})

const at = (ms: number) => {
  storage.clock.now = START + ms
}
const refresh = (value: string, from: GrantDeps = deps) =>
  rotateRefreshToken(from, tokenOf('refresh', value), APPROVAL, () => Promise.resolve(authorization(storage.clock.now)))
const sweep = () => createSweeper(stores.tables, () => storage.clock.now).sweep(START + 1_000 * DAY)
const rowOf = ({ grantId, refresh: value }: TokenPair) =>
  deps.store.readRow(grantId, 'refresh', tokenOf('refresh', value).hash)
const reasonOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'a pair',
    (error: unknown) => (error instanceof GrantRefused ? error.reason : String(error)),
  )
const mark = async (pair: TokenPair) => {
  const worker = newWorker(deps)
  await worker.open(pair.access)
  await worker.settled()
}
/** Every refresh row of the grant that may still be answered holds what its token opens. */
async function expectWhole(grantId: string): Promise<void> {
  const filter = `PartitionKey eq '${grantId}'`
  let live = 0
  for await (const row of stores.tables.grants.listEntities({ queryOptions: { filter } })) {
    if (row.rowKey?.startsWith('access:')) expect(row).toHaveProperty('sealed')
    if (!row.rowKey?.startsWith('refresh:')) continue
    expect(row).toHaveProperty('expiresAt')
    if (row.state !== 'spent') expect(row).toHaveProperty('sealed')
    if (row.state === 'live') live += 1
  }
  expect(live).toBe(1)
}

describe('one note', () => {
  test('rests in the refresh row of the token’s own pair, and nowhere else', async () => {
    const first = await newPair(deps)
    const second = await refresh(first.refresh)
    const before = await rowOf(first)
    at(5 * SECOND)
    await mark(second)
    expect(await rowOf(second)).toMatchObject({ state: 'live', receivedAt: START + 5 * SECOND })
    expect(await rowOf(first)).toEqual(before)
  })

  test('for one token and worker, whether it is opened at once, later or when it is no longer remembered', async () => {
    const pair = await newPair(deps)
    const worker = newWorker(deps)
    await Promise.all(Array.from({ length: 20 }, () => worker.open(pair.access)))
    for (let minutes = 0; minutes < 60; minutes += 3) {
      at(minutes * MINUTE)
      await worker.open(pair.access)
    }
    await worker.settled()
    expect(worker.counts.notes).toBe(1)
  })

  test('costs a fresh token no read, and a known one nothing at all', async () => {
    const pair = await newPair(deps)
    const worker = newWorker(deps)
    await worker.open(pair.access)
    await worker.settled()
    expect(worker.counts).toEqual({ reads: 2, notes: 1 })
    await worker.open(pair.access)
    await worker.settled()
    expect(worker.counts).toEqual({ reads: 2, notes: 1 })
  })

  test('is not moved by a worker that meets the token late, and is made by it where there was none', async () => {
    const [noted, unnoted] = [await newPair(deps), await newPair(deps)]
    at(SECOND)
    await mark(noted)
    at(40 * MINUTE)
    const worker = newWorker(deps)
    for (const pair of [noted, unnoted]) await worker.open(pair.access)
    await worker.settled()
    expect(worker.counts.notes).toBe(1)
    expect((await rowOf(noted))?.receivedAt).toBe(START + SECOND)
    expect((await rowOf(unnoted))?.receivedAt).toBe(START + 40 * MINUTE)
  })

  test('is not made for a token that is refused', async () => {
    const pair = await newPair(deps)
    const worker = newWorker(deps)
    await worker.open(newToken('access', pair.grantId, randomBytes).value)
    expect(worker.counts).toEqual({ reads: 2, notes: 0 })
    const madeUp = newToken('access', newGrantId(randomBytes), randomBytes).value
    expect(await reasonOf(worker.open(madeUp))).toBe('unknown')
    expect(worker.counts).toEqual({ reads: 3, notes: 0 })
    await createAccessTokens(deps).open(tokenOf('access', pair.access), 'https://elsewhere.example/mcp')
    at(HOUR)
    await worker.open(pair.access)
    await revokeToken(deps, tokenOf('refresh', pair.refresh), APPROVAL.clientId)
    at(0)
    await worker.open(pair.access)
    await worker.settled()
    expect(worker.counts.notes).toBe(0)
    expect((await rowOf(pair))?.receivedAt).toBeUndefined()
  })

  test('of a clock that is behind is not older than the token', async () => {
    const pair = await newPair(deps)
    at(-5 * MINUTE)
    await mark(pair)
    expect((await rowOf(pair))?.receivedAt).toBe(START)
  })
})

describe('never in the way of the call', () => {
  const noting = (markReceived: GrantStore['markReceived']) =>
    createAccessTokens({ ...deps, store: { ...deps.store, markReceived } })
  const open = (tokens: ReturnType<typeof noting>, { access }: TokenPair) =>
    tokens.open(tokenOf('access', access), APPROVAL.resource)

  test('a note that is never answered', async () => {
    expect(
      await open(
        noting(() => new Promise(() => undefined)),
        await newPair(deps),
      ),
    ).toBeDefined()
  })

  test('a note that fails surfaces nowhere, and the next cold call makes it', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', listen)
    const pair = await newPair(deps)
    let asked = 0
    const tokens = noting(async (...parameters) => {
      if ((asked += 1) === 1) throw new StorageUnavailable('away')
      await deps.store.markReceived(...parameters)
    })
    expect(await open(tokens, pair)).toBeDefined()
    await new Promise((resolve) => setTimeout(resolve, 20))
    at(61 * SECOND)
    expect(await open(tokens, pair)).toBeDefined()
    const isNoted = async () => (await rowOf(pair))?.receivedAt !== undefined
    for (let tries = 0; tries < 500 && !(await isNoted()); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 20))
    process.off('unhandledRejection', listen)
    expect([unhandled, asked]).toEqual([[], 2])
    expect((await rowOf(pair))?.receivedAt).toBe(START + 61 * SECOND)
  })
})

describe('a row that is gone stays gone', () => {
  test.each(['refresh', 'access'] as const)('its %s row', async (kind) => {
    const pair = await newPair(deps)
    const { grantId } = pair
    const rowKey = `${kind}:${tokenOf(kind, pair[kind]).hash}`
    const { store } = deps
    const swept: GrantStore = {
      ...store,
      markReceived: async (...parameters) => {
        await stores.tables.grants.deleteEntity(grantId, rowKey)
        await store.markReceived(...parameters)
      },
    }
    const worker = newWorker({ ...deps, store: swept })
    expect(await worker.open(pair.access)).toBeDefined()
    await worker.settled()
    await expect(stores.tables.grants.getEntity(grantId, rowKey)).rejects.toMatchObject({ statusCode: 404 })
  })
})

/** The rotation of a pair's refresh token, with `other` happening whole before its n-th call of the store. */
function overtaken(n: number, other: () => Promise<unknown>): GrantDeps {
  let calls = 0
  const meet = async (): Promise<void> => {
    if ((calls += 1) === n) await other()
  }
  const { store } = deps
  return {
    ...deps,
    store: {
      ...store,
      readGrant: async (grantId) => (await meet(), store.readGrant(grantId)),
      readRow: async (grantId, kind, hash) => (await meet(), store.readRow(grantId, kind, hash)),
      commit: async (grantId, etag, change) => (await meet(), store.commit(grantId, etag, change)),
    },
  }
}

const CALLS = [1, 2, 3, 4]
describe.each(CALLS)('before call %i of a rotation', (n) => {
  test.each(['the note', 'the sweep', 'the note, then the sweep', 'the sweep, then the note'])(
    '%s: one live token, and the replaced ones are told from retries',
    async (what) => {
      const first = await newPair(deps)
      const second = await refresh(first.refresh)
      at(HOUR - SECOND)
      await mark(second)
      at(HOUR)
      const third = await refresh(second.refresh)
      const steps = what.split(', then ').map((step) => (step === 'the note' ? () => mark(third) : sweep))
      at(HOUR + 20 * SECOND)
      const fourth = await refresh(
        third.refresh,
        overtaken(n, async () => {
          for (const step of steps) await step()
        }),
      )
      await expectWhole(first.grantId)
      at(HOUR + 40 * SECOND)
      expect(await reasonOf(refresh(third.refresh))).toBe('a pair')
      at(HOUR + 51 * SECOND)
      expect(await reasonOf(refresh(second.refresh))).toBe('refresh-reused')
      expect(await reasonOf(refresh(fourth.refresh))).toBe('revoked')
    },
  )

  test('revocation: nothing lives, whatever is noted afterwards', async () => {
    const first = await newPair(deps)
    const second = await refresh(first.refresh)
    const end = () => revokeToken(deps, tokenOf('refresh', second.refresh), APPROVAL.clientId)
    const outcome = await reasonOf(refresh(second.refresh, overtaken(n, end)))
    expect(outcome).toBe('revoked')
    await deps.store.markReceived(first.grantId, tokenOf('refresh', second.refresh).hash, START)
    expect(await newWorker(deps).open(second.access)).toBeUndefined()
    expect(await reasonOf(refresh(first.refresh))).toBe('revoked')
  })
})

test('40 random races of two notes, rotation, its retry, sweep and revocation leave whole rows', async () => {
  const wait = () => new Promise((resolve) => setTimeout(resolve, randomInt(8)))
  for (let round = 0; round < 40; round++) {
    at(0)
    const first = await newPair(deps)
    const second = await refresh(first.refresh)
    at(HOUR - 5 * SECOND)
    const ends = round % 4 === 0
    const racers = [
      () => mark(second),
      () => mark(second),
      () => refresh(second.refresh, storage.deps(stores)),
      () => refresh(second.refresh, storage.deps(stores)),
      ...(round % 10 === 0 ? [sweep] : []),
      ...(ends ? [() => revokeToken(deps, tokenOf('refresh', second.refresh), APPROVAL.clientId)] : []),
    ]
    const outcomes = await Promise.all(racers.map(async (run) => (await wait(), reasonOf(run()))))
    expect(outcomes.filter((one) => one !== 'a pair' && !(ends && one === 'revoked'))).toEqual([])
    await expectWhole(first.grantId)
    expect((await rowOf(second))?.receivedAt ?? (ends ? 0 : undefined)).toBeDefined()
    at(HOUR + 26 * SECOND)
    expect(await reasonOf(refresh(first.refresh))).toBe(ends ? 'revoked' : 'refresh-reused')
  }
}, 180_000)
