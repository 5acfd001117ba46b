import type { World } from '../../world/world.ts'
import { connectAs } from '../people.ts'
import { RehearsalFailure } from '../scenario.ts'

/** After consent and a group nothing is left to do: whoever was told that all is well must be able to sign in. */
export async function keepsItsPromise(world: World, command: string): Promise<void> {
  await connectAs(world, 'sales rep').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    throw new RehearsalFailure(`"${command}" ended well, consent is given, and yet nobody can sign in: ${why}`)
  })
}
