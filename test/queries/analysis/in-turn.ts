import type { Person } from '../../sandbox/people.ts'
import { CLOCKS } from '../clocks/clocks.ts'
import { covering } from '../covering.ts'
import { ASKERS } from '../suite.ts'
import { computeAnalysis } from '../../../shared/reports/analysis/compute/compute-analysis.ts'
import { chooseWay } from '../../../shared/reports/analysis/plan/choose-way.ts'
import { askingOnce, differencesOf, WAYS } from './check.ts'
import { caseOf, traitsOf } from './generated.ts'
import { stageAt, type Stage } from './stage.ts'

type Turn = { readonly seed: number; readonly person: Person }

/** So many questions, each of each of these people, each time at another clock. */
export function turnsOf(seeds: readonly number[], askers: readonly Person[] = ASKERS): Turn[][] {
  const turns = CLOCKS.map((): Turn[] => [])
  for (const seed of seeds)
    for (const [which, person] of askers.entries())
      turns[(Math.floor(seed / 4) + 3 * which) % turns.length]?.push({ seed, person })
  return turns
}

/** Each of these questions, and each trait of one of everybody, each time at another clock. */
export function enoughTurnsOf(seeds: readonly number[]): Turn[][] {
  const all = seeds.flatMap((seed) =>
    ASKERS.map((_person, turn) => ({ seed, which: (seed + turn) % ASKERS.length, traits: traitsOf(caseOf(seed)) })),
  )
  const asked = covering(all, ({ seed, which, traits }) => [
    String(seed),
    ...traits.map((trait) => `${trait} of ${which}`),
  ])
  return CLOCKS.map((_clock, at) =>
    asked
      .filter(({ seed, which }) => (Math.floor(seed / 4) + 3 * which) % CLOCKS.length === at)
      .map(({ seed, which }) => ({ seed, person: ASKERS[which] as Person })),
  )
}

/** Each question, of each of these people, at every clock: eight times as long. */
export function allTurnsOf(seeds: readonly number[], askers: readonly Person[] = ASKERS): Turn[][] {
  const turns = seeds.flatMap((seed) => askers.map((person): Turn => ({ seed, person })))
  return CLOCKS.map(() => turns)
}

/** Asks each question by each way. @returns every difference from SQL, told whole */
export async function differencesAt(clock: string, turns: readonly Turn[]): Promise<string[]> {
  const stage = await stageAt(new Date(clock))
  try {
    const told: string[] = []
    for (const turn of turns) told.push(...(await differencesIn(turn, stage)))
    return told
  } finally {
    await stage.close()
  }
}

async function differencesIn({ seed, person }: Turn, stage: Stage): Promise<string[]> {
  const one = caseOf(seed)
  const told: string[] = []
  const inSql = askingOnce((sql) => stage.oracle.rows(person, sql))
  const isRowsAlone = one.figures.every(({ aggregation }) => chooseWay(one.analysis, [aggregation]) === 'rows')
  for (const [way, choose] of Object.entries(WAYS)) {
    if (isRowsAlone && way === 'aggregate') continue
    const outcome = await computeAnalysis(one.analysis, stage.call(person), choose).catch((error: unknown) => {
      throw new Error(`${person.name}, ${way}, ${one.key}`, { cause: error })
    })
    const found = differencesOf(one, outcome, inSql)
    if (found.length > 0) told.push([`${person.name}, ${way}, ${one.key}`, ...found.slice(0, 4)].join('\n   '))
  }
  return told
}
