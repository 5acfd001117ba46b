import { expect, test } from '@jest/globals'

import { CLOCKS } from '../../clocks.ts'
import { ASKERS } from '../../suite.ts'
import { generatedCases, SEED } from '../generated.ts'
import { entryOf, KNOWN_DIFFERENCES } from '../known-differences.ts'
import type { Case } from '../place.ts'
import { askerOf, hashOf, runAt, summary, together, unknownOf, type Run } from '../run.ts'
import { worldAt, type World } from '../world.ts'
import { writtenCases } from '../written/all.ts'
import { distinct } from '../written/tables.ts'

const GENERATED = 600
/** `AGREEMENT_SHARE=10` asks every tenth condition only. */
const SHARE = Number(process.env['AGREEMENT_SHARE'] ?? 1)

/** What one entry of the known differences may name falls whole into one half, which can tell whether it still does. */
function halfOf({ kind, key }: Case): number {
  const entry = entryOf(kind)
  return (entry < 0 ? hashOf(`half of ${key}`) : entry) % 2
}

/** The conditions of one half that fall to a clock. */
function share(world: World, half: number, clock: number): Case[] {
  const all = distinct([...writtenCases(world), ...generatedCases(world, GENERATED)])
  return all.filter((one) => {
    const turn = hashOf(one.key)
    return halfOf(one) === half && turn % CLOCKS.length === clock && Math.floor(turn / 512) % SHARE === 0
  })
}

/** Entries of one half that name no difference any more. */
function overcome(half: number, { differences }: Run): string[] {
  const named = new Set(differences.map(({ kind }) => entryOf(kind)))
  return KNOWN_DIFFERENCES.filter((_entry, index) => index % 2 === half && !named.has(index))
}

async function sweep(half: number): Promise<Run> {
  const runs: Run[] = []
  for (const [clock, [, now]] of CLOCKS.entries()) {
    const world = worldAt(new Date(now))
    runs.push(await runAt(world, share(world, half, clock), askerOf))
  }
  return together(runs)
}

/** One half of all conditions, at every clock: two files run side by side. */
export function sweepHalf(half: 0 | 1): void {
  test(`OData, FetchXML and SQL agree, half ${half + 1} (AGREEMENT_SEED=${SEED})`, async () => {
    const run = await sweep(half)
    process.stderr.write(`${summary(run, `agreement, half ${half + 1}, seed ${SEED}`)}\n`)
    expect(unknownOf(run)).toEqual([])
    if (SHARE !== 1) return
    expect(run.people.size).toBe(ASKERS.length)
    expect(overcome(half, run)).toEqual([])
  }, 3_600_000)
}
