import { type Context, Stop } from '../run/context.ts'
import type { Firewall } from './firewall.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Closes each, also when one of them refuses. @throws Stop with what is still open */
export const closeAll = async (firewalls: readonly Firewall[]): Promise<void> => {
  const results = await Promise.allSettled(firewalls.map((one) => one.close()))
  const reasons = results.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))
  if (reasons.length > 0) throw new Stop(`PUBLIC ACCESS IS STILL OPEN for an address. ${reasons.join('\n')}`)
}

/** A firewall that opens nothing any more once the process was told to end. */
export type Guard = (firewall: Firewall) => Firewall

/** Whoever presses Ctrl+C must not leave it open: what is on its way is waited for, and what would come later refused. */
const closedOnSignal = (close: () => Promise<void>): { readonly guard: Guard; readonly forget: () => void } => {
  const opening = new Set<Promise<void>>()
  let ends = false
  const guard: Guard = (firewall) => ({
    ...firewall,
    admit: (addresses) => {
      if (ends) return Promise.reject(new Stop('Interrupted: nothing is opened.'))
      const one = firewall.admit(addresses).finally(() => opening.delete(one))
      opening.add(one)
      return one
    },
  })
  const onSignal = (signal: NodeJS.Signals): void => {
    forget()
    ends = true
    void Promise.allSettled(opening)
      .then(close)
      .catch((error: unknown) => console.error(String(error)))
      .finally(() => process.kill(process.pid, signal))
  }
  const forget = (): void => SIGNALS.forEach((signal) => process.off(signal, onSignal))
  SIGNALS.forEach((signal) => process.on(signal, onSignal))
  return { guard, forget }
}

/**
 * Opens what is to stay open after this process.
 * @throws what `open` threw, with everything closed again
 */
export const openOrClosed = async <Result>(
  { say }: Pick<Context, 'say'>,
  firewalls: readonly Firewall[],
  open: (guard: Guard) => Promise<Result>,
): Promise<Result> => {
  const close = () => closeAll(firewalls)
  const { guard, forget } = closedOnSignal(close)
  try {
    return await open(guard)
  } catch (error) {
    await close().catch((left: unknown) => say(String(left)))
    throw error
  } finally {
    forget()
  }
}

type Open = { readonly firewalls: readonly Firewall[]; readonly open: (guard: Guard) => Promise<void> }

/**
 * Does `work` between `open` and closing again, which happens whatever becomes of either; a process that is killed
 * leaves it to the next run.
 * @throws what `work` or `open` threw, and Stop where it could not be closed
 */
export const whileOpen = async <Result>(
  { say }: Pick<Context, 'say'>,
  { firewalls, open }: Open,
  work: () => Promise<Result>,
): Promise<Result> => {
  const close = () => closeAll(firewalls)
  const { guard, forget } = closedOnSignal(close)
  const outcome = await open(guard)
    .then(work)
    .then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    )
  const left = await close().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Stop(String(error))),
  )
  forget()
  if (left === undefined) say(`  ${firewalls.map(({ what }) => what).join(' and ')}: closed again`)
  if ('error' in outcome) {
    if (left !== undefined) say(left.message)
    throw outcome.error
  }
  if (left !== undefined) throw left
  return outcome.result
}
