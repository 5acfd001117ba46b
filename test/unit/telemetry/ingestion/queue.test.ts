import { describe, expect, test } from '@jest/globals'
import {
  AuditUnreachable,
  AWAITED_MS,
  createAuditQueue,
  type Lost,
} from '../../../../shared/telemetry/ingestion/queue.ts'
import type { Sent } from '../../../../shared/telemetry/ingestion/send-rows.ts'

type Timer = { readonly at: number; readonly work: () => void }

/** A clock that is turned by hand, and a table that answers as it is told. */
function stage() {
  let time = 0
  let stepped = 0
  const timers: Timer[] = []
  const sends: { at: number; ids: string[]; bytes: number }[] = []
  const answers: (Sent | Promise<Sent>)[] = []
  const lost: Lost[] = []
  const queue = createAuditQueue({
    send: async (json) => {
      const rows = JSON.parse(json) as { EventId: string }[]
      sends.push({ at: time, ids: rows.map(({ EventId }) => EventId), bytes: Buffer.byteLength(json) })
      return answers.shift() ?? { kind: 'taken' }
    },
    now: () => time - stepped,
    later: (ms, work) => {
      const timer = { at: time + ms, work }
      timers.push(timer)
      return () => void timers.splice(0, timers.length, ...timers.filter((one) => one !== timer))
    },
    onLost: (one) => lost.push(one),
    random: () => 0.5,
  })
  const settle = async () => {
    for (let at = 0; at < 20; at += 1) await Promise.resolve()
  }
  const turnTo = async (until: number) => {
    for (;;) {
      await settle()
      const next = timers.toSorted((a, b) => a.at - b.at)[0]
      if (!next || next.at > until) break
      timers.splice(timers.indexOf(next), 1)
      time = Math.max(time, next.at)
      next.work()
    }
    time = until
    await settle()
  }
  const stepBack = (ms: number) => void (stepped += ms)
  return { queue, sends, answers, lost, turnTo, stepBack, taken: () => sends.flatMap(({ ids }) => ids) }
}
const row = (id: string | number, size = 0) => ({ EventId: String(id), Reason: 'x'.repeat(size) })
const again = (afterMs?: number): Sent => ({ kind: 'again', reason: 'status 429', ...(afterMs && { afterMs }) })

describe('rows that wait for a turn', () => {
  test('go together within a second, and once', async () => {
    const { queue, sends, turnTo } = stage()
    for (let at = 0; at < 50; at += 1) queue.add(row(at))
    await turnTo(999)
    expect(sends.map(({ ids }) => ids.length)).toEqual([50])
    await turnTo(10_000)
    expect(sends).toHaveLength(1)
  })

  test('go at most once a second, however many come', async () => {
    const { queue, sends, turnTo, taken } = stage()
    for (let at = 0; at < 100; at += 1) {
      queue.add(row(at))
      await turnTo((at + 1) * 50)
    }
    await turnTo(10_000)
    expect(taken()).toEqual(Array.from({ length: 100 }, (_, at) => String(at)))
    expect(sends.slice(1).map(({ at }, before) => at - sends[before]!.at >= 1_000)).not.toContain(false)
  })

  test.each([6, 500])('go also where the clock steps back by %i ms before their turn', async (ms) => {
    const { queue, turnTo, stepBack, taken } = stage()
    queue.add(row(1))
    stepBack(ms)
    await turnTo(2_000)
    expect(taken()).toEqual(['1'])
  })

  test('go in calls that are small enough', async () => {
    const { queue, sends, turnTo, taken } = stage()
    for (let at = 0; at < 300; at += 1) queue.add(row(at, 10_000))
    await turnTo(20_000)
    expect(new Set(taken()).size).toBe(300)
    for (const { bytes } of sends) expect(bytes).toBeLessThan(1_000_000)
  })
})

describe('rows that are not taken', () => {
  test('are sent again, after the time that was asked for, and none is lost or doubled', async () => {
    const { queue, sends, answers, lost, turnTo, taken } = stage()
    answers.push(again(30_000), again())
    queue.add(row(1))
    await turnTo(20_000)
    expect(sends).toHaveLength(1)
    expect(queue.isReachable()).toBe(false)
    queue.add(row(2))
    await turnTo(120_000)
    expect(taken()).toEqual(['1', '1', '2', '1', '2'])
    expect(sends[1]!.at).toBeGreaterThanOrEqual(30_000)
    expect(sends[2]!.at - sends[1]!.at).toBeGreaterThanOrEqual(3_750)
    expect(queue.isReachable()).toBe(true)
    expect(lost).toEqual([])
  })

  test('are sent in halves where they are too large together; one that is too large alone is told', async () => {
    const { queue, answers, lost, turnTo, taken } = stage()
    answers.push({ kind: 'tooLarge' }, { kind: 'taken' }, { kind: 'tooLarge' })
    for (const id of [1, 2, 3]) queue.add(row(id))
    await turnTo(20_000)
    expect(taken()).toEqual(['1', '2', '3', '1', '2', '3'])
    expect(lost).toEqual([{ count: 1, reason: 'status 413' }])
  })

  test('are told where no later call would take them', async () => {
    const { queue, answers, lost, turnTo } = stage()
    answers.push({ kind: 'refused', reason: 'status 400' })
    queue.add(row(1))
    queue.add(row(2))
    await turnTo(20_000)
    expect(lost).toEqual([{ count: 2, reason: 'status 400' }])
  })

  test('are bounded, in number and in bytes', async () => {
    const many = stage()
    for (let at = 0; at < 20_100; at += 1) many.queue.add(row(at))
    expect(many.lost.reduce((sum, { count }) => sum + count, 0)).toBe(100)
    const large = stage()
    for (let at = 0; at < 1_100; at += 1) large.queue.add(row(at, 16_000))
    expect(large.lost.length).toBeGreaterThan(90)
  })
})

describe('a row that an answer waits for', () => {
  test('is sent at once, with all that came meanwhile', async () => {
    const { queue, sends, turnTo } = stage()
    queue.add(row(1))
    const waited = queue.addAndWait(row(2))
    await turnTo(1)
    await expect(waited).resolves.toBeUndefined()
    const next = queue.addAndWait(row(3))
    await turnTo(2)
    await expect(next).resolves.toBeUndefined()
    expect(sends.map(({ ids }) => ids)).toEqual([['1', '2'], ['3']])
  })

  test('and nobody takes is an error, soon enough', async () => {
    const { queue, answers, turnTo } = stage()
    answers.push(...Array.from({ length: 20 }, () => again(60_000)))
    const waited = queue.addAndWait(row(1))
    const failed = expect(waited).rejects.toThrow(AuditUnreachable)
    await turnTo(AWAITED_MS)
    await failed
  })
})

describe('the end of an instance', () => {
  test('sends what is left', async () => {
    const { queue, lost, taken } = stage()
    for (const id of [1, 2, 3]) queue.add(row(id))
    await queue.close(1_000)
    expect([taken(), lost]).toEqual([['1', '2', '3'], []])
  })

  test('waits for no call that is never answered, and tells its rows once', async () => {
    const { queue, answers, lost, turnTo, taken } = stage()
    const { promise, resolve } = Promise.withResolvers<Sent>()
    answers.push(promise)
    queue.add(row(1))
    await turnTo(1_000)
    queue.add(row(2))
    const closed = queue.close(4_000)
    await turnTo(5_000)
    await closed
    expect(lost).toEqual([{ count: 2, reason: 'the instance ended first' }])
    resolve(again())
    await turnTo(200_000)
    expect([taken(), lost.length]).toEqual([['1'], 1])
  })

  test('waits neither for one of its own', async () => {
    const { queue, answers, lost, turnTo } = stage()
    answers.push(new Promise<Sent>(() => undefined))
    queue.add(row(1))
    const closed = queue.close(500)
    await turnTo(500)
    await closed
    expect(lost).toEqual([{ count: 1, reason: 'the instance ended first' }])
  })

  test('tells what was not taken', async () => {
    const { queue, answers, lost } = stage()
    answers.push(again())
    for (const id of [1, 2, 3]) queue.add(row(id))
    await queue.close(1_000)
    expect(lost).toEqual([{ count: 3, reason: 'the instance ended first' }])
  })
})

test('no wait is below nothing, as the clock goes on between two looks at it', async () => {
  const waits: number[] = []
  const works: (() => void)[] = []
  let time = 0
  const queue = createAuditQueue({
    send: () => Promise.resolve({ kind: 'taken' }),
    now: () => (time += 450.000_3),
    later: (ms, work) => {
      waits.push(ms)
      works.push(work)
      return () => undefined
    },
    onLost: () => undefined,
    random: () => 0.5,
  })
  for (let at = 0; at < 20; at += 1) {
    void queue.addAndWait(row(at)).catch(() => undefined)
    queue.add(row(`beside ${at}`))
    for (const work of works.splice(0)) work()
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  }
  expect(waits.length).toBeGreaterThan(20)
  expect(waits.filter((ms) => ms < 0)).toEqual([])
})
