import { describe } from '@jest/globals'

import { askEverybody, stageAt } from '../suite.ts'
import { CLOCKS, QUERIES_OF_DAYS } from './clocks.ts'

describe.each(CLOCKS)('%s', (_what, now) => askEverybody(QUERIES_OF_DAYS, stageAt(new Date(now)), false))
