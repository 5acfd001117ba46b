import type { SwitchedOff, SwitchStore } from '../../storage/ports.ts'
import type { SwitchKind } from './kinds.ts'
import { cleanMessage } from './message.ts'

/** What is off, as one reading of the table found it. */
export type Switches = {
  readonly all: readonly SwitchedOff[]
  readonly isOff: (kind: SwitchKind, row: string) => boolean
  readonly isClientOff: (clientId: string) => boolean
  /** Set while everything is off; a message only where the administrator wrote one. */
  readonly everything: { readonly message?: string } | undefined
}

/** What is off in this deployment, one per worker. */
export type CurrentSwitches = {
  /** What was known within the last minute; waits only where nothing was. @throws StorageUnavailable */
  readonly read: () => Promise<Switches>
  /** What a reading finds that began after this was called, so that a switch acts at once. @throws StorageUnavailable */
  readonly fresh: () => Promise<Switches>
}

/** Read anew beside a request that finds it as old. */
const FRESH_MS = 20_000
/** Nothing is decided by what is older, as no access token is remembered for longer. */
const STALE_MS = 60_000
const RETRY_MS = 5_000

type Flight = { readonly startedAt: number; readonly result: Promise<Switches> }
/** Readings are numbered as they begin: by a clock that is set back, an older one could pass for the younger. */
type Known = { readonly reading: number; readonly asOf: number; readonly switches: Switches }

/**
 * Remembers the table `switches` for a minute at most, counted from when the reading of it began. Requests that wait
 * share one reading.
 */
export function createCurrentSwitches(options: {
  readonly store: Pick<SwitchStore, 'list' | 'clientRow'>
  readonly now: () => number
}): CurrentSwitches {
  const { store, now } = options
  let known: Known | undefined
  let flight: Flight | undefined
  let [readings, retryAt] = [0, 0]
  // A clock that was set back must not make knowledge young again.
  const age = (since: number): number => Math.abs(now() - since)
  /** An instance that slept wakes with a reading of before, which may never be answered. */
  const underWay = (): Flight | undefined => (flight && age(flight.startedAt) <= STALE_MS ? flight : undefined)

  const load = async (asOf: number): Promise<Switches> => {
    const reading = (readings += 1)
    const switches = switchesOf(await store.list(), store.clientRow)
    if (!known || known.reading < reading) known = { reading, asOf, switches }
    return switches
  }
  const start = (): Flight => {
    const startedAt = now()
    const result = load(startedAt).finally(() => {
      if (flight === started) flight = undefined
    })
    const started: Flight = { startedAt, result }
    result.catch(() => (retryAt = now() + RETRY_MS))
    return (flight = started)
  }
  return {
    read: async () => {
      if (!known || age(known.asOf) > STALE_MS) return (underWay() ?? start()).result
      if (age(known.asOf) > FRESH_MS && !underWay() && now() >= retryAt) start()
      return known.switches
    },
    fresh: async () => {
      const before = underWay()
      if (!before) return start().result
      await before.result.catch(() => undefined)
      const begun = underWay()
      return (begun && begun !== before ? begun : start()).result
    },
  }
}

export function switchesOf(all: readonly SwitchedOff[], clientRow: SwitchStore['clientRow']): Switches {
  const byRow = new Map(all.map((one) => [`${one.kind} ${one.row}`, one]))
  const find = (kind: SwitchKind, row: string): SwitchedOff | undefined => byRow.get(`${kind} ${row}`)
  const everything = find('everything', 'everything')
  const message = cleanMessage(everything?.message ?? '')
  return {
    all,
    isOff: (kind, row) => find(kind, row) !== undefined,
    isClientOff: (clientId) => find('client', clientRow(clientId)) !== undefined,
    everything: everything && (message === '' ? {} : { message }),
  }
}
