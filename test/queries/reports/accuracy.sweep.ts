import { describe } from '@jest/globals'

import { ASKERS } from '../suite.ts'
import { CLOCKS, everybodyGetsTheRightReports, inTurnTheRightReports } from './everybody.ts'

// Everybody on an ordinary day; at each of the other clocks each question by one person, at the next one by another.
// What a word for dates means for each person at each clock is asked whole in clocks.sweep.ts.
describe.each(CLOCKS.map(([what, now], clock) => [what, new Date(now), clock] as const))('%s', (_what, now, clock) => {
  if (clock === 0) everybodyGetsTheRightReports(now)
  else inTurnTheRightReports(now, (question, who) => (question + clock) % ASKERS.length === who)
})
