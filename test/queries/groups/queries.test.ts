import { describe } from '@jest/globals'

import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { QUERIES } from './all.ts'
import { askEverybody, stageAt } from '../suite.ts'

const stage = stageAt(NOW)

describe.each(QUERIES)('%s', (_area, queries) => askEverybody(queries, stage))
