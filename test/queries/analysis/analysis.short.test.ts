import { expect, test } from '@jest/globals'

import { CLOCKS } from '../clocks/clocks.ts'
import { ASKERS } from '../suite.ts'
import { differencesAt, turnsOf } from './in-turn.ts'

const SEEDS = Array.from({ length: 48 }, (_, seed) => seed)
/** The sweep asks at the others, too. */
const AT = [4, 7] as const

test.each(AT.map((at, place) => [CLOCKS[at]?.[0] ?? '', CLOCKS[at]?.[1] ?? '', place] as const))(
  'what is computed is what SQL has, either way: %s',
  async (_what, clock, place) => {
    const seeds = SEEDS.filter((seed) => Math.floor(seed / 4) % AT.length === place)
    const turns = seeds.flatMap((seed) => turnsOf([seed], ASKERS.slice(seed % ASKERS.length).slice(0, 1)).flat())
    expect(new Set(turns.map(({ person }) => person)).size).toBe(ASKERS.length)
    expect(await differencesAt(clock, turns)).toEqual([])
  },
)
