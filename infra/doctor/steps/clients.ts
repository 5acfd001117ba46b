import type { Admission } from '../clients/ask-clients.ts'
import { clientsFor, type Standing, standingsIn, surplusIn, type Wish } from '../clients/standing.ts'
import type { Page } from '../report.ts'
import type { Visit } from '../visit.ts'
import type { ServerMetadata } from './server-metadata.ts'

type Seen = { readonly admission: Admission; readonly standings: readonly Standing[] }

/** Step 8: which of the known clients may connect, held against which of them ought to. */
export function checkClients(visit: Visit, server: ServerMetadata, admission: Admission, wish?: Wish): void {
  const page = visit.notebook.page('clients')
  const standings = standingsIn(admission)
  visit.notebook.note({ clients: standings })
  if (standings.every(({ admitted }) => admitted === 'unknown')) {
    page.skipped(server.register === undefined ? closed(admission) : 'no registration was answered')
    return
  }
  const seen: Seen = { admission, standings }
  page.write({ status: 'ok', found: summary(seen), ...(visit.isLoopback ? {} : oneMore(standings, wish)) })
  if (wish) judgeMissing(page, seen, wish)
  if (wish?.exact === true) judgeSurplus(page, seen, wish)
  else judgeHalves(page, seen, wish)
  judgeAnyLoopback(visit, page, seen, wish)
}

/** Codes are sent where a registration said; without one only the hosts of documents can be told. */
function closed({ documentHosts }: Admission): string {
  const hosts = [...documentHosts].filter(([, is]) => is).map(([host]) => host)
  const read = hosts.length === 0 ? '' : `; documents of ${hosts.join(', ')} are read`
  return `with REGISTRATION=closed it cannot be told from outside which addresses are admitted${read}`
}

const named = (standings: readonly Standing[]): string => standings.map(({ name }) => name).join(', ')

function summary({ admission, standings }: Seen): string {
  const those = (...states: Standing['admitted'][]) => standings.filter(({ admitted }) => states.includes(admitted))
  const [may, not, unknown] = [those('yes'), those('no', 'partly'), those('unknown')]
  const parts = [
    `may connect: ${may.length === 0 ? 'no known client' : named(may)}`,
    ...(not.length === 0 ? [] : [`may not: ${named(not)}`]),
    ...(unknown.length === 0 ? [] : [`not told: ${named(unknown)}`]),
    ...(admission.anyLoopback ? ['and any program on a person’s own machine gets codes'] : []),
  ]
  return parts.join('; ')
}

/** Not for a trial on this machine, which azd has no settings of. */
function oneMore(standings: readonly Standing[], wish?: Wish) {
  const next = standings.find(({ admitted }) => admitted === 'no')
  if (!next || wish?.exact === true) return {}
  const fix = `To admit another, here ${next.name}:
  azd env set CLIENTS "${clientsFor(standings, wish, [next.name])}"
  azd provision platform`
  return { fix }
}

/** At most two examples of what is lacking: all of them are in the report as JSON. */
const lackingOf = ({ name, lacking }: Standing): string => {
  const more = lacking.length > 2 ? ` and ${lacking.length - 2} more` : ''
  return `${name} (${lacking.slice(0, 2).join(', ')}${more})`
}

/** ChatGPT's own addresses are told by the step before. */
function judgeMissing(page: Page, { standings }: Seen, wish: Wish): void {
  const missing = standings.filter(
    (one) =>
      wish.names.includes(one.name) && one.admitted !== 'yes' && one.admitted !== 'unknown' && !isToldBefore(one),
  )
  const clients = clientsFor(standings, wish)
  if (missing.length > 0)
    page.failed('clients-missing', `not admitted: ${missing.map(lackingOf).join('; ')}`, { clients })
}

const isToldBefore = ({ name, lacking }: Standing): boolean =>
  name === 'chatgpt' && lacking.some((one) => one.startsWith('https://chatgpt.com/'))

function judgeSurplus(page: Page, { admission, standings }: Seen, wish: Wish): void {
  const surplus = surplusIn(standings, wish.names, admission)
  const clients = clientsFor(standings, wish)
  if (surplus.length > 0)
    page.failed('clients-surplus', `admitted, and not among those given: ${named(surplus)}`, { clients })
}

function judgeHalves(page: Page, { standings }: Seen, wish?: Wish): void {
  const halves = standings.filter(
    ({ name, admitted }) => admitted === 'partly' && name !== 'chatgpt' && !(wish?.names ?? []).includes(name),
  )
  if (halves.length === 0) return
  const names = halves.map(({ name }) => name)
  const clients = clientsFor(standings, wish, names)
  page.warning('client-half-admitted', `admitted in part; what lacks: ${halves.map(lackingOf).join('; ')}`, { clients })
}

/** For a trial on one machine it is the default, and fine. */
function judgeAnyLoopback({ isLoopback }: Visit, page: Page, { admission, standings }: Seen, wish?: Wish): void {
  if (isLoopback || !admission.anyLoopback) return
  const clients = clientsFor(standings, wish)
  page.warning('any-loopback-admitted', 'a made-up path of a person’s own machine is admitted', { clients })
}
