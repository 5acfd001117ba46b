import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { covering, pairsOf } from '../queries/covering.ts'

const product = (sizes: readonly number[]): string[][] =>
  sizes.reduce<string[][]>(
    (rows, size) => rows.flatMap((row) => Array.from({ length: size }, (_, at) => [...row, String(at)])),
    [[]],
  )

test('a sweep that is cut to what is enough has every two of the product, and nothing that the rest has', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 5 }), (sizes) => {
      const all = product(sizes)
      const kept = covering(all, pairsOf)
      expect(new Set(kept.flatMap(pairsOf))).toEqual(new Set(all.flatMap(pairsOf)))
      const times = Map.groupBy(kept.flatMap(pairsOf), (pair) => pair)
      expect(kept.filter((row) => pairsOf(row).every((pair) => (times.get(pair)?.length ?? 0) > 1))).toEqual([])
    }),
    { numRuns: 40, seed: 7 },
  )
})

test('of three by five by five by eight it is a quarter at most', () => {
  expect(covering(product([3, 5, 5, 8]), pairsOf).length).toBeLessThan(150)
})
