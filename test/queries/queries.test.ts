import { describe } from '@jest/globals'

import { NOW } from '../unit/sandbox/dataverse-harness.ts'
import { QUERIES } from './all.ts'
import { askEverybody } from './suite.ts'

describe.each(QUERIES)('%s', (_area, queries) => askEverybody(queries, NOW))
