import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from './context.ts'

/** Whoever calls a command line: its environment, and where its lines go. A test hands over its own. */
export type Caller = {
  readonly env: Context['env']
  /** A line of the answer. */
  readonly print: (line: string) => void
  /** A line beside the answer, which a program that reads it must not meet. */
  readonly complain: (line: string) => void
  /** The typed answer to a question; `undefined` where nobody sits at the terminal. */
  readonly ask: (question: string) => Promise<string | undefined>
  /** Characters of a line. */
  readonly columns: number
  readonly colours: boolean
}

/** The process itself. @see https://no-color.org */
export function callingProcess(): Caller {
  endQuietly()
  const { env, stdout, stderr } = process
  return {
    env,
    print: (line) => void stdout.write(`${line}\n`),
    complain: (line) => void stderr.write(`${line}\n`),
    ask,
    columns: stdout.isTTY ? stdout.columns : 88,
    colours: stdout.isTTY && (env.NO_COLOR ?? '') === '',
  }
}

/** What the steps of a command line may touch: on stdout stands the answer alone. */
export const contextOf = ({ env, complain }: Caller): Context => ({
  args: [],
  env,
  platform: process.platform,
  nodeVersion: process.versions.node,
  say: complain,
  fetch: globalThis.fetch,
  now: () => Date.now(),
  sleep: (milliseconds) => sleep(milliseconds),
})

async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}

/** Whoever reads along (`| head`) may stop; half an answer must not look like a whole one. */
function endQuietly(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(1)
      throw error
    })
}
