import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createLane, LaneFull } from '../../../../../shared/oauth/clients/documents/reading-lane.ts'

const NEVER = new AbortController().signal

/** Work that ends when it is told to. */
function stage(mostAtOnce = 4, mostWaiting = 3) {
  const lane = createLane(mostAtOnce, mostWaiting)
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const start = (name: string, preferred = false, signal = NEVER, from?: string) =>
    lane.run({ preferred, ...(from === undefined ? {} : { from }) }, signal, () => {
      begun.push(name)
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
    })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const end = async (name: string) => {
    ends.get(name)?.()
    await settle()
  }
  return { lane, begun, start, end, settle }
}

describe('a lane', () => {
  test('runs so many at once, and the next in the order in which they came', async () => {
    const { begun, start, end, settle } = stage()
    const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => start(name))
    await settle()
    expect(begun.join('')).toBe('abcd')
    await end('c')
    await end('a')
    expect(begun.join('')).toBe('abcdef')
    for (const name of ['b', 'd', 'e', 'f']) await end(name)
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  test('refuses at once what is too much to wait', async () => {
    const { start } = stage(1, 1)
    void start('a')
    void start('b')
    await expect(start('c')).rejects.toThrow(LaneFull)
  })

  test('preferred work goes first, and takes the place of what is not', async () => {
    const { begun, start, end, settle } = stage(1, 2)
    void start('a')
    void start('b')
    const last = start('c').catch((error: unknown) => error)
    void start('d', true)
    expect(await last).toBeInstanceOf(LaneFull)
    await settle()
    await end('a')
    await end('d')
    expect(begun.join('')).toBe('adb')
  })

  test('among preferred work alone, too much is too much', async () => {
    const { start } = stage(1, 1)
    void start('a', true)
    void start('b', true)
    await expect(start('c', true)).rejects.toThrow(LaneFull)
  })

  test('a flood from one address keeps out nobody else, and is not let in before them', async () => {
    const { begun, start, end, settle } = stage(1, 3)
    void start('a', false, NEVER, 'flood')
    void start('b', false, NEVER, 'flood')
    void start('c', false, NEVER, 'flood')
    const last = start('d', false, NEVER, 'flood').catch((error: unknown) => error)
    await expect(start('e', false, NEVER, 'flood')).rejects.toThrow(LaneFull)
    void start('P', false, NEVER, 'person')
    expect(await last).toBeInstanceOf(LaneFull)
    await settle()
    for (const name of ['a', 'P', 'b', 'c']) await end(name)
    expect(begun.join('')).toBe('aPbc')
  })

  test('whoever already has as many waiting gets no place of another', async () => {
    const { start } = stage(1, 3)
    for (const [name, from] of Object.entries({ a: 'x', b: 'x', c: 'x', d: 'y' })) void start(name, false, NEVER, from)
    await expect(start('e', false, NEVER, 'y')).rejects.toThrow(LaneFull)
  })

  test('not even one address takes the place of what has the right of way', async () => {
    const { start } = stage(1, 2)
    for (const name of ['a', 'b', 'c']) void start(name, true, NEVER, 'x')
    await expect(start('d', false, NEVER, 'y')).rejects.toThrow(LaneFull)
  })

  test('work that waits too long leaves its place, and is never begun', async () => {
    const { begun, start, end } = stage(1, 1)
    void start('a')
    const controller = new AbortController()
    const late = start('b', false, controller.signal)
    controller.abort(new Error('late'))
    await expect(late).rejects.toThrow('late')
    void start('c')
    await end('a')
    expect(begun.join('')).toBe('ac')
  })

  test('work that fails gives its place back', async () => {
    const { lane } = stage(1, 1)
    await expect(lane.run({ preferred: false }, NEVER, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await lane.run({ preferred: false }, NEVER, () => Promise.resolve('yes'))).toBe('yes')
  })

  test('whatever comes and goes, never more run at once, and none is lost', async () => {
    const step = fc.record({
      preferred: fc.boolean(),
      late: fc.boolean(),
      fails: fc.boolean(),
      from: fc.constantFrom('a', 'b', 'c'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const lane = createLane(3, 5)
        let [running, most] = [0, 0]
        const runs = steps.map(async ({ preferred, late, fails, from }) => {
          const signal = late ? AbortSignal.abort(new Error('late')) : NEVER
          await lane.run({ preferred, from }, signal, async () => {
            running += 1
            most = Math.max(most, running)
            await new Promise((resolve) => setImmediate(resolve))
            running -= 1
            if (fails) throw new Error('no')
          })
        })
        await Promise.allSettled(runs)
        expect([running, most <= 3]).toEqual([0, true])
        const free = [1, 2, 3].map(() => lane.run({ preferred: false }, NEVER, () => Promise.resolve('free')))
        expect(await Promise.all(free)).toEqual(['free', 'free', 'free'])
      }),
    )
  })
})
