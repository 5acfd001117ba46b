import type { Row, Store } from '../store/store.ts'
import type { Caller } from './security.ts'

/** Rows that are joined, each under its alias. */
export type Joined = readonly ReadonlyMap<string, Row | null>[]

/** What somebody may read, as far as it was asked for: whole tables, and their rows by the values of a column. */
export type Seen = {
  readonly tables: Map<string, readonly Row[]>
  readonly indexes: Map<string, Map<string, Row[]>>
  /** The last questions, and what they found: a page more of one is cut from the same rows. */
  readonly found: Map<string, Joined>
}

type Known = { readonly revision: number; readonly callers: Map<string, Caller>; readonly seen: Map<Caller, Seen> }

const known = new WeakMap<Store, Known>()

function knownOf(store: Store): Known {
  const last = known.get(store)
  if (last?.revision === store.revision()) return last
  const next: Known = { revision: store.revision(), callers: new Map(), seen: new Map() }
  known.set(store, next)
  return next
}

/** Who somebody is, made anew when a row has changed: roles, teams and shares are rows too. */
export function callerIn(store: Store, oid: string, make: () => Caller): Caller {
  const { callers } = knownOf(store)
  const caller = callers.get(oid) ?? make()
  callers.set(oid, caller)
  return caller
}

const QUESTIONS = 4

export function keptIn({ found }: Seen, question: string, find: () => Joined): Joined {
  const joined = found.get(question) ?? find()
  found.delete(question)
  found.set(question, joined)
  for (const oldest of found.keys()) if (found.size > QUESTIONS) found.delete(oldest)
  return joined
}

/** Found anew when a row has changed. */
export function seenBy(store: Store, caller: Caller): Seen {
  const { seen } = knownOf(store)
  const found = seen.get(caller) ?? { tables: new Map(), indexes: new Map(), found: new Map() }
  seen.set(caller, found)
  return found
}
