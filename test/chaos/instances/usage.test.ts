import { expect, test } from '@jest/globals'
import { existsSync } from 'node:fs'
import { UsageWatch, usageOf } from './usage.ts'

const hasProc = existsSync('/proc/self/stat')
const NOBODY = 2 ** 22 + 1

test('processor time grows with work, and memory is that of this process', () => {
  const before = usageOf(process.pid)
  const until = performance.now() + 250
  while (performance.now() < until) Math.sqrt(until)
  const after = usageOf(process.pid)
  if (!hasProc) expect(after).toBeUndefined()
  else {
    expect((after?.cpuSeconds ?? 0) - (before?.cpuSeconds ?? 0)).toBeGreaterThanOrEqual(0.02)
    expect(after?.residentBytes).toBeGreaterThan(10_000_000)
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
