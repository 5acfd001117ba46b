import { fileURLToPath } from 'node:url'
import { SETTINGS } from '../../../shared/config/settings.ts'
import { serveApp } from './server.ts'
import type { App, FunctionsHostOptions } from './start.ts'
import { runTimer } from './timer.ts'
import { type Core, createCore, installCore, logTo } from './worker/core-stub.ts'
import type { FunctionCallback, RegisteredFunction } from './worker/core-types.ts'
import { hostSettings } from './worker/load-app.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Settings of the app that hold for all of a process; what is none of the app's does so, too. */
const OF_A_PROCESS: readonly string[] = ['HTTP_STREAMS', 'APPLICATIONINSIGHTS_CONNECTION_STRING']
const OF_AN_INSTANCE: ReadonlySet<string> = new Set(
  Object.keys(SETTINGS).filter((name) => !OF_A_PROCESS.includes(name)),
)

/** Whether an app with these settings can share its process with others. */
export const fitsInProcess = (env: FunctionsHostOptions['env']): boolean =>
  Object.keys(env).every((name) => OF_AN_INSTANCE.has(name))

/** What the function files have registered, once for all instances, each of which has a worker in place of theirs. */
async function loadFunctions() {
  const core = createCore(() => undefined)
  installCore(core)
  const { Request: native } = globalThis
  await import('../../../functions/all.ts')
  const { Request: asBytes } = globalThis
  globalThis.Request = native
  return { core, native, asBytes, ...(await import('../../../shared/app/app.ts')) }
}

type Loaded = Awaited<ReturnType<typeof loadFunctions>>
let loading: Promise<Loaded> | undefined
let running = 0

/** What the app puts in place of a global is there as long as an instance runs. */
function keepRequest({ native, asBytes }: Loaded): () => void {
  running += 1
  globalThis.Request = asBytes
  return () => {
    running -= 1
    if (running === 0) globalThis.Request = native
  }
}

/** The instance's own function in place of the one that was registered. */
function ofInstance({ endpoints, sweep }: Loaded, instance: ReturnType<Loaded['createWorker']>) {
  const own = new Map<unknown, unknown>([
    [sweep, instance.sweep],
    ...Object.entries(endpoints).map(
      ([name, registered]) => [registered, instance.endpoints[name as keyof typeof endpoints]] as const,
    ),
  ])
  return (fn: RegisteredFunction): RegisteredFunction => {
    const callback = own.get(fn.callback)
    if (!callback) throw new Error(`${fn.id} is none of a worker's`)
    return { ...fn, callback: callback as FunctionCallback }
  }
}

type Options = Omit<FunctionsHostOptions, 'appDir'>

/**
 * Runs the app from its sources, in this process, where it is warm from the second time on: each instance is a worker
 * of its own, behind the same host as the bundle has.
 */
export async function startInProcess({ env, port = 0, onLog }: Options): Promise<App> {
  const loaded = await (loading ??= loadFunctions())
  const lines: string[] = []
  const write = (text: string): void => {
    for (const line of text.split('\n')) {
      lines.push(line)
      onLog?.(line)
    }
  }
  const worker = loaded.createWorker({ environment: () => env, print: (_level, line) => write(line) })
  const registered = [...loaded.core.functions.values()].map(ofInstance(loaded, worker))
  const core: Core = {
    ...createCore(logTo(write)),
    functions: new Map(registered.map((fn) => [fn.id, fn])),
    model: loaded.core.model,
    locked: true,
  }
  core.hooks.postInvocation.push((context) => worker.startTelemetry(context as never))
  core.hooks.appTerminate.push(worker.stopTelemetry)
  const server = await serveApp(core, { ...hostSettings(ROOT, env), streams: undefined }, port)
  const giveBack = keepRequest(loaded)
  let closing: Promise<void> | undefined
  return {
    url: server.url,
    logs: () => Promise.resolve([...lines]),
    runTimer: (name) => runTimer(core, name),
    close: () => (closing ??= server.close().finally(giveBack)),
  }
}
