import { describe, test } from '@jest/globals'
import { TAKERS } from './foreign-text.ts'
import { expectLinear } from './pieces.ts'

describe('a text from outside takes a time that grows no faster than it', () => {
  test.each(TAKERS)('%s', (_, take) => expectLinear(take))
})
