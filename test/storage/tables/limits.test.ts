import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createUsageSender } from '../../../shared/mcp/limits/send-usage.ts'
import { createUsageCounts, type UsageCounts } from '../../../shared/mcp/limits/usage.ts'
import { mergeUsage } from '../../../shared/mcp/limits/window.ts'
import type { LimitStore, Usage } from '../../../shared/storage/ports.ts'
import { startStorageProxy, type StorageProxy } from '../../e2e/support/storage-proxy.ts'
import { DAY, START, startStorage, type Storage, storesOf } from '../support/harness.ts'

let storage: Storage
let proxy: StorageProxy
beforeAll(async () => {
  storage = await startStorage()
  proxy = await startStorageProxy(storage.azurite)
})
afterAll(() => Promise.all([proxy.close(), storage.close()]))

const MINUTE = START / 60_000
const more: Usage = {
  minute: Math.floor(MINUTE),
  calls: 2,
  hour: Math.floor(MINUTE / 60),
  writes: 3,
  day: Math.floor(START / DAY),
  rows: 30,
}
const add = (store: LimitStore, who: string, known?: Awaited<ReturnType<LimitStore['add']>>) =>
  store.add(who, (stands) => mergeUsage(stands, more), START + DAY, known)

test('many instances that add at once lose nothing, and each learns of the others', async () => {
  const who = randomUUID()
  const instances = Array.from({ length: 4 }, () => storesOf(storage.azurite.connectionString).limits)
  const stand = await Promise.all(instances.map((store) => add(store, who)))
  expect(
    stand
      .map(({ calls, writes, rows }) => [calls, writes, rows])
      .toSorted(([one], [other]) => Number(one) - Number(other)),
  ).toEqual([1, 2, 3, 4].map((times) => [times * 2, times * 3, times * 30]))
})

test('who has written nothing has a row of before there was writing, and such a row is added to', async () => {
  const who = randomUUID()
  const { limits, tables } = storage.stores()
  await limits.add(who, () => ({ ...more, writes: 0 }), START)
  const before = await tables.limits.getEntity(who, 'usage')
  expect([before['hour'], before['writes']]).toEqual([undefined, undefined])
  const { hour, writes, calls } = await add(limits, who)
  expect([hour, writes, calls]).toEqual([more.hour, 3, 4])
  expect((await add(storage.stores().limits, who)).writes).toBe(6)
})

test('a row that is known is not read, and one that somebody changed or deleted is read anew', async () => {
  const who = randomUUID()
  const { limits } = storesOf(proxy.connectionString)
  const first = await add(limits, who)
  proxy.reset()
  const second = await add(limits, who, first)
  expect([proxy.background(), second.calls]).toEqual([1, 4])
  expect((await add(limits, who, first)).calls).toBe(6)
  await storage.stores().tables.limits.deleteEntity(who, 'usage')
  expect((await add(limits, who, second)).calls).toBe(2)
})

test('more than a column holds stays the most that it holds', async () => {
  const who = randomUUID()
  const { limits, tables } = storage.stores()
  await limits.add(who, () => ({ ...more, rows: 5_000_000_000 }), START)
  expect((await tables.limits.getEntity(who, 'usage'))['rows']).toBe(2 ** 31 - 1)
})

/** An instance of its own on the storage behind the proxy; `now` is told. */
function instance(clock: { now: number }) {
  const counts = createUsageCounts(() => clock.now)
  const later = (_ms: number, work: () => void) => void setTimeout(work, 5).unref()
  const { limits: store } = storesOf(proxy.connectionString)
  let ended = 0
  const watched: UsageCounts = {
    ...counts,
    sent: (...what) => {
      counts.sent(...what)
      ended += 1
    },
  }
  const sender = createUsageSender({ store, counts: watched, nameOf: (who) => Promise.resolve(who), later })
  return { counts, sender, ended: () => ended }
}

const until = async (condition: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 3_000 && !condition(); tries += 1) await pause(10)
  expect(condition()).toBe(true)
}

test('a person’s counts are added once in ten seconds, whatever they do meanwhile', async () => {
  const who = randomUUID()
  const clock = { now: START }
  const { counts, sender, ended } = instance(clock)
  const count = () => {
    counts.add(who, { calls: 1, rows: 3 })
    sender.wake()
  }
  count()
  await until(() => ended() === 1)
  proxy.reset()
  for (let calls = 0; calls < 50; calls += 1) count()
  await pause(100)
  expect(proxy.background()).toBe(0)
  clock.now += 10_000
  await until(() => ended() === 2)
  expect(proxy.background()).toBe(1)
  expect((await storage.stores().tables.limits.getEntity(who, 'usage'))['rows']).toBe(153)
})

test('what one instance counted another knows after its own first write', async () => {
  const who = randomUUID()
  const clock = { now: START }
  const [one, other] = [instance(clock), instance(clock)]
  for (const [at, { counts, sender, ended }] of [one, other].entries()) {
    counts.add(who, { calls: at === 0 ? 100 : 1 })
    sender.wake()
    await until(() => ended() === 1)
  }
  expect(other.counts.used(who).calls).toBe(101)
})

test('while storage is away counting goes on at once, and all of it is added once it is back', async () => {
  const who = randomUUID()
  const clock = { now: START }
  const { counts, sender, ended } = instance(clock)
  proxy.set('down')
  for (let calls = 0; calls < 20; calls += 1) {
    counts.add(who, { calls: 1, rows: 1 })
    sender.wake()
  }
  await until(() => ended() === 1)
  expect(counts.used(who)).toMatchObject({ calls: 20, rows: 20 })
  proxy.set('up')
  clock.now += 10_000
  sender.wake()
  await until(() => ended() === 2)
  expect((await storage.stores().tables.limits.getEntity(who, 'usage'))['rows']).toBe(20)
})
