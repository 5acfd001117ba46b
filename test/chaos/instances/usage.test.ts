import { expect, test } from '@jest/globals'
import { existsSync } from 'node:fs'
import { UsageWatch, usageOf } from './usage.ts'

const hasProc = existsSync('/proc/self/stat')
const NOBODY = 2 ** 22 + 1

test('processor time and memory are those that the process itself knows', () => {
  const { user, system } = process.cpuUsage()
  const usage = usageOf(process.pid)
  if (!hasProc) expect(usage).toBeUndefined()
  else {
    expect(Math.abs((usage?.cpuSeconds ?? 0) - (user + system) / 1_000_000)).toBeLessThan(0.3)
    expect(usage?.residentBytes).toBeGreaterThan(process.memoryUsage.rss() / 2)
  }
})

test('a process that has gone has no usage, and what it used stays counted', () => {
  expect(usageOf(NOBODY)).toBeUndefined()
  const watch = new UsageWatch()
  watch.sample([process.pid, NOBODY], process.pid)
  const { cpuSeconds, memory } = watch.result()
  watch.sample([NOBODY], NOBODY)
  expect(watch.result().cpuSeconds).toBe(cpuSeconds)
  expect(memory.end).toBe(memory.most)
})
