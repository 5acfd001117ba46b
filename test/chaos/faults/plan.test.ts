import { describe, expect, test } from '@jest/globals'
import { DEPENDENCIES, DEPENDENCY_FAULTS, nameOf, planFaults } from './plan.ts'

const SIZE = { people: 30, instances: 3 }
const MINUTE = 60_000

describe('the faults of a run', () => {
  test('are the same for the same seed, and others for another', () => {
    const plan = planFaults(7, 10 * MINUTE, SIZE)
    expect(planFaults(7, 10 * MINUTE, SIZE)).toEqual(plan)
    expect(planFaults(8, 10 * MINUTE, SIZE)).not.toEqual(plan)
  })

  test.each([1, 2, 3, 4, 5])('seed %d: one after the other, all within the run, with a calm end', (seed) => {
    const windows = planFaults(seed, 3 * MINUTE, SIZE)
    expect(windows.length).toBeGreaterThan(10)
    let before = 0
    for (const { at, until } of windows) {
      expect(at).toBeGreaterThan(before)
      expect(until).toBeGreaterThan(at)
      before = until
    }
    expect(before).toBeLessThan(3 * MINUTE)
  })

  test.each([1, 2, 3])('seed %d: ten minutes bring every fault of every dependency, kills and rotations', (seed) => {
    const names = new Set(planFaults(seed, 10 * MINUTE, SIZE).map(nameOf))
    const all = DEPENDENCIES.flatMap((target) => DEPENDENCY_FAULTS.map((kind) => `${target} ${kind}`))
    expect([...names]).toEqual(
      expect.arrayContaining([...all, 'instance killed', 'instance frozen', 'event key rotated']),
    )
  })

  test('the instance whose memory is watched is never killed', () => {
    const killed = planFaults(3, 60 * MINUTE, SIZE).flatMap((one) =>
      one.target === 'instance' && one.kind === 'killed' ? [one.index] : [],
    )
    expect(new Set(killed)).toEqual(new Set([1, 2]))
  })
})
