import { once } from 'node:events'
import { z } from 'zod'
import { type Azurite, startAzuriteWith } from '../../../sandbox/azurite.ts'
import type { Fill } from './copies.ts'

const HEAP_MEGABYTES = 12_288
const PRELOAD = new URL('preload.ts', import.meta.url).href
const Answer = z.union([z.object({ answer: z.number() }), z.object({ failed: z.string() })])

export type Filled = Azurite & {
  /** Copies rows; resolves with how many are new. @throws Error where one to copy is not there */
  readonly fill: (what: Omit<Fill, 'account'>) => Promise<number>
  /** How many requests it got so far. */
  readonly requests: () => Promise<number>
}

/** Azurite as ever, but that it can be filled from inside: over HTTP 20,000 grants take a quarter of an hour. */
export async function startFilled(): Promise<Filled> {
  const node = [`--max-old-space-size=${HEAP_MEGABYTES}`, '--import', PRELOAD]
  const { account, child, ...azurite } = await startAzuriteWith(node)
  const ask = async (message: Fill | 'requests'): Promise<number> => {
    const answered = once(child, 'message')
    child.send(message)
    const answer = Answer.parse((await answered)[0])
    if ('failed' in answer) throw new Error(answer.failed)
    return answer.answer
  }
  return { ...azurite, fill: (what) => ask({ account, ...what }), requests: () => ask('requests') }
}
