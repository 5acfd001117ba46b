import { processorMs } from '../turns.ts'

/** Rows a second: on the clock, and of the processor of each of the two processes. */
export type Rate = { readonly clock: number; readonly ours: number; readonly azurite: number }

/** Of work in this process that deletes as many rows as it resolves with. */
export async function rateOf(azuritePid: number, work: () => Promise<number>): Promise<Rate> {
  const [ours, azurite, started] = [process.cpuUsage(), processorMs(azuritePid), performance.now()]
  const rows = await work()
  const { user, system } = process.cpuUsage(ours)
  const perSecond = (milliseconds: number) => (rows / milliseconds) * 1000
  return {
    clock: perSecond(performance.now() - started),
    ours: perSecond((user + system) / 1000),
    azurite: perSecond(processorMs(azuritePid) - azurite),
  }
}
