import { expect, test } from '@jest/globals'

import { CLOCKS } from '../../clocks.ts'
import { ASKERS } from '../../suite.ts'
import { generatedCases, SEED } from '../generated.ts'
import { KNOWN_DIFFERENCES } from '../known-differences.ts'
import type { Case } from '../place.ts'
import { askerOf, hashOf, report, runAt, together, unknownOf, type Run } from '../run.ts'
import { worldAt, type World } from '../world.ts'
import { distinct, writtenCases } from '../written/all.ts'

const GENERATED = 800

/** The conditions of one half that fall to a clock, and their kinds. */
function share(world: World, half: number, clock: number): Case[] {
  const all = distinct([...writtenCases(world), ...generatedCases(world, GENERATED)])
  return all.filter(({ kind, key }) => hashOf(kind) % 2 === half && hashOf(key) % CLOCKS.length === clock)
}

async function sweep(half: number): Promise<Run> {
  const runs: Run[] = []
  for (const [clock, [, now]] of CLOCKS.entries()) {
    const world = worldAt(new Date(now))
    runs.push(await runAt(world, share(world, half, clock), askerOf))
  }
  return together(runs)
}

/** A kind falls whole into one half, so that each half can tell which of its kinds still differ. */
const kindsOf = (half: number): string[] =>
  [...KNOWN_DIFFERENCES].filter((kind) => hashOf(kind.split(' | ')[0] ?? '') % 2 === half)

/** One half of all conditions, at every clock: two files run side by side. */
export function sweepHalf(half: 0 | 1): void {
  test(`OData, FetchXML and SQL agree, half ${half + 1} (AGREEMENT_SEED=${SEED})`, async () => {
    const run = await sweep(half)
    process.stderr.write(`${report(run, `agreement, half ${half + 1}, seed ${SEED}`)}\n`)
    expect(run.people.size).toBe(ASKERS.length)
    expect(unknownOf(run)).toEqual([])
    const differing = new Set(run.differences.map(({ kind }) => kind))
    expect(kindsOf(half).filter((kind) => !differing.has(kind))).toEqual([])
  }, 600_000)
}
