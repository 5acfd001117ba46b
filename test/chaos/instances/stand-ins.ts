import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { doneSchema, type Order, readySchema, type standInsInputSchema } from './messages.ts'
import type { z } from 'zod'

export type StandIns = {
  /** The settings of the app. */
  readonly settings: Readonly<Record<string, string>>
  readonly pid: number
  /** One after the other. @throws Error when it was not carried out */
  readonly order: (order: Order) => Promise<void>
  readonly close: () => Promise<void>
}

const MAIN = fileURLToPath(new URL('stand-ins-process.ts', import.meta.url))
const STOP_WITHIN_MS = 5_000

async function ready(child: ChildProcess): Promise<Readonly<Record<string, string>>> {
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the stand-ins ended before they were ready')))
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown]
  ended.catch(() => undefined)
  return readySchema.parse(message).settings
}

/** Starts everything that the app depends on, in processes of their own. */
export async function startStandIns(input: z.input<typeof standInsInputSchema>): Promise<StandIns> {
  const child = fork(MAIN, [JSON.stringify(input)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  const settings = await ready(child)
  let last: Promise<unknown> = Promise.resolve()
  const send = async (order: Order): Promise<void> => {
    const answer = once(child, 'message')
    child.send(order)
    const { problem } = doneSchema.parse(((await answer) as [unknown])[0])
    if (problem !== undefined) throw new Error(`${order.kind}: ${problem}`)
  }
  return {
    settings,
    pid: child.pid ?? -1,
    order: (order) => {
      const mine = last.catch(() => undefined).then(() => send(order))
      last = mine
      return mine
    },
    close: async () => {
      if (child.connected) child.disconnect()
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
      await exited
      clearTimeout(force)
    },
  }
}
