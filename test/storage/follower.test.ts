// Not in a bare npm test: plays hundreds of refreshes, hour after hour.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createAccessTokens } from '../../shared/grants/open-access-token.ts'
import { rotateRefreshToken } from '../../shared/grants/rotate-refresh-token.ts'
import { GrantRefused, type GrantDeps, type TokenPair } from '../../shared/grants/types.ts'
import { StorageUnavailable } from '../../shared/storage/ports.ts'
import {
  APPROVAL,
  authorization,
  DAY,
  HOUR,
  newPair,
  newWorker,
  SECOND,
  START,
  startStorage,
  type Storage,
  tokenOf,
} from './support/harness.ts'

let storage: Storage
let deps: GrantDeps
beforeAll(async () => {
  storage = await startStorage()
  deps = storage.deps()
})
afterAll(() => storage.close())
beforeEach(() => at(0))

const at = (ms: number) => {
  storage.clock.now = START + ms
}
const refresh = (value: string, from: GrantDeps = deps) =>
  rotateRefreshToken(from, tokenOf('refresh', value), APPROVAL, () => Promise.resolve(authorization(storage.clock.now)))
/** A tool call that comes to a worker which has just started, and the write that it leaves behind. */
const call = async (access: string) => {
  const worker = newWorker(deps)
  const opened = await worker.open(access)
  await worker.settled()
  return opened !== undefined
}
const stateOf = async (grantId: string) => (await deps.store.readGrant(grantId))?.row.state
const reasonOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'a pair',
    (error: unknown) => (error instanceof GrantRefused ? error.reason : String(error)),
  )

/** What the owner holds after it. */
type Round = (held: string, round: number) => Promise<string>

/** Plays hourly rounds until the grant has ended; the round in which it did, counted from 1. */
async function roundsUntilNoticed(first: TokenPair, rounds: number, play: Round): Promise<number | undefined> {
  let held = first.refresh
  for (let round = 1; round <= rounds; round++) {
    at(round * HOUR)
    const next = await play(held, round)
    if ((await stateOf(first.grantId)) === 'revoked') return round
    held = next
  }
  return undefined
}

describe('a thief who presents the replaced token after its owner, hour after hour', () => {
  test.each([
    [1, 3],
    [10, 3],
    [25, 3],
    [30, 3],
    [31, 1],
    [60, 1],
    [119, 1],
    [600, 1],
    [3590, 1],
  ])('%i s after receipt is noticed in round %i of 8', async (delay, expected) => {
    const noticed = await roundsUntilNoticed(await newPair(deps), 8, async (held, round) => {
      const pair = await refresh(held)
      await call(pair.access)
      at(round * HOUR + delay * SECOND)
      const stolen = await refresh(held).catch(() => undefined)
      if (stolen) await call(stolen.access)
      return pair.refresh
    })
    expect(noticed).toBe(expected)
  })

  test.each([
    [5, 3],
    [31, 1],
    [101, 1],
  ])('%i s before its owner, with calls of its own, is noticed in round %i', async (lead, expected) => {
    const noticed = await roundsUntilNoticed(await newPair(deps), 8, async (held, round) => {
      at(round * HOUR - lead * SECOND)
      const stolen = await refresh(held)
      await call(stolen.access)
      at(round * HOUR)
      const pair = await refresh(held).catch(() => stolen)
      return pair.refresh
    })
    expect(noticed).toBe(expected)
  })

  test('is noticed although the access token and its row have long gone', async () => {
    const first = await newPair(deps)
    const pair = await refresh(first.refresh)
    await call(pair.access)
    at(5 * HOUR)
    await storage.stores().tables.grants.deleteEntity(first.grantId, `access:${tokenOf('access', pair.access).hash}`)
    expect(await reasonOf(refresh(first.refresh))).toBe('refresh-reused')
  })

  test('is noticed although many workers meet the access token during its hour', async () => {
    const first = await newPair(deps)
    const pair = await refresh(first.refresh)
    for (let minute = 0; minute <= 50; minute += 5) {
      at(minute * 60 * SECOND)
      expect(await call(pair.access)).toBe(true)
    }
    at(50 * 60 * SECOND + SECOND)
    expect(await reasonOf(refresh(first.refresh))).toBe('refresh-reused')
  })
})

describe('an owner alone is never punished', () => {
  const honest: Record<string, Round> = {
    'whose every answer is lost once': async (held) => {
      await refresh(held)
      const pair = await refresh(held)
      await call(pair.access)
      return pair.refresh
    },
    'who refreshes on three instances at once': async (held) => {
      const pairs = await Promise.all([1, 2, 3].map(() => refresh(held, storage.deps())))
      await call(pairs[0]!.access)
      return pairs[1]!.refresh
    },
    'whose second request was under way when the first one’s pair was used': async (held, round) => {
      const slow = slowly(held, 0)
      at(round * HOUR + SECOND)
      const pair = await refresh(held)
      await call(pair.access)
      // Entra has let the other instance wait for longer than the grace.
      at(round * HOUR + 50 * SECOND)
      expect(await slow.end()).not.toHaveProperty('repeatedAfterMs')
      return pair.refresh
    },
    'who refreshes on three instances at once whose clocks differ, and uses the first answer': async (held, round) => {
      const [behind, ahead] = [-9, 20].map((skew) => slowly(held, skew * SECOND))
      await Promise.all([behind?.waiting, ahead?.waiting])
      const pair = await refresh(held)
      await call(pair.access)
      at(round * HOUR + SECOND)
      for (const other of [behind, ahead]) expect((await other?.end())?.refresh).toBe(pair.refresh)
      return pair.refresh
    },
    'who opens the access token late': async (held, round) => {
      const pair = await refresh(held)
      at(round * HOUR + 1800 * SECOND)
      await call((await refresh(held)).access)
      return pair.refresh
    },
  }
  test.each(Object.entries(honest))('%s', async (_, play) => {
    const first = await newPair(deps)
    expect(await roundsUntilNoticed(first, 8, play)).toBeUndefined()
    expect((await deps.store.readGrant(first.grantId))?.row.repeats).toBeUndefined()
  })

  test.each([1, 12, 24 * 20])('a laptop that slept %i h on a lost answer goes on with the same pair', async (hours) => {
    const first = await newPair(deps)
    const lost = await refresh(first.refresh)
    at(hours * HOUR)
    const found = await refresh(first.refresh)
    expect(found).toMatchObject({ access: lost.access, refresh: lost.refresh })
    expect(await call(found.access)).toBe(false)
    const next = await refresh(found.refresh)
    expect(await call(next.access)).toBe(true)
  })

  test('one that slept for longer than the idle lifetime signs in anew, and hears so at once', async () => {
    const first = await newPair(deps)
    await refresh(first.refresh)
    at(31 * DAY)
    expect(await reasonOf(refresh(first.refresh))).toBe('expired')
    expect(await stateOf(first.grantId)).toBe('active')
  })
})

describe('the count', () => {
  const repeated = async (held: string, delay: number) => {
    const pair = await refresh(held)
    await call(pair.access)
    storage.clock.now += delay
    return { pair, outcome: await refresh(held).catch((error: unknown) => error) }
  }

  test('says after how many milliseconds the pair was asked for again', async () => {
    const first = await newPair(deps)
    expect((await repeated(first.refresh, 1_234)).outcome).toMatchObject({ repeatedAfterMs: 1_234 })
  })

  test.each([
    ['every 2 days', 2, 3],
    ['every 3 days', 3, 3],
    ['every 4 days', 4, undefined],
    ['once a week', 7, undefined],
  ])('repeats %s', async (_, days, expected) => {
    let { refresh: held } = await newPair(deps)
    let ended: number | undefined
    for (let round = 1; round <= 6 && ended === undefined; round++) {
      at(round * days * DAY)
      const { pair, outcome } = await repeated(held, 5 * SECOND)
      if (outcome instanceof GrantRefused) {
        expect(outcome).toMatchObject({ reason: 'refresh-repeated', repeatedAfterMs: 5_000 })
        ended = round
      }
      held = pair.refresh
    }
    expect(ended).toBe(expected)
  })

  test('is one for one token, however often it comes', async () => {
    const first = await newPair(deps)
    await repeated(first.refresh, SECOND)
    for (let times = 0; times < 10; times++) expect(await reasonOf(refresh(first.refresh))).toBe('a pair')
    expect((await deps.store.readGrant(first.grantId))?.row.repeats).toHaveLength(1)
  })

  test('ten repeats at once are one round, and all get the pair', async () => {
    const first = await newPair(deps)
    const pair = await refresh(first.refresh)
    await call(pair.access)
    storage.clock.now += SECOND
    const again = await Promise.all(Array.from({ length: 10 }, () => refresh(first.refresh, storage.deps())))
    expect(new Set(again.map(({ refresh: next }) => next))).toEqual(new Set([pair.refresh]))
    expect((await deps.store.readGrant(first.grantId))?.row.repeats).toHaveLength(1)
  })

  test('that cannot be written gives no pair: 503, and nothing ends', async () => {
    const first = await newPair(deps)
    await call((await refresh(first.refresh)).access)
    storage.clock.now += SECOND
    const commit = () => Promise.reject(new StorageUnavailable('away'))
    const away: GrantDeps = { ...deps, store: { ...deps.store, commit } }
    await expect(refresh(first.refresh, away)).rejects.toBeInstanceOf(StorageUnavailable)
    expect(await stateOf(first.grantId)).toBe('active')
    expect(await reasonOf(refresh(first.refresh))).toBe('a pair')
  })
})

describe('rows of 0.1.0', () => {
  test.each([
    ['within the grace that they name', 119, 'a pair'],
    ['after it', 121, 'refresh-reused'],
  ])('%s: %i s after use, %s', async (_, delay, expected) => {
    const first = await newPair(deps)
    const second = await refresh(first.refresh)
    const third = await refresh(second.refresh)
    const { grants } = storage.stores().tables
    for (const [value, more] of [
      [first.refresh, { graceUntil: new Date(START + 120 * SECOND) }],
      [second.refresh, {}],
    ] as const) {
      const rowKey = `refresh:${tokenOf('refresh', value).hash}`
      const { keyId, sealed, expiresAt, state } = await grants.getEntity(first.grantId, rowKey)
      const old = { partitionKey: first.grantId, rowKey, keyId, sealed, expiresAt, state, ...more }
      await grants.updateEntity(old, 'Replace')
    }
    at(delay * SECOND)
    expect(await reasonOf(refresh(first.refresh))).toBe(expected)
    expect(await reasonOf(refresh(third.refresh))).toBe(expected === 'a pair' ? 'a pair' : 'revoked')
  })
})

test('a grant for another resource is neither opened nor renewed here, nor ended', async () => {
  const pair = await newPair(deps)
  const tokens = createAccessTokens(deps)
  const access = tokenOf('access', pair.access)
  for (const resource of ['https://crm.example/mcp-uat', 'https://crm.example', 'https://other.example/mcp', ''])
    expect(await tokens.open(access, resource)).toBeUndefined()
  const elsewhere = { ...APPROVAL, resource: 'https://crm.example/mcp-uat' }
  const renewing = rotateRefreshToken(deps, tokenOf('refresh', pair.refresh), elsewhere, () =>
    Promise.resolve(authorization(START)),
  )
  expect(await reasonOf(renewing)).toBe('other-resource')
  expect(await tokens.open(access, APPROVAL.resource)).toMatchObject({ resource: APPROVAL.resource })
  expect(await tokens.open(access, 'https://crm.example/mcp-uat')).toBeUndefined()
  expect(await reasonOf(refresh(pair.refresh))).toBe('a pair')
})

/** A refresh that another instance, whose clock is `skew` ms off, has begun and that Entra does not answer before `end`. */
function slowly(held: string, skew: number) {
  const asked = Promise.withResolvers<undefined>()
  const entra = Promise.withResolvers<undefined>()
  const other: GrantDeps = { ...storage.deps(), now: () => storage.clock.now + skew }
  const running = rotateRefreshToken(other, tokenOf('refresh', held), APPROVAL, async () => {
    asked.resolve(undefined)
    await entra.promise
    return authorization(storage.clock.now)
  })
  return { waiting: asked.promise, end: (): Promise<TokenPair> => (entra.resolve(undefined), running) }
}
