import { type ClientName, KNOWN_CLIENTS, type KnownClient } from '../../../shared/config/clients/known-clients.ts'

export const CLIENT_NAMES = Object.keys(KNOWN_CLIENTS) as readonly ClientName[]

/** What a client needs, each as it asks for it: with an id where its address has one, and a port on its own machine. */
export type Needs = {
  readonly redirects: readonly string[]
  readonly origins: readonly string[]
  readonly documentHosts: readonly string[]
}

const NOBODY = 'none'
const AN_ID = 'doctor'
const A_PORT = 33_418
/** Clients differ in which of the two they write, and some write both. */
const LOOPBACK_ORIGINS = [`http://127.0.0.1:${A_PORT}`, `http://localhost:${A_PORT}`] as const

/** A path of the doctor's making, which nobody lists. */
export const MADE_UP_LOOPBACK = `${LOOPBACK_ORIGINS[0]}/made-up-by-the-doctor`

export const isLoopback = (uri: string): boolean => LOOPBACK_ORIGINS.some((origin) => uri.startsWith(`${origin}/`))

export function needsOf(name: ClientName): Needs {
  const { redirectUris, loopbackPaths, origins, metadataDomains }: KnownClient = KNOWN_CLIENTS[name]
  const onTheMachine = loopbackPaths.flatMap((path) => LOOPBACK_ORIGINS.map((origin) => origin + path))
  const redirects = [...redirectUris, ...onTheMachine].map((uri) => uri.replace('*', AN_ID))
  return { redirects, origins, documentHosts: metadataDomains }
}

/** Everything of one kind that some client needs, once. */
export const allNeeds = (kind: keyof Needs): readonly string[] => [
  ...new Set(CLIENT_NAMES.flatMap((name) => needsOf(name)[kind])),
]

export type ReadNames = { readonly names: readonly ClientName[]; readonly unknown: readonly string[] }

/** As the setting CLIENTS is read, `none` for nobody; what is no name is `unknown`. */
export function readClientNames(text: string): ReadNames {
  const given = [...new Set(text.split(/[\s,]+/).filter(Boolean))]
  const names = given.map((name) => name.toLowerCase())
  if (names.length === 1 && names[0] === NOBODY) return { names: [], unknown: [] }
  const unknown = given.filter((name) => !Object.hasOwn(KNOWN_CLIENTS, name.toLowerCase()))
  return { names: CLIENT_NAMES.filter((name) => names.includes(name)), unknown }
}

export const clientsValue = (names: readonly ClientName[]): string => (names.length === 0 ? NOBODY : names.join(','))
