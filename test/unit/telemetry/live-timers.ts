import { createHook } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Counts timers of this process that were set from now on, and have neither fired nor been taken back when it stops.
 * `process.getActiveResourcesInfo` leaves out those that do not keep the process alive, as all of the app's.
 * @see https://nodejs.org/api/async_hooks.html#type
 */
export function startCountingTimers(): { readonly stop: () => Promise<number> } {
  const live = new Set<number>()
  let isCounting = true
  const hook = createHook({
    init: (id, type) => {
      if (isCounting && type === 'Timeout') live.add(id)
    },
    destroy: (id) => {
      live.delete(id)
    },
  }).enable()
  return {
    stop: async () => {
      isCounting = false
      // Whether a timer was taken back is told at the next turn.
      await sleep(10)
      hook.disable()
      return live.size
    },
  }
}
