/** The longest text that is tried, in characters. */
export const LONG = 51_200
const SHORTEST = 200
/** Below this, no text holds an instance; above it, four times the text may take eight times as long. */
const FLOOR_MS = 60
const MOST_TIMES = 8

/** Milliseconds of this thread's own work: a busy machine and the collector's threads do not count. */
const spend = async (run: () => unknown): Promise<number> => {
  const began = process.threadCpuUsage()
  try {
    await run()
  } catch {
    // A refusal is an answer like any other: it is its time that counts.
  }
  const { user, system } = process.threadCpuUsage(began)
  return (user + system) / 1000
}

const best = async (run: () => unknown, times: number): Promise<number> => {
  let least = Infinity
  for (let at = 0; at < times; at += 1) least = Math.min(least, await spend(run))
  return least
}

/**
 * Whether the time grows faster than the text: four times the text takes 4 times as long where it is linear, 16 where it
 * is quadratic. Texts grow up to `longest`, so that what is slow shows while it is still short.
 */
export async function isSuperLinear(
  run: (text: string) => unknown,
  textOf: (length: number) => string,
  longest = LONG,
): Promise<boolean> {
  for (let length = SHORTEST; length <= longest; length *= 4) {
    const text = textOf(length)
    if ((await spend(() => run(text))) < FLOOR_MS) continue
    const time = await best(() => run(text), 3)
    const short = textOf(length / 4)
    if (time >= FLOOR_MS && time / Math.max(await best(() => run(short), 5), 0.1) > MOST_TIMES) return true
  }
  return false
}

/** Repeats and cuts to exactly that length. */
export const filled = (piece: string, length: number): string =>
  piece.repeat(Math.ceil(length / Math.max(piece.length, 1))).slice(0, length)

/** Of each kind that some parser of ours treats in a way of its own. */
export const CHARACTERS = [
  ...Array.from(' \t\n/\\\'"`([{<>)]}0a_-.,:;@%&=*?!#|+~$^'),
  ...['\r\n', '\u00a0', '\u0301', '\u200b', '\u202e', '\ud800', '\udc00', '😀', '“', '’', 'İ', 'ß', '\u2028', '\u0000'],
]
