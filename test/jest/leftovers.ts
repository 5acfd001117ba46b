import { setTimeout as delay } from 'node:timers/promises'

type Descriptors = ReadonlyMap<PropertyKey, PropertyDescriptor>
export type Surroundings = {
  readonly cwd: string
  readonly env: Readonly<NodeJS.ProcessEnv>
  readonly globals: Descriptors
  readonly listeners: ReadonlyMap<string | symbol, number>
  readonly resources: ReadonlyMap<string, number>
}

const POLL_MS = 20
/** Packages add theirs as they are loaded, once for all files; Jest's circus has its own until the file's end. */
const OF_OTHERS = new Set<string | symbol>(['exit', 'beforeExit', 'newListener', 'removeListener'])
const OF_CIRCUS = ['uncaughtException', 'unhandledRejection', 'rejectionHandled']
/** Written by `@azure/monitor-opentelemetry` as it is loaded. */
const ENV_OF_PACKAGES = new Set(['AZURE_MONITOR_DISTRO_VERSION'])

function counted<Name>(names: readonly Name[]): Map<Name, number> {
  const counts = new Map<Name, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

const globalsNow = (): Descriptors =>
  new Map(
    Reflect.ownKeys(globalThis).map((key) => [key, Reflect.getOwnPropertyDescriptor(globalThis, key) ?? {}] as const),
  )

const listenersNow = () =>
  new Map(
    process
      .eventNames()
      .filter((name) => !OF_OTHERS.has(name))
      .map((name) => [name, process.listenerCount(name)]),
  )

const expectedListeners = (before: Surroundings) =>
  new Map([...before.listeners, ...OF_CIRCUS.map((name) => [name, 1] as const)])

export const surroundings = (): Surroundings => ({
  cwd: process.cwd(),
  env: { ...process.env },
  globals: globalsNow(),
  listeners: listenersNow(),
  resources: counted(process.getActiveResourcesInfo()),
})

const getterOf = (descriptor: PropertyDescriptor): unknown => Reflect.get(descriptor, 'get')

/** Node makes some globals at their first use; then they are what their getter gave. */
const valueOf = (descriptor: PropertyDescriptor): unknown =>
  descriptor.get ? descriptor.get.call(globalThis) : descriptor.value

function sameGlobal(before: PropertyDescriptor, now: PropertyDescriptor | undefined): boolean {
  if (now === undefined) return false
  const getter = getterOf(before)
  return (getter !== undefined && getter === getterOf(now)) || Object.is(valueOf(before), valueOf(now))
}

function changedGlobals(before: Descriptors): PropertyKey[] {
  const now = globalsNow()
  return [...before].flatMap(([key, descriptor]) => (sameGlobal(descriptor, now.get(key)) ? [] : [key]))
}

const changedEnv = (before: Readonly<NodeJS.ProcessEnv>) =>
  [...new Set([...Object.keys(before), ...Object.keys(process.env)])].filter(
    (key) => before[key] !== process.env[key] && !ENV_OF_PACKAGES.has(key),
  )

function more<Name>(before: ReadonlyMap<Name, number>, now: ReadonlyMap<Name, number>): string[] {
  return [...now].flatMap(([name, count]) => {
    const added = count - (before.get(name) ?? 0)
    return added > 0 ? [`${added} × ${String(name)}`] : []
  })
}

const openedSince = (before: Surroundings) => more(before.resources, counted(process.getActiveResourcesInfo()))

async function stillOpen(before: Surroundings, withinMs: number): Promise<string[]> {
  for (let waited = 0; waited < withinMs; waited += POLL_MS) {
    if (openedSince(before).length === 0) return []
    await delay(POLL_MS, undefined, { ref: false })
  }
  return openedSince(before)
}

/** Puts back what can be put back, so that the next file does not fail for this one. */
function restore(before: Surroundings, env: readonly string[], globals: readonly PropertyKey[]): void {
  process.chdir(before.cwd)
  for (const key of env) {
    const value = before.env[key]
    if (value === undefined) Reflect.deleteProperty(process.env, key)
    else process.env[key] = value
  }
  for (const key of globals) Object.defineProperty(globalThis, key, before.globals.get(key) ?? {})
}

/**
 * What a test file changed in its process and did not put back, for the files that run there after it.
 * @param withinMs what ends by itself is awaited so long: a server that is being closed, a process that was killed
 */
export async function leftovers(before: Surroundings, withinMs: number): Promise<readonly string[]> {
  const open = await stillOpen(before, withinMs)
  const env = changedEnv(before.env)
  const globals = changedGlobals(before.globals)
  const found = [
    ...(process.cwd() === before.cwd ? [] : [`the folder ${process.cwd()}`]),
    ...env.map((key) => `process.env.${key}`),
    ...globals.map((key) => `the global ${String(key)}`),
    ...more(expectedListeners(before), listenersNow()).map((name) => `listeners of the process: ${name}`),
    ...open.map((name) => `open: ${name}`),
  ]
  restore(before, env, globals)
  return found
}
