import { type Context, Stop } from '../run/context.ts'
import { optional } from '../run/environment.ts'
import { type Firewall, isPrivate, type Standing, tablesFirewall, vaultFirewall } from './firewall.ts'
import { closeAll } from './while-open.ts'

/** What a private environment keeps its data in, as far as it is deployed. */
export const firewallsOf = (context: Context): readonly Firewall[] => [
  ...(optional(context, 'KEY_VAULT_NAME') === undefined ? [] : [vaultFirewall(context)]),
  ...(optional(context, 'TOKEN_ACCOUNT_NAME') === undefined ? [] : [tablesFirewall(context)]),
]

/** One of them, and who comes in from outside. */
export type Looked = { readonly firewall: Firewall; readonly standing: Standing }

export const lookAtAll = (context: Context): Promise<readonly Looked[]> =>
  Promise.all(firewallsOf(context).map(async (firewall) => ({ firewall, standing: await firewall.look() })))

/** What of them is open, in words; none: all are closed. */
export const openIn = (looked: readonly Looked[]): readonly string[] =>
  looked.flatMap(({ firewall: { what }, standing }) => {
    if (standing.access === 'nobody') return []
    if (standing.access === 'everybody') return [`${what} is open for everybody`]
    const { addresses } = standing
    return [`${what} is open for ${addresses.length === 0 ? 'no address, but not closed' : addresses.join(', ')}`]
  })

/** After a run that was killed, and after whoever forgot: closes what stands open, and says so. */
export const closeWhatWasLeft = async (context: Context): Promise<void> => {
  if (!isPrivate(context)) return
  try {
    const open = (await lookAtAll(context)).filter(({ standing }) => standing.access !== 'nobody')
    if (open.length === 0) return
    await closeAll(open.map(({ firewall }) => firewall))
    for (const line of openIn(open)) context.say(`Network: ${line}: closed now.`)
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    context.say(`Network: it is not known whether public access is closed. ${error.message}`)
  }
}
