import type { ProjectCopy } from '../world/project-copy.ts'
import { startWorld } from '../world/world.ts'
import type { Story } from './scenario.ts'

export type Outcome = {
  readonly name: string
  readonly title: string
  /** Absent: it went as it should. */
  readonly failure: string | undefined
}
export type Told = { readonly outcomes: readonly Outcome[]; readonly typed: readonly string[] }

type Options = { readonly project: ProjectCopy; readonly print: (text: string) => void; readonly quiet: boolean }

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Runs the scenarios of a story one after the other; the first that fails ends it, since the rest starts from there. */
export async function runStory(
  { scenarios, world: options }: Story,
  { project, print, quiet }: Options,
): Promise<Told> {
  const world = await startWorld({ ...options, project, transcript: { write: quiet ? () => undefined : print } })
  const outcomes: Outcome[] = []
  try {
    for (const { name, title, run } of scenarios) {
      if (!quiet) print(`\n━━ ${name}: ${title}\n`)
      const started = performance.now()
      const failure = await run(world).then(() => undefined, messageOf)
      outcomes.push({ name, title, failure })
      const seconds = Math.round((performance.now() - started) / 1000)
      print(`\n${failure === undefined ? '✓' : '✗'} ${name} (${seconds} s): ${failure ?? title}\n`)
      if (failure !== undefined) break
    }
    return { outcomes, typed: world.typed }
  } finally {
    await world.close()
  }
}
