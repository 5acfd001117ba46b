import { appendFileSync } from 'node:fs'

import type { Person } from '../../sandbox/people.ts'
import { CLOCKS } from '../clocks/clocks.ts'
import { ASKERS } from '../suite.ts'
import { stageOf } from './ask.ts'
import { countOf, differencesOf, type Difference } from './differences.ts'
import type { Case } from './place.ts'
import type { World } from './world.ts'

/** What was asked and what differed. */
export type Run = {
  readonly conditions: number
  readonly questions: number
  readonly people: ReadonlySet<string>
  readonly clocks: ReadonlySet<string>
  readonly differences: readonly Difference[]
}

/** A number that stays with a condition, so that another one more or less moves no condition to other people. */
export function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193) >>> 0
  return hash >>> 4
}

/** Who asks a condition. */
export const askerOf = ({ key }: Case): Person => ASKERS[Math.floor(hashOf(key) / 64) % ASKERS.length] as Person

/** Which of the clocks a condition is asked at. */
export const clockOf = ({ key }: Case): number => hashOf(key) % CLOCKS.length

/** Each condition once in either language, each time in one of its spellings. */
export function inBrief(one: Case): Case {
  const turn = <Item>(items: readonly Item[]): Item[] =>
    items.slice(hashOf(one.key) % Math.max(items.length, 1)).slice(0, 1)
  return { ...one, odata: turn(one.odata), fetch: turn(one.fetch) }
}

/** So many conditions are under way at once. */
const AT_ONCE = 6

/** Asks conditions at one clock, each by one person. */
export async function runAt(world: World, cases: readonly Case[], asker: (one: Case) => Person): Promise<Run> {
  const stage = await stageOf(world)
  const differences: Difference[] = []
  const waiting = cases.values()
  const work = async (): Promise<void> => {
    for (const one of waiting) differences.push(...(await differencesOf(one, asker(one), stage)))
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  } finally {
    await stage.close()
  }
  write(differences)
  return {
    conditions: cases.length,
    questions: cases.reduce((sum, one) => sum + countOf(one), 0),
    people: new Set(cases.map((one) => asker(one).persona)),
    clocks: new Set([world.now.toISOString()]),
    differences,
  }
}

export function together(runs: readonly Run[]): Run {
  return {
    conditions: runs.reduce((sum, run) => sum + run.conditions, 0),
    questions: runs.reduce((sum, run) => sum + run.questions, 0),
    people: new Set(runs.flatMap((run) => [...run.people])),
    clocks: new Set(runs.flatMap((run) => [...run.clocks])),
    differences: runs.flatMap((run) => run.differences),
  }
}

/** Writes every difference, with its words, to the file that `AGREEMENT_REPORT` names. */
function write(differences: readonly Difference[]): void {
  const file = process.env['AGREEMENT_REPORT']
  const lines = differences.map(({ kind, key, said }) => `${kind}\t${key}\t${said}\n`)
  if (file !== undefined) appendFileSync(file, lines.join(''))
}

/** One line of what was done. */
export function summary(run: Run, title: string): string {
  const asked = `${run.conditions} conditions, ${run.questions} questions, ${run.people.size} people, ${run.clocks.size} clocks`
  return `${title}: ${asked}, ${run.differences.length} differences`
}

/** Each difference, told whole. */
export const toldOf = ({ differences }: Run): string[] => differences.map(({ key, said }) => `${key}: ${said}`)
