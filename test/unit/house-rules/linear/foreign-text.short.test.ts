import { describe, test } from '@jest/globals'
import { TAKERS } from './foreign-text.ts'
import { expectLinear } from './pieces.ts'

/** Each taker takes every sixth text, the next one those after these: each text is taken by every sixth taker. */
const EVERY = 6

describe('a text from outside takes a time that grows no faster than it', () => {
  test.each(TAKERS.map(([name, take], at) => [name, take, at] as const))('%s', (_, take, shift) =>
    expectLinear(take, (at) => (at + shift) % EVERY === 0),
  )
})
