import type { Person } from '../../people.ts'
import { platformRows } from '../seed/platform/rows.ts'
import { isSchemaChanged } from '../schema/schema.ts'
import { seed } from '../seed/seed.ts'
import type { Store, TableRows } from './store.ts'
import { createStore } from './store.ts'

export type Rows = {
  readonly store: () => Store
  /** Somebody changes something: the next reset takes it back. */
  readonly touch: () => void
  /** Seeds as things are now, which the next reset changes. */
  readonly seedUntilReset: () => void
  readonly reset: () => void
}

export type RowsOptions = {
  readonly people: readonly Person[]
  /** The machine's own where there is none. */
  readonly now: (() => Date) | undefined
  readonly hasSearch: () => boolean
  /** Beyond the seed; one with the id of a seeded row replaces it. */
  readonly added: (at: Date) => TableRows
}

type Seeded = { readonly at: Date; readonly store: () => Store }
type Kept = Seeded & Pick<RowsOptions, 'people'> & { readonly hasSearch: boolean }

/** Made when it is first asked for: many a test resets a Dataverse that it never asks. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/** A day or an hour of a row is told from when it was seeded; so long, and within one hour, nobody can tell. */
const AS_NEW_MS = 60_000
const HOUR_MS = 3_600_000
const hourOf = (at: Date): number => Math.floor(at.getTime() / HOUR_MS)
const isAsNew = ({ at }: Seeded, now: Date): boolean =>
  Math.abs(now.getTime() - at.getTime()) < AS_NEW_MS && hourOf(at) === hourOf(now)

/** Seeds of this process that the next Dataverse can begin with; the clocks of one test file are seldom more. */
const kept: Kept[] = []
const KEPT = 4

/** @param isExact for a clock of a test's own, which compares with rows of that very moment */
function seededFor(people: readonly Person[], hasSearch: boolean, now: Date, isExact: boolean): Seeded {
  const known = kept.findIndex(
    (one) =>
      one.people === people &&
      one.hasSearch === hasSearch &&
      (isExact ? one.at.getTime() === now.getTime() : isAsNew(one, now)),
  )
  const [last] = known === -1 ? [] : kept.splice(known, 1)
  const make = (): Store => {
    // What was published in one is taken back before the next begins.
    if (isSchemaChanged()) kept.splice(0, kept.length, ...kept.filter((one) => one !== asked))
    const seeded = seed(people, now)
    return createStore([...seeded, ...platformRows(seeded, now, hasSearch)])
  }
  const asked = last ?? { people, hasSearch, at: now, store: once(make) }
  kept.unshift(asked)
  kept.splice(KEPT)
  return asked
}

/** Seeding takes longer than most tests: whoever changes a row changes it in a copy of what all began with. */
export function createRows({ people, now: clock, hasSearch, added }: RowsOptions): Rows {
  const now = clock ?? (() => new Date())
  const seedNow = (): Seeded => {
    const at = now()
    const { store, at: seededAt } = seededFor(people, hasSearch(), at, clock !== undefined)
    const withAdded = (): Store => {
      const own = store().copy()
      const more = added(at)
      if (more.length > 0) own.add(more)
      return own
    }
    return { at: seededAt, store: once(withAdded) }
  }
  let seeded = seedNow()
  let store = once(() => seeded.store().copy())
  let [isChanged, isForNow] = [false, false]
  const begin = (): void => {
    store = once(() => seeded.store().copy())
    isChanged = false
  }
  const seedAnew = (forNow: boolean): void => {
    seeded = seedNow()
    isForNow = forNow
    begin()
  }
  return {
    store: () => store(),
    touch: () => void (isChanged = true),
    seedUntilReset: () => seedAnew(true),
    reset: () => {
      if (isForNow || !isAsNew(seeded, now())) seedAnew(false)
      else if (isChanged) begin()
    },
  }
}
