import type { Context } from '../run/context.ts'
import { VaultRefused } from './vault.ts'

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 15_000

/** Why a refusal may pass by itself, and for how long that is worth waiting, in milliseconds. */
export type Hope = { readonly why: string; readonly budgetMs: number }

/**
 * Repeats `work` while its refusals are of a kind that passes; says once per reason that it waits, and for how long.
 * @throws the refusal when there is no hope, or no time left
 */
export const withPatience = async <Result>(
  { now, sleep, say }: Pick<Context, 'now' | 'sleep' | 'say'>,
  work: () => Promise<Result>,
  hopeFor: (refusal: VaultRefused) => Promise<Hope | undefined>,
): Promise<Result> => {
  const startedAt = now()
  let said = ''
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof VaultRefused)) throw error
      const hope = await hopeFor(error)
      const left = hope === undefined ? 0 : startedAt + hope.budgetMs - now()
      if (hope === undefined || left <= 0) throw error
      if (said !== hope.why) say(`  waiting (at most ${Math.ceil(left / 1000)} s): ${hope.why}`)
      said = hope.why
      await sleep(Math.min(error.retryAfterMs ?? pause, left))
    }
  }
}
