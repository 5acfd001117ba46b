import type { Standing } from '../../hooks/network/firewall.ts'
import type { Page } from '../report.ts'

/** Of one resource of a private deployment, in words, and who comes in from outside. */
export type Gate = { readonly what: string; readonly standing: Standing }

/** What could be seen, and of the rest why not, in a sentence each. */
export type Sight = { readonly gates: readonly Gate[]; readonly unknown: readonly string[] }

/** Undefined: the deployment asks for no private network. */
export type LookAtNetwork = () => Promise<Sight | undefined>

/** A rule that was left must not stand there in silence. */
export async function checkNetwork(openPage: () => Page, look: LookAtNetwork): Promise<void> {
  const sight = await look()
  if (sight === undefined) return
  const { gates, unknown } = sight
  const page = openPage()
  for (const why of unknown) page.warning('network-unknown', why)
  for (const { what, standing } of gates) {
    if (standing.access === 'everybody') page.failed('network-public', `${what} is open for everybody`)
    if (standing.access !== 'some') continue
    const whom = standing.addresses.length === 0 ? 'no address, but not closed' : standing.addresses.join(', ')
    page.warning('network-open', `${what} is open for ${whom}`)
  }
  if (unknown.length === 0 && gates.every(({ standing }) => standing.access === 'nobody'))
    page.ok('Nobody reaches vault and tables from outside of the private network')
}
