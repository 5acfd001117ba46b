import { expectRun } from '../scenarios/scenario.ts'
import type { World } from '../world/world.ts'

/** Types lines that must all end well. @throws RehearsalFailure */
export async function typed(world: World, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) await expectRun(world, line)
}
