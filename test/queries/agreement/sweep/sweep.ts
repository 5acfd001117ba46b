import { expect, test } from '@jest/globals'

import { CLOCKS } from '../../clocks/clocks.ts'
import { ASKERS } from '../../suite.ts'
import { generatedCases, SEED } from '../generated.ts'
import type { Case } from '../place.ts'
import { askerOf, hashOf, runAt, summary, together, toldOf, type Run } from '../run.ts'
import { worldAt, type World } from '../world.ts'
import { writtenCases } from '../written/all.ts'
import { distinct } from '../written/tables.ts'
import { sparing } from './sparing.ts'

const GENERATED = 600
/** `AGREEMENT_SHARE=10` asks every tenth condition only; `AGREEMENT_REPORT=differences.tsv` gets each difference. */
const SHARE = Number(process.env['AGREEMENT_SHARE'] ?? 1)

/** The conditions that fall to a clock. */
export function share(world: World, clock: number): Case[] {
  const written = writtenCases(world)
  const all = distinct([...written, ...sparing(generatedCases(world, GENERATED), written)])
  return all.filter(({ key }) => {
    const turn = hashOf(key)
    return turn % CLOCKS.length === clock && Math.floor(turn / 512) % SHARE === 0
  })
}

async function sweep(half: number): Promise<Run> {
  const runs: Run[] = []
  for (const [clock, [, now]] of CLOCKS.entries()) {
    if (clock % 2 !== half) continue
    const world = worldAt(new Date(now))
    runs.push(await runAt(world, share(world, clock), askerOf))
  }
  return together(runs)
}

/** All conditions, each at one clock, at one half of the clocks: two files run side by side. */
export function sweepHalf(half: 0 | 1): void {
  test(`OData, FetchXML and SQL agree, half ${half + 1} (AGREEMENT_SEED=${SEED})`, async () => {
    const run = await sweep(half)
    process.stderr.write(`${summary(run, `agreement, half ${half + 1}, seed ${SEED}`)}\n`)
    expect(toldOf(run)).toEqual([])
    if (SHARE === 1) expect(run.people.size).toBe(ASKERS.length)
  }, 3_600_000)
}
