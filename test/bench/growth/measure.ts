import type { Lifetime } from '../../sandbox/demo/lifetime.ts'
import type { Growth } from '../figures/figures.ts'
import { measureBeside } from './sweep/beside.ts'
import { measureGrants } from './grants.ts'
import { measureMetadata } from './metadata.ts'
import { measureSweep } from './sweep/sweep.ts'
import type { Grown } from './turns.ts'
import { startGrown } from './world.ts'

const FEW_GRANTS = 100

function figuresOf(grown: Readonly<Record<string, Grown>>): Record<string, number> {
  const all = Object.entries(grown).flatMap(([name, { time, processor, storage }]) => [
    [`${name}, processor`, processor],
    ...(storage ? [[`${name}, requests to storage more`, storage.requests]] : []),
    ...(storage?.processor === undefined ? [] : [[`${name}, processor of Azurite`, storage.processor]]),
    [`${name}, time`, time],
  ])
  return Object.fromEntries(all) as Record<string, number>
}

/** All that could grow: with grants and clients, with what has ended, and with tables. */
export async function measureGrowth(
  lifetime: Lifetime,
  { grants, living, rounds }: { readonly grants: number; readonly living: number; readonly rounds: number },
): Promise<Growth> {
  const sweep = await measureSweep(lifetime, { living, rounds })
  const { grown, memory } = await measureMetadata(lifetime, rounds)
  const [small, large] = [await startGrown(lifetime, FEW_GRANTS), await startGrown(lifetime, grants)]
  return {
    date: new Date().toISOString(),
    grants,
    ofGrants: figuresOf(await measureGrants(small, large, rounds)),
    ofTables: { ...figuresOf(grown), ...memory },
    sweep: { ...sweep, ...(await measureBeside(small, large)) },
  }
}
