import { describe, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { later, within } from '../../../shared/telemetry/deadline.ts'
import { startCountingTimers } from './live-timers.ts'

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const fail = (): void => reject(signal.reason as Error)
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail)
  })

describe('work within a deadline', () => {
  test.each([
    ['a time that is over', 0],
    ['one long past', -60_000],
    ['a fraction', 0.2],
    ['a moment', 5],
  ])('%s ends it with a TimeoutError', async (_, ms) => {
    await expect(within(ms, untilAborted)).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  test.each([
    ['no end', Infinity],
    ['more milliseconds than a timer counts', 2 ** 31],
  ])('%s is not at once', async (_, ms) => {
    const isAborted = await within(ms, async (signal) => {
      await sleep(20)
      return signal.aborted
    })
    expect(isAborted).toBe(false)
  })

  test.each([
    ['that succeeds', () => Promise.resolve('done')],
    ['that fails', () => Promise.reject(new Error('failed'))],
  ])('%s leaves no timer, and its signal never aborts', async (_, work) => {
    const timers = startCountingTimers()
    const signals: AbortSignal[] = []
    const run = (): Promise<unknown> =>
      within(60_000, (signal) => {
        signals.push(signal)
        return work()
      })
    await Promise.allSettled(Array.from({ length: 500 }, run))
    expect(await timers.stop()).toBe(0)
    expect(signals.filter(({ aborted }) => aborted)).toEqual([])
  })
})

test('what was to run later does not, once it is called off', async () => {
  const ran: string[] = []
  const stop = later(1, () => ran.push('called off'))
  later(2, () => ran.push('left'))
  stop()
  await sleep(50)
  expect(ran).toEqual(['left'])
})
