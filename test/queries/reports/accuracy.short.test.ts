import { describe } from '@jest/globals'

import { CLOCKS, inTurnTheRightReports } from './everybody.ts'

// Each report as each person asks for it, each time at one of the clocks; the sweep asks each at each of them.
describe.each(CLOCKS.map(([what, now], clock) => [what, new Date(now), clock] as const))('%s', (_what, now, clock) =>
  inTurnTheRightReports(now, (question, who) => (question + 3 * who) % CLOCKS.length === clock),
)
