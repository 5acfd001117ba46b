import { beforeEach, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { createFairLine, type FairLine, type Place, type SentAway } from '../../../../shared/mcp/limits/fair-line.ts'
import type { LineBounds } from '../../../../shared/mcp/limits/line-bounds.ts'
import { type OwnTime, ownTime } from './support/own-time.ts'

type Call = { readonly who: string; readonly answer: Promise<Place | SentAway> }

let time: OwnTime
beforeEach(() => void (time = ownTime()))

/** No answer is kept back, unless a test says so. */
const lineOf = (bounds: Partial<LineBounds>): FairLine => createFairLine({ ...time, bounds: { held: 0, ...bounds } })

/** Every call takes `workMs`; tells in which order they began. */
function run(
  line: FairLine,
  workMs: number,
): { readonly call: (who: string, bytes?: number) => Call; began: string[] } {
  const began: string[] = []
  const call = (who: string, bytes = 100): Call => {
    const answer = line.take(who, bytes).then((place) => {
      if ('leave' in place) {
        began.push(who)
        time.later(workMs, place.leave)
      }
      return place
    })
    return { who, answer }
  }
  return { call, began }
}

const kindsOf = async (calls: readonly Call[]): Promise<string[]> =>
  (await Promise.all(calls.map(({ answer }) => answer))).map((one) => ('leave' in one ? 'begun' : 'sent away'))

async function finished(calls: readonly Call[]): Promise<string[]> {
  await time.pass(60_000)
  return kindsOf(calls)
}

const many = (count: number, make: () => Call): Call[] => Array.from({ length: count }, make)

describe('who is next', () => {
  test('a person who comes after another’s hundred calls waits for none of those that wait', async () => {
    const line = lineOf({ atWork: 4, atWorkPerPerson: 4, waitMs: 60_000 })
    const { call, began } = run(line, 10)
    many(100, () => call('heavy'))
    await time.pass(25)
    const before = began.length
    call('light')
    await time.pass(11)
    expect(began.slice(before, before + 4)).toContain('light')
  })

  test('people take turns, one call each, however many each of them sent', async () => {
    const line = lineOf({ atWork: 1, waitMs: 60_000 })
    const { call, began } = run(line, 10)
    for (const [who, count] of [
      ['a', 6],
      ['b', 2],
      ['c', 3],
    ] as const)
      many(count, () => call(who))
    await time.pass(1_000)
    expect(began.join('')).toBe('aabcabcacaa')
  })

  test('a person’s calls at work leave places for others', async () => {
    const line = lineOf({ atWork: 8, atWorkPerPerson: 4 })
    const { call, began } = run(line, 1_000)
    many(20, () => call('heavy'))
    many(4, () => call('light'))
    await time.pass(1)
    expect(began).toEqual([...Array(4).fill('heavy'), ...Array(4).fill('light')])
  })

  test('between two calls that begin what has come in is read', async () => {
    const line = lineOf({ atWork: 1, atWorkPerPerson: 1 })
    const { call, began } = run(line, 10)
    many(3, () => call('heavy'))
    await time.pass(9)
    time.later(1, () => call('light'))
    await time.pass(30)
    expect(began.slice(0, 3)).toEqual(['heavy', 'heavy', 'light'])
  })

  test('a call that waited once gives its person no more places, when the time that it might have waited is over', async () => {
    const line = lineOf({ atWorkPerPerson: 1, waitMs: 1_000 })
    const { call, began } = run(line, 100)
    many(2, () => call('heavy'))
    await time.pass(950)
    expect(line.size().people).toBe(0)
    const long = run(line, 10_000)
    long.call('heavy')
    await time.pass(100)
    long.call('heavy')
    await time.pass(0)
    expect([began.length, line.size()]).toEqual([2, { atWork: 1, waiting: 1, people: 1 }])
  })

  test('nothing is left behind, whoever came in whatever order; everybody is answered, and no bound is passed', async () => {
    const people = fc.array(fc.record({ who: fc.constantFrom('a', 'b', 'c', 'd'), at: fc.nat(200), ms: fc.nat(100) }))
    await fc.assert(
      fc.asyncProperty(people, async (calls) => {
        const bounds = { atWork: 3, atWorkPerPerson: 2, waiting: 6, waitingPerPerson: 3, waitMs: 80 }
        const line = lineOf(bounds)
        let answered = 0
        const atWorkOf = new Map<string, number>()
        const count = (who: string, more: 1 | -1): number => {
          atWorkOf.set(who, (atWorkOf.get(who) ?? 0) + more)
          return atWorkOf.get(who) ?? 0
        }
        for (const { who, at, ms } of calls)
          time.later(at, () => {
            void line.take(who, 1).then((place) => {
              answered += 1
              const { atWork, waiting } = line.size()
              expect(atWork).toBeLessThanOrEqual(3)
              expect(waiting).toBeLessThanOrEqual(6)
              if (!('leave' in place)) return
              expect(count(who, 1)).toBeLessThanOrEqual(2)
              time.later(ms, () => {
                count(who, -1)
                place.leave()
              })
            })
          })
        await time.pass(2_000)
        expect(answered).toBe(calls.length)
        expect(line.size()).toEqual({ atWork: 0, waiting: 0, people: 0 })
      }),
      { numRuns: 50 },
    )
  })
})

describe('who is sent away', () => {
  test.each([
    ['more calls of one person than may wait', { waitingPerPerson: 5 }, 'heavy', 100, 5],
    ['more bytes of one person than may wait', { bytesPerPerson: 1_000 }, 'heavy', 300, 3],
    ['more calls in all than may wait', { waiting: 4 }, 'heavy', 100, 4],
    ['more bytes in all than may wait', { bytes: 500 }, 'heavy', 100, 5],
  ])('%s', async (_what, bounds, who, bytes, waiting) => {
    const line = lineOf({ atWorkPerPerson: 1, ...bounds })
    const { call } = run(line, 1_000)
    const calls = many(20, () => call(who, bytes))
    await time.pass(0)
    expect(line.size()).toMatchObject({ atWork: 1, waiting })
    await time.pass(60_000)
    expect((await kindsOf(calls)).filter((kind) => kind === 'sent away')).toHaveLength(20 - 1 - waiting)
  })

  test('one person who fills what may wait of theirs leaves room for others', async () => {
    const line = lineOf({ atWork: 2, atWorkPerPerson: 1, waitingPerPerson: 5 })
    const { call } = run(line, 1_000)
    many(50, () => call('heavy'))
    const light = call('light')
    await time.pass(1)
    expect(await kindsOf([light])).toEqual(['begun'])
  })

  test('what has waited too long leaves when its time has come, also while nobody is answered', async () => {
    const line = lineOf({ atWorkPerPerson: 1, waitMs: 10_000 })
    const { call } = run(line, 3_600_000)
    const calls = many(3, () => call('heavy'))
    await time.pass(10_000)
    expect(await kindsOf(calls)).toEqual(['begun', 'sent away', 'sent away'])
    expect(line.size()).toEqual({ atWork: 1, waiting: 0, people: 1 })
  })

  test('what would wait too long is told so at once, and when to come again', async () => {
    const line = lineOf({ atWork: 1, atWorkPerPerson: 1, waitMs: 10_000 })
    const { call } = run(line, 9_000)
    for (let calls = 0; calls < 40; calls += 1) {
      call('heavy')
      await time.pass(9_000)
    }
    const calls = many(5, () => call('heavy'))
    await time.pass(0)
    const last = await calls[4]?.answer
    const seconds = last && 'retryAfterSeconds' in last ? last.retryAfterSeconds : 0
    expect(seconds).toBeGreaterThanOrEqual(9)
    expect(seconds).toBeLessThanOrEqual(30)
  })

  test('one person’s slow calls do not have another’s quick ones sent away', async () => {
    const line = lineOf({ atWork: 64, atWorkPerPerson: 4, waitMs: 10_000 })
    const slow = run(line, 40_000)
    for (let calls = 0; calls < 40; calls += 1) slow.call('slow')
    await time.pass(400_000)
    const quick = run(line, 50)
    expect(await finished(many(40, () => quick.call('quick')))).not.toContain('sent away')
  })

  test('a flood is a few lines: the first, the tenth, the hundredth of a minute', async () => {
    const line = lineOf({ atWorkPerPerson: 1, waitingPerPerson: 0 })
    const { call } = run(line, 1_000_000)
    const calls = many(1_001, () => call('heavy'))
    const sent = (await Promise.all(calls.map(({ answer }) => answer))).filter((one) => 'milestone' in one)
    expect(sent.flatMap(({ milestone }) => milestone ?? [])).toEqual([1, 10, 100, 1_000])
  })

  test('a clock that steps back neither keeps a call for ever nor tells of a wait that was none', async () => {
    const line = lineOf({ atWorkPerPerson: 1 })
    const { call } = run(line, 50)
    const calls = many(2, () => call('a'))
    time.shift(-3_600_000)
    await time.pass(20_000)
    expect(await kindsOf(calls)).toEqual(['begun', 'begun'])
    const second = await calls[1]?.answer
    expect(second && 'waitedMs' in second && second.waitedMs).toBe(0)
    expect(line.size().people).toBe(0)
  })
})

describe('who asks again at once', () => {
  const full = { atWork: 1, atWorkPerPerson: 1, waitingPerPerson: 0 }

  test('is sent away a second later, others not', async () => {
    const line = lineOf({ ...full, atWork: 2, held: 10, heldMs: 1_000 })
    const { call } = run(line, 60_000)
    call('heavy')
    const told: number[] = []
    void call('heavy').answer.then(() => told.push(1))
    const light = call('light')
    expect(await kindsOf([light])).toEqual(['begun'])
    await time.pass(999)
    expect(told).toEqual([])
    await time.pass(1)
    expect(told).toEqual([1])
  })

  test.each([
    ['answers', { held: 3 }, 10],
    ['bytes', { held: 100, bytes: 30 }, 10],
  ])('no more %s are kept back than a worker bears; the others go at once', async (_what, bounds, bytes) => {
    const line = lineOf({ ...full, heldMs: 1_000, ...bounds })
    const { call } = run(line, 60_000)
    call('heavy', bytes)
    let told = 0
    for (const { answer } of many(10, () => call('heavy', bytes))) void answer.then(() => (told += 1))
    await time.pass(0)
    expect(told).toBe(7)
    await time.pass(1_000)
    expect(told).toBe(10)
  })

  test('after what was refused a person rests, and no place of others does', async () => {
    const line = lineOf({ atWork: 1, atWorkPerPerson: 1 })
    const began: string[] = []
    const ask = (who: string): void =>
      void line.take(who, 1).then((place) => {
        began.push(who)
        if ('leave' in place) place.leave(who === 'heavy' ? 500 : 0)
      })
    ask('heavy')
    ask('heavy')
    ask('light')
    await time.pass(1)
    expect(began).toEqual(['heavy', 'light'])
    await time.pass(498)
    expect(began).toHaveLength(2)
    await time.pass(1)
    expect(began).toEqual(['heavy', 'light', 'heavy'])
    await time.pass(500)
    expect(line.size()).toEqual({ atWork: 0, waiting: 0, people: 0 })
  })
})
