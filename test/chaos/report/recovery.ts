type Waiting = { readonly name: string; readonly endedAt: number; readonly people: Set<string> }
export type Recovered = { readonly name: string; readonly ms: number }

/** How long it takes after a fault until everybody has had a success. */
export class Recovery {
  readonly done: Recovered[] = []
  readonly #now: () => number
  readonly #everybody: readonly string[]
  #waiting: Waiting[] = []

  constructor(now: () => number, everybody: readonly string[]) {
    this.#now = now
    this.#everybody = everybody
  }

  faultEnded(name: string): void {
    this.#waiting.push({ name, endedAt: this.#now(), people: new Set(this.#everybody) })
  }

  success(person: string): void {
    for (const { people } of this.#waiting) people.delete(person)
    const over = this.#waiting.filter(({ people }) => people.size === 0)
    if (over.length === 0) return
    this.#waiting = this.#waiting.filter(({ people }) => people.size > 0)
    for (const { name, endedAt } of over) this.done.push({ name, ms: this.#now() - endedAt })
  }

  /** Faults after which somebody never had a success again. */
  unrecovered(): readonly { readonly name: string; readonly people: readonly string[] }[] {
    return this.#waiting.map(({ name, people }) => ({ name, people: [...people] }))
  }
}

/** The value below which this share of all lies; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
