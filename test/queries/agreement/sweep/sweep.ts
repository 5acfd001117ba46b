import { expect, test } from '@jest/globals'

import { CLOCKS } from '../../clocks/clocks.ts'
import { ASKERS } from '../../suite.ts'
import { generatedCases, SEED } from '../generated.ts'
import type { Case } from '../place.ts'
import { askerOf, hashOf, runAt, summary, together, toldOf, type Run } from '../run.ts'
import { worldAt, type World } from '../world.ts'
import { writtenCases } from '../written/all.ts'
import { distinct } from '../written/tables.ts'

const GENERATED = 600
/** `AGREEMENT_SHARE=10` asks every tenth condition only; `AGREEMENT_REPORT=differences.tsv` gets each difference. */
const SHARE = Number(process.env['AGREEMENT_SHARE'] ?? 1)

/** The conditions of one half that fall to a clock. */
function share(world: World, half: number, clock: number): Case[] {
  const all = distinct([...writtenCases(world), ...generatedCases(world, GENERATED)])
  return all.filter((one) => {
    const turn = hashOf(one.key)
    return (
      hashOf(`half of ${one.key}`) % 2 === half &&
      turn % CLOCKS.length === clock &&
      Math.floor(turn / 512) % SHARE === 0
    )
  })
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
    expect(toldOf(run)).toEqual([])
    if (SHARE === 1) expect(run.people.size).toBe(ASKERS.length)
  }, 3_600_000)
}
