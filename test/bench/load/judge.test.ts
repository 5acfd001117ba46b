import { expect, test } from '@jest/globals'
import type { Outcome } from './crowd.ts'
import { problemsOf, ratioOf } from './judge.ts'

const KINDS = { answered: 10, limit_reached: 0, '429': 0, undeclared: 0 }
const STEADY = { start: 300_000_000, most: 400_000_000, end: 310_000_000 }
const calm: Outcome = {
  others: { quiet: Array<number>(100).fill(50), heavy: Array<number>(100).fill(149) },
  kinds: { others: KINDS, heavy: { ...KINDS, '429': 50, limit_reached: 70 } },
  undeclared: [],
}

test('a run in which only the heavy person was refused, as declared, is in order', () => {
  expect(ratioOf(calm)).toBeCloseTo(2.98)
  expect(problemsOf(calm, STEADY)).toEqual([])
})

test.each<[string, Partial<Outcome>, typeof STEADY, RegExp]>([
  ['a refusal that no page tells of', { undeclared: ['others: HTTP 500'] }, STEADY, /undeclared .*HTTP 500/],
  ['others slowed down', { others: { ...calm.others, heavy: [151] } }, STEADY, /factor of 3\.02/],
  ['others refused', { kinds: { ...calm.kinds, others: { ...KINDS, '429': 1 } } }, STEADY, /others were refused/],
  ['nobody answered', { others: { quiet: [], heavy: [] } }, STEADY, /nobody was answered/],
  ['memory that grew', {}, { ...STEADY, end: 500_000_000 }, /memory grew/],
])('%s is not', (_what, changed, memory, problem) => {
  expect(problemsOf({ ...calm, ...changed }, memory).join('; ')).toMatch(problem)
})
