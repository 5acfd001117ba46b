import { setImmediate as nextTurn } from 'node:timers/promises'
import { resetTimeout } from './globals.ts'
import { leftovers, surroundings, type Surroundings } from './leftovers.ts'

type Event = { readonly name: string }
type State = { readonly unhandledErrors: unknown[] }
type Options = { readonly settledWithinMs?: number }
type Config = { readonly projectConfig: { readonly testEnvironmentOptions: Options } }

const SETTLED_WITHIN_MS = 10_000

/**
 * As many as Node takes by itself. Jest takes a hundred, and whoever makes errors by the thousand pays for each of them,
 * as does each `expect`, which makes one beforehand.
 */
const FRAMES = 10

/** Under these symbols Jest's circus keeps what is of one file alone. */
const OF_CIRCUS = new Set<string | undefined>(['JEST_STATE_SYMBOL', 'EVENT_HANDLERS', 'RETRY_TIMES_SETTER'])
const isCircus = (key: PropertyKey) => typeof key === 'symbol' && OF_CIRCUS.has(key.description)

/** Node opens these at their first use, an import of `node:process` for one, and nobody closes them. */
const openStreams = () => [process.stdin, process.stdout, process.stderr]

/**
 * The process itself, without a context: test files share its globals and modules. So each has to leave it as it was,
 * and one that leaves something behind fails.
 */
class ProcessEnvironment {
  readonly global = globalThis
  readonly fakeTimers = null
  readonly fakeTimersModern = null
  readonly moduleMocker = null
  readonly #console = console
  readonly #exit = Object.getOwnPropertyDescriptor(process, 'exit') ?? {}
  readonly #settledWithinMs: number
  #before: Surroundings | undefined

  constructor({ projectConfig }: Config) {
    this.#settledWithinMs = projectConfig.testEnvironmentOptions.settledWithinMs ?? SETTLED_WITHIN_MS
  }

  getVmContext(): null {
    return null
  }

  exportConditions(): string[] {
    return ['node', 'node-addons']
  }

  async setup(): Promise<void> {
    Error.stackTraceLimit = FRAMES
    // Jest's own looks for a source map at every frame, five times the work; nothing here is transformed.
    Reflect.deleteProperty(Error, 'prepareStackTrace')
    openStreams()
    this.#before = surroundings()
  }

  /** Anything here that throws would be lost: what is found joins the errors that Jest reports for the file itself. */
  async handleTestEvent({ name }: Event, { unhandledErrors }: State): Promise<void> {
    // Node tells of a rejection that nobody handled a turn later, and Jest's circus asks for those of its tests here.
    if (name === 'run_describe_finish') await nextTurn()
    if (name !== 'run_finish' || this.#before === undefined) return
    const found = await leftovers(this.#before, this.#settledWithinMs)
    if (found.length > 0)
      unhandledErrors.push(new Error(`left behind for the test files after it: ${found.join(', ')}`))
  }

  async teardown(): Promise<void> {
    globalThis.console = this.#console
    Object.defineProperty(process, 'exit', this.#exit)
    resetTimeout()
    for (const key of Reflect.ownKeys(globalThis)) if (isCircus(key)) Reflect.deleteProperty(globalThis, key)
  }
}

// oxlint-disable-next-line house/syntax -- Jest looks for a default export here
export default ProcessEnvironment
