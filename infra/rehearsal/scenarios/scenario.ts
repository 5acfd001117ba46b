import { neverTyped, runbookCommands } from '../documents/runbook.ts'
import type { World, WorldOptions } from '../world/world.ts'

/** What must hold did not; the message is a sentence for the person who reads the transcript. */
export class RehearsalFailure extends Error {
  override readonly name = 'RehearsalFailure'
}

export type Scenario = {
  /** As `npm run rehearse -- <name>` takes it. */
  readonly name: string
  /** What a consultant learns from it, in one line. */
  readonly title: string
  readonly run: (world: World) => Promise<void>
}

/** Scenarios that share one world, in this order: each starts where the one before ended. */
export type Story = {
  readonly name: string
  readonly world: Omit<WorldOptions, 'transcript' | 'project'>
  readonly scenarios: readonly Scenario[]
}

/** @throws RehearsalFailure unless the fact holds */
export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new RehearsalFailure(otherwise)
}

type Expected = {
  /** 0 unless given. */
  readonly code?: number
  /** What must be printed. */
  readonly says?: readonly (string | RegExp)[]
  readonly neverSays?: readonly (string | RegExp)[]
}

const holds = (output: string, what: string | RegExp): boolean =>
  typeof what === 'string' ? output.includes(what) : what.test(output)

/** @throws RehearsalFailure unless every command of a page was typed, but for those that are marked as Azure's alone */
export function mustBeWholePage(world: World, page: string): void {
  const never = neverTyped(runbookCommands(world.project.dir, page), world.typed)
  must(never.length === 0, `never typed of ${page}: ${never.join(' · ')}`)
}

/** Types a command and looks at how it ended and what it printed. @throws RehearsalFailure */
export async function expectRun(world: World, line: string, expected: Expected = {}): Promise<string> {
  const { code, output } = await world.type(line)
  const wanted = expected.code ?? 0
  must(
    code === wanted,
    `"${line}" ended with ${code}, not ${wanted}:\n${output.trim().split('\n').slice(-12).join('\n')}`,
  )
  for (const what of expected.says ?? []) must(holds(output, what), `"${line}" did not say: ${String(what)}`)
  for (const what of expected.neverSays ?? []) must(!holds(output, what), `"${line}" said: ${String(what)}`)
  return output
}
