import { LRUCache } from 'lru-cache'
import type { Later } from '../../telemetry/deadline.ts'
import { LINE_BOUNDS, type LineBounds } from './line-bounds.ts'
import { createMilestones } from './milestones.ts'

export type FairLineOptions = {
  readonly now: () => number
  readonly later: Later
  /** Runs once what has come in meanwhile was read, so that others' calls are seen before the next one begins. */
  readonly afterArrivals: (work: () => void) => void
  readonly bounds?: Partial<LineBounds>
}

/**
 * A call that may begin; `leave` must be called once it has been answered. For `restMs` after that no other call of that
 * person takes its place, while others' may.
 */
export type Place = { readonly leave: (restMs?: number) => void; readonly waitedMs: number }
/** A call that may not, and how many of the person's were sent away within a minute where that is worth a line. */
export type SentAway = { readonly retryAfterSeconds: number; readonly milestone: number | undefined }

/**
 * Who is next, among people and not among calls: whoever sends a hundred at once waits for themselves. One per worker;
 * strangers never come here, and a person is one however many grants and clients they have.
 */
export type FairLine = {
  readonly take: (person: string, bytes: number) => Promise<Place | SentAway>
  readonly size: () => { readonly atWork: number; readonly waiting: number; readonly people: number }
}

const LEAST_RETRY_SECONDS = 1
const MOST_RETRY_SECONDS = 30
/** How much the last call says of how long a person's calls take. */
const WEIGHT = 0.1
const MOST_REMEMBERED = 10_000

type Waiter = { readonly since: number; readonly bytes: number; readonly tell: (begins: boolean) => void }
type Person = { readonly id: string; atWork: number; bytes: number; readonly waiting: Set<Waiter> }
type Line = FairLineOptions & {
  readonly limits: LineBounds
  readonly people: Map<string, Person>
  /** People of whom a call may begin, the one who has waited longest first. */
  readonly ready: Set<Person>
  atWork: number
  waiting: number
  bytes: number
  /** Answers that are kept back, and bytes of their requests. */
  held: number
  heldBytes: number
  /** Milliseconds that each person's calls took lately: slow ones must not have another's quick ones sent away. */
  readonly usualMs: LRUCache<string, number>
  isBeginning: boolean
}

export function createFairLine(options: FairLineOptions): FairLine {
  const line: Line = {
    ...options,
    limits: { ...LINE_BOUNDS, ...options.bounds },
    people: new Map(),
    ready: new Set(),
    atWork: 0,
    waiting: 0,
    bytes: 0,
    held: 0,
    heldBytes: 0,
    usualMs: new LRUCache({ max: MOST_REMEMBERED }),
    isBeginning: false,
  }
  const milestones = createMilestones(options.now)
  return {
    size: () => ({ atWork: line.atWork, waiting: line.waiting, people: line.people.size }),
    take: async (id, bytes) => {
      const person = line.people.get(id) ?? { id, atWork: 0, bytes: 0, waiting: new Set() }
      const isFree = line.ready.size === 0 && mayBegin(line, person)
      if (isFree) return begin(line, person, 0)
      const waited = hasRoom(line, person, bytes) ? await wait(line, person, bytes) : undefined
      return waited ?? (await kept(line, bytes, sentAway(line, person, milestones.count(id))))
    },
  }
}

const mayBegin = ({ atWork, limits }: Line, person: Person): boolean =>
  atWork < limits.atWork && person.atWork < limits.atWorkPerPerson

function begin(line: Line, person: Person, waitedMs: number): Place {
  const began = line.now()
  line.atWork += 1
  person.atWork += 1
  line.people.set(person.id, person)
  let left = false
  const rested = (): void => {
    person.atWork -= 1
    settle(line, person)
  }
  const leave = (restMs = 0): void => {
    if (left) return
    left = true
    line.atWork -= 1
    const usual = line.usualMs.get(person.id) ?? 0
    line.usualMs.set(person.id, usual + (Math.max(0, line.now() - began) - usual) * WEIGHT)
    if (restMs > 0) line.later(restMs, rested)
    else person.atWork -= 1
    settle(line, person)
  }
  return { waitedMs, leave }
}

/** Nor is there room for a call that would wait too long: it costs least where it is told at once. */
function hasRoom(line: Line, person: Person, bytes: number): boolean {
  const { limits } = line
  return (
    line.waiting < limits.waiting &&
    person.waiting.size < limits.waitingPerPerson &&
    line.bytes + bytes <= limits.bytes &&
    person.bytes + bytes <= limits.bytesPerPerson &&
    expectedWait(line, person) <= limits.waitMs
  )
}

const expectedWait = ({ usualMs, limits }: Line, { id, waiting }: Person): number =>
  waiting.size === 0 ? 0 : ((usualMs.get(id) ?? 0) * waiting.size) / limits.atWorkPerPerson

/** The body of a request is held as long as its answer, so both are bounded; apart from what may wait of others. */
async function kept(line: Line, bytes: number, answer: SentAway): Promise<SentAway> {
  const { limits } = line
  if (line.held >= limits.held || line.heldBytes + bytes > limits.bytes) return answer
  line.held += 1
  line.heldBytes += bytes
  await new Promise<void>((resolve) => line.later(limits.heldMs, resolve))
  line.held -= 1
  line.heldBytes -= bytes
  return answer
}

function sentAway(line: Line, person: Person, milestone: number | undefined): SentAway {
  const seconds = Math.ceil(expectedWait(line, person) / 1_000)
  return { retryAfterSeconds: Math.min(MOST_RETRY_SECONDS, Math.max(LEAST_RETRY_SECONDS, seconds)), milestone }
}

/** Resolves to nothing when the call has waited too long: whoever sent it gives up, or is told sooner when to come. */
function wait(line: Line, person: Person, bytes: number): Promise<Place | undefined> {
  const since = line.now()
  return new Promise((resolve) => {
    const tell = (begins: boolean): void => {
      stop()
      resolve(begins ? begin(line, person, Math.max(0, line.now() - since)) : undefined)
    }
    const waiter = { since, bytes, tell }
    person.waiting.add(waiter)
    count(line, person, 1, bytes)
    line.people.set(person.id, person)
    const stop = line.later(line.limits.waitMs, () => {
      if (!takeOut(line, person, waiter)) return
      tell(false)
      settle(line, person)
    })
    settle(line, person)
  })
}

function takeOut(line: Line, person: Person, waiter: Waiter): boolean {
  const isWaiting = person.waiting.delete(waiter)
  if (isWaiting) count(line, person, -1, waiter.bytes)
  return isWaiting
}

function count(line: Line, person: Person, calls: 1 | -1, bytes: number): void {
  line.waiting += calls
  line.bytes += calls * bytes
  person.bytes += calls * bytes
}

/** Who may begin stands at the end of the people who may; who neither works nor waits is forgotten. */
function settle(line: Line, person: Person): void {
  if (person.waiting.size > 0 && person.atWork < line.limits.atWorkPerPerson) line.ready.add(person)
  else line.ready.delete(person)
  if (person.waiting.size === 0 && person.atWork === 0) line.people.delete(person.id)
  if (line.isBeginning || line.ready.size === 0 || line.atWork >= line.limits.atWork) return
  line.isBeginning = true
  line.afterArrivals(() => {
    line.isBeginning = false
    beginNext(line)
  })
}

/** One call of the next person, and then again after what has come in. */
function beginNext(line: Line): void {
  const [person] = line.ready
  if (!person || line.atWork >= line.limits.atWork) return
  line.ready.delete(person)
  for (const waiter of person.waiting) {
    takeOut(line, person, waiter)
    const isInTime = line.now() - waiter.since <= line.limits.waitMs
    waiter.tell(isInTime)
    if (isInTime) break
  }
  settle(line, person)
}
