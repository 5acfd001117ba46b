import { describe } from '@jest/globals'

import { CLOCKS, inTurnTheRightReports } from './everybody.ts'

// Each report as each person asks for it, each time at one of the clocks; the sweep asks everything at each of them.
describe.each(CLOCKS.map(([what, now], at) => [what, now, at] as const))('%s', (_what, now, at) =>
  inTurnTheRightReports(at, new Date(now)),
)
