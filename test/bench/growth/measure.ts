import type { Lifetime } from '../../sandbox/demo/lifetime.ts'
import type { Growth } from '../figures/figures.ts'
import { measureGrants } from './grants.ts'
import { measureMetadata } from './metadata.ts'
import { measureSweep } from './sweep.ts'
import type { Grown } from './turns.ts'
import { startGrown } from './world.ts'

const FEW_GRANTS = 100

function ratiosOf(grown: Readonly<Record<string, Grown>>): Record<string, number> {
  const both = Object.entries(grown).flatMap(([name, { time, processor }]) => [
    [`${name}, processor`, processor],
    [`${name}, time`, time],
  ])
  return Object.fromEntries(both) as Record<string, number>
}

/** All that could grow: with grants and clients, with what has ended, and with tables. */
export async function measureGrowth(
  lifetime: Lifetime,
  { grants, rounds }: { readonly grants: number; readonly rounds: number },
): Promise<Growth> {
  const { grown, memory } = await measureMetadata(lifetime, rounds)
  const [small, large] = [await startGrown(lifetime, FEW_GRANTS), await startGrown(lifetime, grants)]
  return {
    date: new Date().toISOString(),
    grants,
    ofGrants: ratiosOf(await measureGrants(small, large, rounds)),
    ofTables: { ...ratiosOf(grown), ...memory },
    sweep: await measureSweep(lifetime, large, rounds),
  }
}
