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

/** One text, shorter or longer. */
type Text = (length: number) => string
type Taker = (text: string) => unknown
export type Limits = {
  /** Characters of the longest text. */
  readonly longest: number
  /** Below so many milliseconds nothing is slow: there the collector and the compiler are what shows. */
  readonly floorMs: number
}

/**
 * The least milliseconds of several times, as the collector shows in one or two: of as few as it takes to be below `enough`.
 * What must not be slow has a bound that it is far below, and what is slow is above it every time.
 */
export async function leastMs(run: () => unknown, enough: number, most = 5): Promise<number> {
  let least = Infinity
  for (let at = 0; at < most && least >= enough; at += 1) least = Math.min(least, await spend(run))
  return least
}

/** @returns 'slow', or the milliseconds that a text of this length takes */
async function measure(run: Taker, textOf: Text, length: number, floorMs: number): Promise<number | 'slow'> {
  const text = textOf(length)
  const first = await spend(() => run(text))
  if (first < floorMs) return first
  // Milliseconds of the collector or the compiler do not matter to what takes this long.
  const time = await best(() => run(text), first < MOST_TIMES * floorMs ? 3 : 1)
  const short = textOf(length / 4)
  return time >= floorMs && time / Math.max(await best(() => run(short), 5), 0.1) > MOST_TIMES ? 'slow' : time
}

/** @returns 'slow', or the milliseconds that a quarter of the longest text takes */
async function grow(run: Taker, textOf: Text, { longest, floorMs }: Limits): Promise<number | 'slow'> {
  let time = 0
  for (let length = SHORTEST; length <= longest / 4; length *= 4) {
    const now = await measure(run, textOf, length, floorMs)
    if (now === 'slow') return now
    time = now
  }
  return time
}

/**
 * Those of many texts whose time grows faster than they do: four times the text takes 4 times as long where it is linear,
 * 16 where it is quadratic. Texts grow, so that what is slow shows while it is still short. Each grows to `longest`; but the last step is for the worst, and
 * for whatever would reach the floor there if four times the text took 64 times as long: nothing else can be found slow.
 */
export async function superLinear<T>(
  run: Taker,
  texts: readonly T[],
  textOf: (text: T, length: number) => string,
  { longest = LONG, floorMs = FLOOR_MS }: Partial<Limits> = {},
): Promise<T[]> {
  const times: [text: T, time: number | 'slow'][] = []
  for (const text of texts) times.push([text, await grow(run, (length) => textOf(text, length), { longest, floorMs })])
  const worst = Math.max(0, ...times.map(([, time]) => (time === 'slow' ? 0 : time)))
  const slow: T[] = []
  for (const [text, time] of times) {
    const isWorth = time !== 'slow' && (time === worst || time * 64 >= floorMs)
    const last = isWorth ? await measure(run, (length) => textOf(text, length), longest, floorMs) : time
    if (last === 'slow') slow.push(text)
  }
  return slow
}

/** Repeats and cuts to exactly that length. */
export const filled = (piece: string, length: number): string =>
  piece.repeat(Math.ceil(length / Math.max(piece.length, 1))).slice(0, length)

/** Of each kind that some parser of ours treats in a way of its own. */
export const CHARACTERS = [
  ...Array.from(' \t\n/\\\'"`([{<>)]}0a_-.,:;@%&=*?!#|+~$^'),
  ...['\r\n', '\u00a0', '\u0301', '\u200b', '\u202e', '\ud800', '\udc00', '😀', '“', '’', 'İ', 'ß', '\u2028', '\u0000'],
]
