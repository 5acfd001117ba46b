import * as z from 'zod'
import { nearestFirst } from '../edit-distance.ts'
import { type ClientName, KNOWN_CLIENTS, type KnownClient } from './known-clients.ts'
import { list } from '../list.ts'

const NAMES = Object.keys(KNOWN_CLIENTS) as ClientName[]
/** In place of any name: the lists below alone decide. */
const NOBODY = 'none'

const isName = (text: string): text is ClientName => (NAMES as readonly string[]).includes(text)
export const knownClient = (name: ClientName): KnownClient => KNOWN_CLIENTS[name]

/** `CLIENTS`: names of known clients, or `none`. What is no name is told with the names, the nearest to it first. */
export const clientNames = list.transform((entries, context): ClientName[] => {
  const names = [...new Set(entries.map((entry) => entry.toLowerCase()))]
  const wrong = names.find((name) => !isName(name) && name !== NOBODY)
  if (wrong !== undefined)
    context.addIssue(`must name clients that this app knows: ${nearestFirst(wrong, NAMES).join(', ')}; or ${NOBODY}`)
  else if (names.includes(NOBODY) && names.length > 1) context.addIssue(`cannot have ${NOBODY} beside a name`)
  return context.issues.length > 0 ? z.NEVER : names.filter(isName)
})

/** What the settings that are lists add to the known clients. */
type Lists = {
  readonly redirectUris: readonly string[]
  readonly loopback: boolean | readonly string[]
  readonly origins: readonly string[]
  readonly metadataDomains: readonly string[]
}

/** Who may connect: what the named clients need, and what the lists add; nothing replaces anything. */
export function admitted(names: readonly ClientName[], added: Lists): Lists {
  const clients = names.map(knownClient)
  const both = (of: (client: KnownClient) => readonly string[], more: readonly string[]) => [
    ...new Set([...clients.flatMap(of), ...more]),
  ]
  const { loopback } = added
  const paths = both(({ loopbackPaths }) => loopbackPaths, typeof loopback === 'boolean' ? [] : loopback)
  return {
    redirectUris: both(({ redirectUris }) => redirectUris, added.redirectUris),
    loopback: loopback === true || (paths.length > 0 && paths),
    origins: both(({ origins }) => origins, added.origins),
    metadataDomains: both(
      ({ metadataDomains }) => metadataDomains,
      added.metadataDomains.map((domain) => domain.toLowerCase()),
    ),
  }
}

/** The known clients that are not named and have what was refused. */
export const othersWith = (
  names: readonly ClientName[],
  has: (client: KnownClient) => boolean,
): readonly ClientName[] => NAMES.filter((name) => !names.includes(name) && has(knownClient(name)))
