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

/** What was seen, and of what could not be seen why. */
export type Sight = { readonly looked: readonly Looked[]; readonly unknown: readonly Stop[] }

const orStop = <Result>(work: () => Promise<Result>): Promise<Result | Stop> =>
  work().catch((error: unknown) => {
    if (error instanceof Stop) return error
    throw error
  })

/** Looks at each, also when another refuses. */
export const lookAtAll = async (context: Context): Promise<Sight> => {
  const look = (firewall: Firewall) => orStop(async () => ({ firewall, standing: await firewall.look() }))
  const seen = await orStop(async () => Promise.all(firewallsOf(context).map(look)))
  const all = seen instanceof Stop ? [seen] : seen
  return {
    looked: all.filter((one): one is Looked => !(one instanceof Stop)),
    unknown: all.filter((one) => one instanceof Stop),
  }
}

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
  const { looked, unknown } = await lookAtAll(context)
  for (const { message } of unknown) context.say(`Network: it is not known whether public access is closed. ${message}`)
  const open = looked.filter(({ standing }) => standing.access !== 'nobody')
  if (open.length === 0) return
  try {
    await closeAll(open.map(({ firewall }) => firewall))
    for (const line of openIn(open)) context.say(`Network: ${line}: closed now.`)
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    context.say(`Network: ${error.message}`)
  }
}
