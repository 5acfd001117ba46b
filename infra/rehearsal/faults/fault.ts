import type { World } from '../world/world.ts'

/** Something that once broke the path, put back into a copy of the project. */
export type Fault = {
  /** As `npm run rehearse -- <name>` takes it. */
  readonly name: string
  /** Below this folder: a unified diff that `git apply` takes. */
  readonly patch: string
  /** What was wrong, in one line for a person. */
  readonly what: string
  /** Where it is looked for: at a desk where nothing is deployed yet, or in a deployment that works. */
  readonly on: 'clone' | 'deployment'
  /** A scenario, or as many of its commands as it takes; must fail while the fault is there. */
  readonly run: (world: World) => Promise<void>
  /** The sentence that names it: what failed must say so. */
  readonly says: string
}
