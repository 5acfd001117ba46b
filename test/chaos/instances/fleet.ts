import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type FunctionsHost, startFunctionsHost } from '../../sandbox/functions-host/start.ts'
import { DIST } from '../../sandbox/start-sandbox.ts'
import { UsageWatch, type Watched } from './usage.ts'

type Instance = { host: FunctionsHost | undefined; dying: boolean }

export type Fleet = {
  /** Ports of the instances that run, frozen ones too: a front end does not know them. */
  readonly ports: () => readonly number[]
  /** Whether the instance behind that port was killed: what was in flight there ended without an answer. */
  readonly wasKilled: (port: number) => boolean
  readonly kill: (index: number, downMs: number) => Promise<void>
  readonly freeze: (index: number, forMs: number) => Promise<void>
  readonly usage: () => Watched
  readonly logs: () => readonly string[]
  readonly close: () => Promise<void>
}

export type FleetOptions = {
  readonly size: number
  readonly settings: Readonly<Record<string, string>>
  /** Milliseconds that a new process's clock is off. */
  readonly skew: () => number
}

const CLOCK = fileURLToPath(new URL('skewed-clock.mjs', import.meta.url))
const SAMPLE_EVERY_MS = 3_000
const KEPT_LINES = 20_000

const portOf = ({ url }: FunctionsHost): number => Number(new URL(url).port)

/** Starts several instances of the built app on the same settings, each with a clock of its own. */
export async function startFleet({ size, settings, skew }: FleetOptions): Promise<Fleet> {
  const lines: string[] = []
  const killed = new Set<number>()
  const watch = new UsageWatch()
  let closing = false
  const onLog = (line: string) => {
    lines.push(line)
    if (lines.length > KEPT_LINES) lines.splice(0, KEPT_LINES / 2)
  }
  const start = (index: number): Promise<FunctionsHost> => {
    const options = `${settings.NODE_OPTIONS ?? ''} --import=${CLOCK}`.trim()
    const clock = { NODE_OPTIONS: options, CHAOS_CLOCK_SKEW_MS: String(index === 0 ? 0 : skew()) }
    return startFunctionsHost({ appDir: DIST, env: { ...settings, ...clock }, onLog })
  }
  const hosts = await Promise.all(Array.from({ length: size }, (_, index) => start(index)))
  const instances = hosts.map((host): Instance => ({ host, dying: false }))
  const running = () => instances.flatMap(({ host, dying }) => (host && !dying ? [host] : []))
  const sample = () =>
    watch.sample(
      running().map(({ pid }) => pid),
      instances[0]?.host?.pid ?? -1,
    )
  const timer = setInterval(sample, SAMPLE_EVERY_MS)
  const kill = async (index: number, downMs: number): Promise<void> => {
    const instance = instances[index]
    if (!instance?.host || instance.dying) return
    sample()
    killed.add(portOf(instance.host))
    instance.dying = true
    await instance.host.kill()
    instance.host = undefined
    await pause(downMs)
    if (closing) return
    instance.host = await start(index)
    instance.dying = false
  }
  const freeze = async (index: number, forMs: number): Promise<void> => {
    const pid = instances[index]?.host?.pid
    if (pid === undefined) return
    process.kill(pid, 'SIGSTOP')
    await pause(forMs)
    if (instances[index]?.host?.pid === pid) process.kill(pid, 'SIGCONT')
  }
  return {
    ports: () => running().map(portOf),
    wasKilled: (port) => killed.has(port),
    kill,
    freeze,
    usage: () => {
      sample()
      return watch.result()
    },
    logs: () => lines,
    close: async () => {
      closing = true
      clearInterval(timer)
      await Promise.allSettled(
        running().map(async (host) => {
          process.kill(host.pid, 'SIGCONT')
          await host.close()
        }),
      )
    },
  }
}
