import { describe } from '@jest/globals'

import { CLOCKS, everybodyGetsTheRightReports } from './everybody.ts'

describe.each(CLOCKS)('%s', (_what, now) => everybodyGetsTheRightReports(new Date(now)))
