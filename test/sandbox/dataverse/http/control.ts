import { DataverseFault } from './errors.ts'
import type { RequestKind } from './route.ts'

/** What befalls a write once it is done: its answer is an error, is cut off, or never comes. */
const LOST_ANSWERS = ['commit-then-503', 'commit-then-reset', 'commit-then-silence'] as const
/** What befalls writes alone; a synchronous plug-in refuses before anything is done. */
const WRITE_FAULTS = ['plug-in', ...LOST_ANSWERS] as const
const FAULT_KINDS = [
  'delay',
  'throttle',
  'down',
  'unauthorized',
  'forbidden',
  'timeout',
  'malformed',
  'drop',
  ...WRITE_FAULTS,
] as const

/** Switches a misbehaviour on for one person or for everybody (`*`). */
export type Fault = {
  readonly upn: string
  readonly kind: (typeof FAULT_KINDS)[number]
  /** Hits only what changes rows; a fault of a write is one anyway. */
  readonly on?: 'write'
  /** For `plug-in`: the words of the refusal. */
  readonly message?: string
  /** For `delay`. */
  readonly ms?: number
  /** For `delay` in this process: until this is over, in place of a time. */
  readonly until?: Promise<unknown>
  /** Seconds, for `throttle` and `down`. */
  readonly retryAfter?: number
  /** How many requests it hits; without it, all until a reset. */
  readonly times?: number
}

export type Counters = {
  /** HTTP requests; a batch is one. */
  readonly total: number
  readonly kinds: Readonly<Record<RequestKind, number>>
  readonly users: Readonly<Record<string, Readonly<Record<RequestKind, number>>>>
  /** The requests inside batches, which `total` and `kinds` leave out. */
  readonly parts: Readonly<Record<RequestKind, number>>
  /** Refused before anybody was known. */
  readonly unauthenticated: number
}

const noRequests = (): Record<RequestKind, number> => ({
  whoami: 0,
  metadata: 0,
  query: 0,
  record: 0,
  fetchxml: 0,
  function: 0,
  search: 0,
  batch: 0,
  create: 0,
  update: 0,
  action: 0,
})
const KINDS = Object.keys(noRequests()) as readonly RequestKind[]

export type Control = {
  readonly count: (upn: string, kind: RequestKind) => void
  readonly countPart: (kind: RequestKind) => void
  readonly countUnauthenticated: () => void
  readonly counters: () => Counters
  readonly fault: (fault: Fault) => void
  /** The faults that hit this request, each used up once; a write suffers those of writes, too. */
  readonly take: (upn: string, isWrite: boolean) => readonly Fault[]
  readonly reset: () => void
}

const includes = (kinds: readonly string[], { kind }: Fault): boolean => kinds.includes(kind)

function isOfWrites(fault: Fault): boolean {
  return fault.on === 'write' || includes(WRITE_FAULTS, fault)
}

/** Whether a write is done before the fault hits. */
export function isLostAnswer(fault: Fault): boolean {
  return includes(LOST_ANSWERS, fault)
}

export function createControl(): Control {
  const users = new Map<string, Record<RequestKind, number>>()
  let parts = noRequests()
  let unauthenticated = 0
  let faults: { fault: Fault; left: number }[] = []
  const counters = (): Counters => {
    const kinds = noRequests()
    for (const user of users.values()) for (const kind of KINDS) kinds[kind] += user[kind]
    const total = unauthenticated + Object.values(kinds).reduce((sum, count) => sum + count, 0)
    return { total, kinds, users: Object.fromEntries(users), parts, unauthenticated }
  }
  return {
    count: (upn, kind) => {
      const user = users.get(upn) ?? noRequests()
      user[kind]++
      users.set(upn, user)
    },
    countPart: (kind) => {
      parts[kind]++
    },
    countUnauthenticated: () => {
      unauthenticated++
    },
    counters: () => structuredClone(counters()),
    fault: (fault) => void faults.push({ fault, left: fault.times ?? Infinity }),
    take: (upn, isWrite) => {
      const mine = faults.filter(({ fault }) => fault.upn === '*' || fault.upn === upn)
      const hit = mine.filter(({ fault }) => isWrite || !isOfWrites(fault))
      for (const one of hit) one.left--
      faults = faults.filter(({ left }) => left > 0)
      return hit.map(({ fault }) => fault)
    },
    reset: () => {
      users.clear()
      parts = noRequests()
      unauthenticated = 0
      faults = []
    },
  }
}

/** Reads the body of `POST /__sandbox/fault`. @throws DataverseFault 400 for anything but a fault */
export function parseFault(text: string): Fault {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const fault = value as Partial<Fault> | null | undefined
  if (typeof fault?.upn !== 'string' || fault.kind === undefined || !FAULT_KINDS.includes(fault.kind)) {
    throw new DataverseFault(
      400,
      'sandbox',
      `A fault is {"upn", "kind": ${FAULT_KINDS.join(' | ')}, "on", "ms", "retryAfter", "message", "times"}.`,
    )
  }
  return fault as Fault
}

/** The error that a fault stands for; undefined for one that is no error. */
export function faultError({ kind, retryAfter, message }: Fault): DataverseFault | undefined {
  const after = { 'retry-after': String(retryAfter ?? 5) }
  switch (kind) {
    case 'throttle':
      return new DataverseFault(
        429,
        '0x80072322',
        'Number of requests exceeded the limit of 6000 over time window of 300 seconds.',
        after,
      )
    case 'plug-in':
      return new DataverseFault(400, '0x80040265', message ?? 'A plug-in refuses this.')
    case 'down':
    case 'commit-then-503':
      return new DataverseFault(503, '0x8004a104', 'The service is temporarily unavailable.', after)
    case 'unauthorized':
      return new DataverseFault(401, '0x8004a101', 'The ticket specified for authentication is expired', {
        'www-authenticate': 'Bearer',
      })
    case 'forbidden':
      return new DataverseFault(403, '0x80042f09', 'The user has not been assigned any roles.')
    case 'timeout':
      return new DataverseFault(500, '0x80044151', 'SQL timeout expired.')
    default:
      return undefined
  }
}
