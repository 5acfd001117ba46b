import { describe, expect, test } from '@jest/globals'

import { ASKERS, askEach, stageAt } from '../suite.ts'
import { CLOCKS, inTurn, QUERIES_OF_DAYS } from './clocks.ts'

const asked = CLOCKS.map((_clock, at) =>
  QUERIES_OF_DAYS.flatMap((query, index) =>
    ASKERS.flatMap((person, which) => (inTurn(index, which) === at ? [[query, person] as const] : [])),
  ),
)

/** The sweep asks every query of everybody at every clock. */
describe('each query of each person at a clock of its own', () => {
  describe.each(CLOCKS.map(([what, now], at) => [what, now, at] as const))('%s', (_what, now, at) =>
    askEach(asked[at] ?? [], stageAt(new Date(now))),
  )

  test('everybody asks at every clock, and every query is asked by everybody', () => {
    for (const one of asked) expect(new Set(one.map(([, person]) => person)).size).toBe(ASKERS.length)
    expect(asked.flat()).toHaveLength(QUERIES_OF_DAYS.length * ASKERS.length)
  })
})
