import { inspect } from 'node:util'
import { plainLines } from '../doctor/wire/plain-text.ts'
import { type Caller, callingProcess, contextOf } from '../hooks/run/caller.ts'
import { type Context, Stop } from '../hooks/run/context.ts'
import { withAzdValues } from '../hooks/tools/azd.ts'
import { HELP } from './commands.ts'
import { type Desk, Misuse } from './desk.ts'
import { readWish } from './parse.ts'

/** The command line of administrators. Resolves with the exit code. */
export async function main(args: readonly string[], caller: Caller = callingProcess()): Promise<number> {
  const { print, complain, ask } = caller
  try {
    const wish = readWish(args)
    if (wish === 'help') {
      print(HELP)
      return 0
    }
    const context = await withEnvironment(contextOf(caller))
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
