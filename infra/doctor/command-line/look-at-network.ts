import { isPrivate } from '../../hooks/network/firewall.ts'
import { lookAtAll } from '../../hooks/network/left-open.ts'
import { type Context, Stop } from '../../hooks/run/context.ts'
import { optional } from '../../hooks/run/environment.ts'
import type { LookAtNetwork } from '../steps/network.ts'

/** Asks Azure about the vault and the tables of an environment with a private network, as whoever is signed in to `az`. */
export const lookAtNetwork =
  (context: Context): LookAtNetwork =>
  async () => {
    if (!isPrivate(context)) return undefined
    const { looked, unknown } = await lookAtAll(context)
    return {
      gates: looked.map(({ firewall: { what }, standing }) => ({ what, standing })),
      unknown: unknown.map(({ message }) => message.split('\n', 1)[0] ?? ''),
    }
  }

/** The same where a command line knows an address: only of the selected environment, and only if the app lives there. */
export const lookFromOutside =
  (given: Context, url: string, withValues: (context: Context) => Promise<Context>): LookAtNetwork =>
  async () => {
    const context = await withValues(given).catch((error: unknown) => {
      if (error instanceof Stop) return undefined
      throw error
    })
    if (context === undefined || optional(context, 'MCP_URL') !== url) return undefined
    return lookAtNetwork(context)()
  }
