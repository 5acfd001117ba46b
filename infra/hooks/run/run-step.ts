import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { plainLines } from '../../doctor/wire/plain-text.ts'
import { type Context, type Step, Stop } from './context.ts'

export type Manner = {
  /** How the step is called, line by line; without it, the step answers --help itself. */
  readonly usage?: readonly string[] | undefined
  /** Whether it reads arguments itself; else any but --help is refused before it does anything. */
  readonly takesArguments?: boolean
  /** Blank lines that end it on a terminal. */
  readonly blankLines?: number
}

const realContext = (): Context => ({
  args: process.argv.slice(2),
  env: process.env,
  platform: process.platform,
  nodeVersion: process.versions.node,
  say: (line) => {
    console.log(line)
  },
  fetch,
  now: Date.now,
  sleep: (milliseconds) => sleep(milliseconds),
})

// Whoever types --dry-run after a step that knows none must not have it done.
const refuseArguments = (args: readonly string[], usage: readonly string[] = []): void => {
  if (args.length === 0) return
  throw new Stop('Nothing was done: this step takes no arguments.', usage)
}

/** The step after its arguments were looked at: `--help` prints the usage and does nothing. */
export const guarded =
  (step: Step, { usage, takesArguments = false }: Manner): Step =>
  async (context) => {
    const help = context.args.some((one) => one === '--help' || one === '-h')
    if (help && usage !== undefined) {
      for (const line of usage) context.say(line)
      return
    }
    if (!takesArguments) refuseArguments(context.args, usage)
    await step(context)
  }

/** Runs one step with the real clock, network and environment; what stops it is printed, and the exit code 1. */
export const runStep = async (step: Step, manner: Manner = { takesArguments: true }): Promise<void> => {
  try {
    await guarded(step, manner)(realContext())
  } catch (error) {
    console.error(plainLines(error instanceof Stop ? `\n${error.message}\n` : inspect(error)))
    process.exitCode = 1
  } finally {
    if (process.stdout.isTTY) process.stdout.write('\n'.repeat(manner.blankLines ?? 0))
  }
}
