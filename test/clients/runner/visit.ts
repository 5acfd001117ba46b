import type { Person } from '../../sandbox/people.ts'

/** What a check is given: a server that it knows by its address alone, and a person in front of a browser. */
export type Visit = {
  /** The server's `/mcp`, the only thing that anybody types into a client. */
  readonly address: string
  readonly person: Person
  /** For what the package keeps between its runs; empty, and nobody else's. */
  readonly folder: string
  /**
   * The person opens an authorize URL, agrees and signs in.
   * @returns where the browser is sent then: the address at which the package waits, with code, state and issuer
   */
  readonly signIn: (url: string) => Promise<URL>
  /** Lets the server take the person's access token for ended, once: the next call that asks Dataverse is answered 401. */
  readonly endToken: () => void
}

/** What the package showed to whoever uses it, texts and JSON as they came. */
export type Shown = {
  readonly tools: readonly string[]
  readonly whoami: string
  readonly rows: string
  /** The same rows once more, after the access token had ended and the package had refreshed it. */
  readonly refreshed: string
}

/** Connects by the package's public API, as its documentation shows it. @throws Refused where the server will not have it */
export type Check = (visit: Visit) => Promise<Shown>

/** The server's refusal, told so that it can be recorded: without addresses, ids and times. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** The question that every package asks. Ids and names alone: the answer is read in whatever form the package shows it. */
export const QUERY = {
  entity: 'opportunity',
  select: ['opportunityid', 'name'],
  filter: 'statecode eq 0',
  orderby: 'estimatedvalue_base desc,opportunityid asc',
  top: 5,
} as const
export const QUERY_IN_SQL =
  'select opportunityid from opportunity where statecode = 0 order by estimatedvalue_base desc, opportunityid limit 5'

export const CLIENT_NAME = 'Client under test'
/** Where a package without a listener of its own is sent; the browser stops there. */
export const REDIRECT = 'http://127.0.0.1:53682/callback'
