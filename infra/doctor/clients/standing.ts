import type { ClientName } from '../../../shared/config/clients/known-clients.ts'
import type { Admission } from './ask-clients.ts'
import { CLIENT_NAMES, clientsValue, isLoopback, needsOf } from './needs.ts'

/** Who ought to be admitted: these; `exact`: and nobody else. */
export type Wish = { readonly names: readonly ClientName[]; readonly exact: boolean }

/** How a known client stands with a server. */
export type Standing = {
  readonly name: ClientName
  /** `partly`: some of its addresses are admitted that no client who may connect has in common with it. */
  readonly admitted: 'yes' | 'partly' | 'no' | 'unknown'
  /** Of its addresses, origins and hosts those that are not admitted. */
  readonly lacking: readonly string[]
}

export function standingsIn(admission: Admission): readonly Standing[] {
  const whole = CLIENT_NAMES.filter((name) => isTold(name, admission) && lackingOf(name, admission).length === 0)
  const explained = new Set(whole.flatMap((name) => needsOf(name).redirects))
  const isExplained = (uri: string) => explained.has(uri) || (admission.anyLoopback && isLoopback(uri))
  return CLIENT_NAMES.map((name) => {
    const lacking = lackingOf(name, admission)
    const own = needsOf(name).redirects.filter((uri) => admission.redirects.get(uri) === true && !isExplained(uri))
    const admitted = !isTold(name, admission)
      ? 'unknown'
      : lacking.length === 0
        ? 'yes'
        : own.length > 0
          ? 'partly'
          : 'no'
    return { name, admitted, lacking }
  })
}

const isTold = (name: ClientName, { redirects }: Admission): boolean =>
  needsOf(name).redirects.every((uri) => redirects.has(uri))

function lackingOf(name: ClientName, { redirects, origins, documentHosts }: Admission): readonly string[] {
  const needs = needsOf(name)
  return [
    ...needs.redirects.filter((uri) => redirects.get(uri) === false),
    ...needs.origins.filter((origin) => origins.get(origin) === false),
    ...needs.documentHosts.filter((host) => documentHosts.get(host) === false),
  ]
}

/**
 * The value of CLIENTS that admits these beside everybody of today. Whoever is admitted wholly is named in it: those
 * whom CLIENTS names now are among them, and to name the others changes nothing.
 */
function clientsWith(standings: readonly Standing[], more: readonly ClientName[]): string {
  const today = standings.filter(({ admitted }) => admitted === 'yes').map(({ name }) => name)
  return clientsValue(CLIENT_NAMES.filter((name) => today.includes(name) || more.includes(name)))
}

/** The same for a wish: exactly its names, where it says so. */
export const clientsFor = (
  standings: readonly Standing[],
  wish: Wish | undefined,
  more: readonly ClientName[] = [],
): string =>
  wish?.exact === true ? clientsValue(wish.names) : clientsWith(standings, [...(wish?.names ?? []), ...more])

/** Those admitted, wholly or in part, although no client of the wish has these addresses. */
export function surplusIn(standings: readonly Standing[], wished: readonly ClientName[], admission: Admission) {
  const ought = new Set(wished.flatMap((name) => needsOf(name).redirects))
  const isSurplus = (uri: string) =>
    admission.redirects.get(uri) === true && !ought.has(uri) && !(admission.anyLoopback && isLoopback(uri))
  return standings.filter(
    ({ name, admitted }) =>
      (admitted === 'yes' || admitted === 'partly') &&
      !wished.includes(name) &&
      needsOf(name).redirects.some(isSurplus),
  )
}
