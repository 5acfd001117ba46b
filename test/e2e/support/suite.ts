import { afterAll, beforeAll, beforeEach } from '@jest/globals'
import type { App, FunctionsHost } from '../../sandbox/functions-host/start.ts'
import { type Deployed, type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/start-sandbox.ts'

/** One sandbox for a whole file; the stand-ins forget faults and counters before every test. */
export function useSandbox(options: SandboxOptions & Deployed): () => Sandbox<FunctionsHost>
export function useSandbox(options?: SandboxOptions): () => Sandbox
export function useSandbox(options: SandboxOptions = {}): () => Sandbox {
  let started: Sandbox | undefined
  const sandbox = (): Sandbox => {
    if (!started) throw new Error('the sandbox is not started')
    return started
  }
  beforeAll(async () => {
    started = await startSandbox(options)
  })
  beforeEach(() => {
    sandbox().entra.reset()
    sandbox().dataverse.reset()
  })
  afterAll(async () => started?.close())
  return sandbox
}

/** The lines of one named event that a host has logged. */
export const events = async (app: App, name: string): Promise<string[]> =>
  (await app.logs()).filter((line) => line.includes(name) && line.split(/\s+/).includes(name))

/** What `read` gives once it is true: some of what a request begins is done only after its answer. */
export async function eventually<T>(
  read: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 10_000,
): Promise<T> {
  const until = Date.now() + withinMs
  for (;;) {
    const found = await read()
    if (found) return found
    if (Date.now() > until) throw new Error('it did not happen in time')
    await pause(10)
  }
}

const MOST_TRIES = 5

/** What `run` comes to within the lifetime of what it uses; begun anew where the machine took that time for itself. */
export async function inTime<T>(seconds: number, run: () => Promise<T>, triesLeft = MOST_TRIES): Promise<T> {
  const started = Date.now()
  const [ended] = await Promise.allSettled([run()])
  if (Date.now() - started > seconds * 1_000 && triesLeft > 1) return inTime(seconds, run, triesLeft - 1)
  if (ended.status === 'rejected') throw ended.reason
  return ended.value
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
