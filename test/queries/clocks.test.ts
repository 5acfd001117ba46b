import { describe } from '@jest/globals'

import { CLOCKS } from './clocks.ts'
import { dateFunctionQueries, dateQueries } from './groups/dates.ts'
import { askEverybody, stageAt } from './suite.ts'

describe.each(CLOCKS)('%s', (_what, now) => {
  askEverybody([...dateQueries, ...dateFunctionQueries.slice(0, 12)], stageAt(new Date(now)), false)
})
