import { expect, test } from '@jest/globals'

import { CLOCKS } from '../../clocks/clocks.ts'
import { ASKERS } from '../../suite.ts'
import { generatedCases, SEED } from '../generated.ts'
import { countOf } from '../differences.ts'
import type { Case } from '../place.ts'
import { askerOf, clockOf, hashOf, runAt, summary, together, toldOf, type Run } from '../run.ts'
import { worldAt, type World } from '../world.ts'
import { writtenCases } from '../written/all.ts'
import { enough, type Cut } from './enough.ts'

const GENERATED = 600
/** `AGREEMENT_SHARE=10` asks every tenth condition only; `AGREEMENT_REPORT=differences.tsv` gets each difference. */
const SHARE = Number(process.env['AGREEMENT_SHARE'] ?? 1)

/** Each condition that there is at a moment, once. */
function casesOf(world: World): readonly [written: Case[], drawn: Case[]] {
  const written = writtenCases(world)
  const known = new Set(written.map(({ key }) => key))
  return [written, generatedCases(world, GENERATED).filter(({ key }) => !known.has(key))]
}

/** The conditions that fall to a clock. */
function share(world: World, clock: number, cut: Cut): Case[] {
  return casesOf(world)
    .flat()
    .filter((one) => clockOf(one) === clock && Math.floor(hashOf(one.key) / 512) % SHARE === 0)
    .map(cut)
    .filter((one) => countOf(one) > 0)
}

/** Each condition where alone it is asked: at its clock, in whose world it may be another one or none at all. */
function everyCase(): readonly [written: Case[], drawn: Case[]] {
  const all = CLOCKS.map(([, now], clock) => {
    const [written, drawn] = casesOf(worldAt(new Date(now)))
    const here = (one: Case) => clockOf(one) === clock
    return { written: written.filter(here), drawn: drawn.filter(here) }
  })
  return [all.flatMap(({ written }) => written), all.flatMap(({ drawn }) => drawn)]
}

async function sweep(half: number): Promise<Run> {
  const runs: Run[] = []
  const cut = enough(...everyCase())
  for (const [clock, [, now]] of CLOCKS.entries()) {
    if (clock % 2 !== half) continue
    const world = worldAt(new Date(now))
    runs.push(await runAt(world, share(world, clock, cut), askerOf))
  }
  return together(runs)
}

/** Each condition at one clock, in what is enough of its spellings, at half of the clocks: two files run side by side. */
export function sweepHalf(half: 0 | 1): void {
  test(`OData, FetchXML and SQL agree, half ${half + 1} (AGREEMENT_SEED=${SEED})`, async () => {
    const run = await sweep(half)
    process.stderr.write(`${summary(run, `agreement, half ${half + 1}, seed ${SEED}`)}\n`)
    expect(toldOf(run)).toEqual([])
    if (SHARE === 1) expect(run.people.size).toBe(ASKERS.length)
  }, 3_600_000)
}
