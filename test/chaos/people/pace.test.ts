import { expect, test } from '@jest/globals'
import { adapt } from './pace.ts'

const FAULTY = [20, 15_000, 20, 30, 15_000, 25, 20]
const STARVED = [4_000, 3_000, 5_000, 20, 9_000]

test.each<[string, number, readonly number[], 'faster' | 'slower']>([
  ['a quiet machine', 1, [20, 30, 40], 'faster'],
  ['a fault that a few meet', 1, FAULTY, 'faster'],
  ['answers that are mostly slow', 1, STARVED, 'slower'],
  ['timers of our own that are late', 400, [20, 30, 40], 'slower'],
  ['no answer yet', 1, [], 'faster'],
])('%s', (_, lateMs, answers, way) => {
  expect(adapt(8, lateMs, answers) > 8 ? 'faster' : 'slower').toBe(way)
})

test('the pace stays between its ends', () => {
  const after = (lateMs: number) => Array.from({ length: 200 }).reduce<number>((pace) => adapt(pace, lateMs, []), 8)
  expect(after(0)).toBe(15)
  expect(after(500)).toBe(1.5)
})
