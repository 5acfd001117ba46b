import { performance } from 'node:perf_hooks'
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { createPace } from '../../../shared/storage/table/sweep/pace.ts'
import { eachInTime, newTally } from '../../../shared/storage/table/sweep/tally.ts'

const ITEMS = Array.from({ length: 60 }, (_, at) => at)
const clock = () => performance.now()
const newSweep = () => newTally(clock, Infinity)

function spin(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('a sweep that is at work all the time leaves people more of the thread than it takes', async () => {
  const parts: number[] = []
  // What the process does besides, such as collecting garbage, counts as well: of three one is undisturbed.
  for (let time = 0; time < 3; time += 1) {
    const [startedAt, before] = [clock(), process.cpuUsage()]
    const done = await eachInTime(newSweep(), ITEMS, async () => {
      await turn()
      spin(2)
    })
    expect(done.toSorted((a, b) => a - b)).toEqual(ITEMS)
    const { user, system } = process.cpuUsage(before)
    parts.push((user + system) / 1000 / (clock() - startedAt))
  }
  expect(Math.min(...parts)).toBeLessThan(1 / 2)
})

test('calls that keep the thread busy do not keep a sweep from its end', async () => {
  const over = new AbortController()
  const calls = (async () => {
    while (!over.signal.aborted) {
      spin(3)
      await turn()
    }
  })()
  const done = await eachInTime(newSweep(), ITEMS, () => turn()).finally(() => over.abort())
  await calls
  expect(done.toSorted((a, b) => a - b)).toEqual(ITEMS)
})

test('waiting for storage is rest enough', async () => {
  const pace = createPace(clock)
  spin(5)
  await pause(100)
  const first = await Promise.race([pace().then(() => 'at once'), turn('later')])
  expect(first).toBe('at once')
  // By a clock that stands still there was work alone.
  const busy = createPace(() => 0)
  spin(5)
  expect(await Promise.race([busy().then(() => 'at once'), turn('later')])).toBe('later')
})

test('a clock that is set back an hour costs a moment, and what comes after it no more', async () => {
  let at = 3_600_000
  const pace = createPace(() => at)
  at = 0
  const first = await Promise.race([pace().then(() => 'a moment'), pause(1_000, 'long')])
  expect(first).toBe('a moment')
  at += 100
  expect(await Promise.race([pace().then(() => 'at once'), turn('later')])).toBe('at once')
})
