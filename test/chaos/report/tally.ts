import type { RecordedCall } from './recorded-call.ts'
import { Recovery } from './recovery.ts'
import { untyped } from './typed-answer.ts'

export const LOSSES = ['wrong rows', 'lost grants', 'untyped errors'] as const
export type Loss = (typeof LOSSES)[number]
export type Found = { readonly loss: Loss; readonly what: string; readonly at: number; readonly during: string }
export type Outcomes = { calls: number; fine: number; refused: number; unavailable: number }

const KEPT = 200

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^\/mcp$/, 'tool calls'],
  [/^\/oauth\/token$/, 'tokens'],
  [/^\/oauth\/register$/, 'registrations'],
  [/^\/oauth\/(authorize|callback)$/, 'sign-in pages'],
  [/^\/oauth\/revoke$/, 'revocations'],
]

export const kindOf = ({ path, fromStranger }: RecordedCall): string =>
  fromStranger ? 'of strangers' : (KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? 'metadata')

/** Counts what happens in a run, and keeps what must not. */
export class Tally {
  readonly kinds = new Map<string, Outcomes>()
  readonly losses = new Map<Loss, number>(LOSSES.map((loss) => [loss, 0]))
  readonly found: Found[] = []
  /** Things that a rule explains, by rule. */
  readonly notes = new Map<string, number>()
  readonly recovery: Recovery
  calls = 0
  /** The fault that is in force, for who reads what was found. */
  during = 'no fault'
  readonly #now: () => number

  /** @param now milliseconds from the start */
  constructor(now: () => number, people: readonly string[]) {
    this.#now = now
    this.recovery = new Recovery(now, people)
  }

  record(call: RecordedCall): void {
    this.calls += 1
    const kind = kindOf(call)
    const outcomes = this.kinds.get(kind) ?? { calls: 0, fine: 0, refused: 0, unavailable: 0 }
    this.kinds.set(kind, outcomes)
    outcomes.calls += 1
    if (call.status === 0 || call.status >= 500) outcomes.unavailable += 1
    else if (call.status >= 400) outcomes.refused += 1
    else outcomes.fine += 1
    const reason = untyped(call)
    if (reason !== undefined) this.loss('untyped errors', `${call.method} ${call.path} (${call.status}): ${reason}`)
  }

  loss(loss: Loss, what: string): void {
    this.losses.set(loss, (this.losses.get(loss) ?? 0) + 1)
    if (this.found.length < KEPT) this.found.push({ loss, what, at: this.#now(), during: this.during })
  }

  note(what: string): void {
    this.notes.set(what, (this.notes.get(what) ?? 0) + 1)
  }

  get hasLoss(): boolean {
    return [...this.losses.values()].some((count) => count > 0)
  }
}
