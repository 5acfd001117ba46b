import { expect, test } from '@jest/globals'

import { CLOCKS } from '../clocks/clocks.ts'
import { caseOf, seedsOfNewParts } from './generated.ts'
import { allTurnsOf, differencesAt, enoughTurnsOf } from './in-turn.ts'
import { SUBJECTS } from './subjects.ts'

const SEEDS = seedsOfNewParts(400)
/** `all` asks each question of everybody at every clock, which takes ten minutes. */
const TURNS = process.env['ANALYSIS_CLOCKS'] === 'all' ? allTurnsOf(SEEDS) : enoughTurnsOf(SEEDS)

test('each group, condition and comparison is asked for', () => {
  const cases = SEEDS.map(caseOf)
  for (const subject of SUBJECTS) {
    const of = cases.filter((one) => one.subject === subject)
    const groups = new Set(of.flatMap((one) => one.groups))
    const conditions = new Set(of.flatMap(({ filters, figures }) => [...filters, ...figures.map(({ where }) => where)]))
    const sides = new Set(of.flatMap((one) => one.sides))
    expect(subject.groups.filter((one) => !groups.has(one))).toEqual([])
    expect(subject.conditions.filter((one) => !conditions.has(one))).toEqual([])
    expect(subject.compares.flat().filter((one) => !sides.has(one))).toEqual([])
  }
})

test.each(CLOCKS.map(([what, clock], at) => [what, clock, TURNS[at] ?? []] as const))(
  'what is computed is what SQL has, either way: %s',
  async (_what, clock, turns) => {
    expect(turns.length).toBeGreaterThan(SEEDS.length / 6)
    expect(await differencesAt(clock, turns)).toEqual([])
  },
  // A machine that does much else takes four times as long.
  600_000,
)
