import { expect, test } from '@jest/globals'
import { tellSweep } from '../../../shared/app/tell-sweep.ts'
import { upkeep } from '../../../shared/app/upkeep.ts'
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

test.each([
  ['went well', () => Promise.resolve({ deleted: 0, kept: 0, finished: true }), 'ok'],
  ['failed', () => Promise.reject(new RangeError('storage is away')), 'error'],
])('the age of the key is told after a sweep that %s', async (_how, sweep, outcome) => {
  const told: AuditEvent[] = []
  const audit = (event: AuditEvent) => void told.push(event)
  const vault = {
    versions: () => Promise.resolve([{ id: 'only', createdAt: 0, enabled: true }]),
    value: () => Promise.reject(new Error('nobody asks')),
  }
  const now = () => 3 * 86_400_000
  const ages = {
    vault,
    sealingKey: 'sealing-key',
    credential: { kind: 'managed-identity', clientId: 'c' } as const,
    now,
    audit,
  }
  const thrown: unknown = await upkeep({ sweeper: { sweep }, now, audit }, ages).catch((error: unknown) => error)
  expect(thrown instanceof RangeError).toBe(outcome === 'error')
  expect(told).toMatchObject([
    { name: 'sweep.completed', outcome },
    { name: 'key.checked', kind: 'sealing-key', count: 3 },
  ])
})

test('where no vault is, a sweep is told of alone', async () => {
  const told: AuditEvent[] = []
  const sweep = () => Promise.resolve({ deleted: 0, kept: 0, finished: true })
  await upkeep({ sweeper: { sweep }, now: () => 0, audit: (event) => void told.push(event) }, undefined)
  expect(told.map(({ name }) => name)).toEqual(['sweep.completed'])
})
