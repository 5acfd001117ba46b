import { describe } from '@jest/globals'

import { ASKERS } from '../suite.ts'
import { CLOCKS, everybodyGetsTheRightReports, inTurnTheRightReports } from './everybody.ts'

// Everybody on an ordinary day; each other clock is asked every second question, by one person, at the next one by another.
// What a word for dates means for each person at each clock is asked whole in clocks.sweep.ts.
describe.each(CLOCKS.map(([what, now], clock) => [what, new Date(now), clock] as const))('%s', (_what, now, clock) => {
  if (clock === 0) everybodyGetsTheRightReports(now)
  else
    inTurnTheRightReports(
      now,
      (question, who) => (question + clock) % 2 === 0 && (Math.floor(question / 2) + clock) % ASKERS.length === who,
    )
})
