import { expect, test } from '@jest/globals'

import { CLOCKS } from '../clocks/clocks.ts'
import { allTurnsOf, differencesAt, turnsOf } from './in-turn.ts'

const SEEDS = Array.from({ length: 400 }, (_, seed) => seed)
/** `all` asks each question at every clock, which takes a quarter of an hour. */
const TURNS = process.env['ANALYSIS_CLOCKS'] === 'all' ? allTurnsOf(SEEDS) : turnsOf(SEEDS)

test.each(CLOCKS.map(([what, clock], at) => [what, clock, TURNS[at] ?? []] as const))(
  'what is computed is what SQL has, either way: %s',
  async (_what, clock, turns) => {
    expect(turns.length).toBeGreaterThan(SEEDS.length / 4)
    expect(await differencesAt(clock, turns)).toEqual([])
  },
  // A machine that does much else takes four times as long.
  600_000,
)
