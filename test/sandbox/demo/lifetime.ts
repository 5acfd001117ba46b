type Closable = { readonly close: () => Promise<void> }
type Signal = 'SIGINT' | 'SIGTERM'

export type Lifetime = {
  /** Closes at the end what `starting` gives, also when the end comes while it is still starting. */
  readonly own: <T extends Closable>(starting: Promise<T>) => Promise<T>
  /** Settles when a person or the system asks this program to stop. */
  readonly stopped: Promise<Signal>
}

const EXIT_CODE: Readonly<Record<Signal, number>> = { SIGINT: 130, SIGTERM: 143 }
const STOP_WITHIN_MS = 10_000

function listenForStop(): Promise<Signal> {
  const { promise, resolve } = Promise.withResolvers<Signal>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      resolve(signal)
      process.once(signal, () => process.exit(EXIT_CODE[signal]))
    })
  }
  // The reader of a pipe has gone: nobody is left to print for.
  process.stdout.on('error', () => resolve('SIGTERM'))
  return promise
}

async function closeAll(owned: readonly Promise<Closable>[]): Promise<void> {
  const force = setTimeout(() => process.exit(1), STOP_WITHIN_MS)
  await Promise.allSettled(owned.map(async (starting) => (await starting).close()))
  clearTimeout(force)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

/**
 * Runs a program that starts others, closes them whatever ends it, and exits: 0, 1 with the reason on stderr, or after
 * a signal its usual code unless `signalIsTheEnd`.
 */
export async function runWithin(
  work: (lifetime: Lifetime) => Promise<void>,
  { signalIsTheEnd = false } = {},
): Promise<never> {
  const owned: Promise<Closable>[] = []
  const stopped = listenForStop()
  const own = <T extends Closable>(starting: Promise<T>) => {
    owned.push(starting)
    return starting
  }
  const code = await Promise.race([
    work({ own, stopped }).then(() => 0),
    stopped.then((signal) => (signalIsTheEnd ? 0 : EXIT_CODE[signal])),
  ]).catch((error: unknown) => {
    process.stderr.write(`\nfailed: ${reasonOf(error)}\n`)
    return 1
  })
  await closeAll(owned)
  process.exit(code)
}
