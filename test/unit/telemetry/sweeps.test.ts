import { expect, test } from '@jest/globals'
import { tellSweep } from '../../../shared/app/tell-sweep.ts'
import type { AuditEvent } from '../../../shared/telemetry/events.ts'

const swept = async (sweep: () => Promise<{ deleted: number; kept: number; finished: boolean }>) => {
  const told: AuditEvent[] = []
  let clock = 0
  const deps = { sweeper: { sweep }, now: () => (clock += 5), audit: (event: AuditEvent) => void told.push(event) }
  const thrown: unknown = await tellSweep(deps).catch((error: unknown) => error)
  return { told, thrown }
}

test.each([
  [true, 'ok', '1 kept, finished'],
  [false, 'error', '1 kept, to be continued'],
])('a sweep tells whether it finished: %s', async (finished, outcome, reason) => {
  const { told, thrown } = await swept(() => Promise.resolve({ deleted: 3, kept: 1, finished }))
  expect(thrown).toBeUndefined()
  expect(told).toEqual([{ name: 'sweep.completed', outcome, count: 3, reason, durationMs: 5 }])
})

test('a sweep that throws is told as one, without the words of the storage, and thrown on', async () => {
  const refused = new RangeError('https://account.example/?sig=secret')
  const { told, thrown } = await swept(() => Promise.reject(refused))
  expect(thrown).toBe(refused)
  expect(told).toEqual([{ name: 'sweep.completed', outcome: 'error', reason: 'RangeError', durationMs: 5 }])
})
