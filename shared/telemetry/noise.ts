import type { AuditEvent, EventName } from './events.ts'

/** What strangers cause at will, without being anybody. */
const OF_STRANGERS: ReadonlySet<EventName> = new Set([
  'mcp.refused',
  'client.refused',
  'client.registered',
  'request.refused',
  'request.failed',
  'authorize.refused',
  'consent.shown',
  'consent.approved',
  'consent.denied',
  'manage.refused',
  'rate.limited',
  'token.refused',
])
/** A few are written one by one, so that the id of a refusal is found by whoever was shown it. */
const WRITTEN_A_MINUTE = 20
const MINUTE_MS = 60_000
/** Kinds are made of names, codes and causes of ours; beyond the bound, which is for a mistake, a name is one kind. */
const MOST_KINDS = 500

export type Noise = {
  /** Whether an event is to be written; one that is not is counted. */
  readonly isWritten: (event: AuditEvent) => boolean
  /** Tells what was counted so far: the worker ends. */
  readonly endAll: () => void
}

export type NoiseDeps = {
  readonly now: () => number
  /** Runs later; does not keep the process alive. */
  readonly later: (ms: number, work: () => void) => void
  /** Told once a minute of each kind of which some were only counted. */
  readonly onCounted: (event: AuditEvent) => void
}

type Kind = { readonly event: AuditEvent; readonly until: number; seen: number }

/** A flood of refusals becomes a number a minute of each kind: lines for each would bury, and cost, all others. */
export function createNoise({ now, later, onCounted }: NoiseDeps): Noise {
  const kinds = new Map<string, Kind>()
  const end = (key: string): void => {
    const kind = kinds.get(key)
    kinds.delete(key)
    const count = (kind?.seen ?? 0) - WRITTEN_A_MINUTE
    if (!kind || count <= 0) return
    const { name, step, code } = kind.event
    onCounted({ name: 'noise.counted', count, kind: name, ...(step && { step }), ...(code && { code }) })
  }
  return {
    isWritten: (told) => {
      if (!isOfStrangers(told)) return true
      const own = keyOf(told)
      const event: AuditEvent = kinds.has(own) || kinds.size < MOST_KINDS ? told : { name: told.name }
      const key = keyOf(event)
      const known = kinds.get(key)
      if (known && known.until > now()) {
        known.seen += 1
        return known.seen <= WRITTEN_A_MINUTE
      }
      if (known) end(key)
      const kind = { event, until: now() + MINUTE_MS, seen: 1 }
      kinds.set(key, kind)
      later(MINUTE_MS, () => {
        if (kinds.get(key) === kind) end(key)
      })
      return true
    },
    endAll: () => {
      for (const key of [...kinds.keys()]) end(key)
    },
  }
}

/** A fault is one of its cause: the log alone tells an administrator of each. */
const keyOf = ({ name, step, code, reason }: AuditEvent): string =>
  [name, step, code, name === 'request.failed' ? reason : undefined].join(' ')

/** Of a grant or a person that is known every one is written. */
function isOfStrangers({ name, grantId, userId }: AuditEvent): boolean {
  return OF_STRANGERS.has(name) && grantId === undefined && userId === undefined
}
