/** What the rows of an answer took of its bytes. */
export type Taken = {
  /** Bytes of each of its rows, and of some behind them that had no room. */
  readonly sizes: readonly number[]
  /** Rows of them in the answer. */
  readonly given: number
  /** Whether there were more, for which there was no room. */
  readonly isCut: boolean
  /** Bytes that there were for rows, and how many of them are taken. */
  readonly bytes: number
  readonly used: number
}

/** Standard deviations above the mean: of what the next rows take, and of what is known of it by so few rows. */
const SPREAD = 1.5
const MOST_SPREAD = 0.5

/**
 * Rows to ask for next: as many as fit if they are as the last ones were, and some more, as rows differ. What is asked
 * for in vain is read once more; what is not asked for costs a whole call.
 */
export function nextRows({ sizes, given, isCut, bytes, used }: Taken): number {
  const recent = sizes.slice(Math.floor(given / 2))
  if (given === 0 || recent.length === 0) return 1
  const full = isCut ? given : given * (bytes / Math.max(1, used))
  const mean = meanOf(recent)
  const fitting = full * (meanOf(sizes.slice(0, given)) / mean)
  const deviation = Math.sqrt(meanOf(recent.map((size) => (size - mean) ** 2))) / mean
  const spread = Math.min(fitting * MOST_SPREAD, SPREAD * deviation * Math.sqrt(fitting + fitting ** 2 / recent.length))
  return Math.max(1, Math.ceil(fitting + spread))
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length
}
