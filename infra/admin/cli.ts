import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { plainLines } from '../doctor/wire/plain-text.ts'
import { type Context, Stop } from '../hooks/run/context.ts'
import { withAzdValues } from '../hooks/tools/azd.ts'
import { HELP } from './commands.ts'
import { type Desk, Misuse } from './desk.ts'
import { readWish } from './parse.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const complain = (line: string): void => void process.stderr.write(`${line}\n`)

/** The command line of administrators. Resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  endQuietly()
  try {
    const wish = readWish(args)
    if (wish === 'help') {
      print(HELP)
      return 0
    }
    const context = await withEnvironment(contextOf())
    const desk: Desk = { context, options: wish.options, print, ask }
    await wish.run(desk, wish.args)
    return 0
  } catch (error) {
    if (error instanceof Misuse)
      complain(`${plainLines(error.message)}\n\nnpm run admin -- --help shows what there is.`)
    else complain(plainLines(error instanceof Stop ? error.message : inspect(error)))
    return error instanceof Misuse ? 2 : 1
  }
}

/** Without one, options say what it would. */
async function withEnvironment(context: Context): Promise<Context> {
  try {
    return await withAzdValues(context)
  } catch (error) {
    if (error instanceof Stop) return context
    throw error
  }
}

async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}

/** Whoever reads along (`| head`) may stop; half a list must not look like a whole one. */
function endQuietly(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(1)
      throw error
    })
}

const contextOf = (): Context => ({
  args: [],
  env: process.env,
  platform: process.platform,
  nodeVersion: process.versions.node,
  // On stdout stands the answer alone.
  say: complain,
  fetch: globalThis.fetch,
  now: () => Date.now(),
  sleep: (milliseconds) => sleep(milliseconds),
})
