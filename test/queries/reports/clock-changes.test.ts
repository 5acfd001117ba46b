import { describe } from '@jest/globals'

import { everybodyGetsTheRightReports } from './everybody.ts'

/** Days that begin or end an hour early or late for one of the people. */
const CLOCKS: readonly (readonly [what: string, now: string])[] = [
  ['half an hour before British clocks go forward', '2026-03-29T00:30:00Z'],
  ['the hour that is repeated in London', '2026-10-25T00:30:00Z'],
  ['a Sunday, before New York’s clocks go back', '2026-11-01T03:30:00Z'],
]

describe.each(CLOCKS)('%s', (_what, now) => everybodyGetsTheRightReports(new Date(now)))
