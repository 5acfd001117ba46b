import { readFileSync } from 'node:fs'

export type Usage = { readonly cpuSeconds: number; readonly residentBytes: number }

/** USER_HZ: what Linux counts processor time in, whatever the machine. */
const TICKS_PER_SECOND = 100
/** `utime` and `stime` are the 14th and 15th field; the name in brackets, which may hold blanks, is the second. */
const AFTER_NAME = 2
/** Half a minute of the samples that a fleet takes. */
const WARM_UP_SAMPLES = 10

/** Processor time and resident memory of a process so far; undefined once it has gone. @see man 5 proc */
export function usageOf(pid: number): Usage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + AFTER_NAME).split(' ')
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    if (kilobytes === undefined) return undefined
    const ticks = Number(fields[11]) + Number(fields[12])
    return { cpuSeconds: ticks / TICKS_PER_SECOND, residentBytes: Number(kilobytes) * 1024 }
  } catch {
    return undefined
  }
}

export type Watched = {
  readonly cpuSeconds: number
  /** Of the instance that ran all the time. */
  readonly memory: { readonly start: number; readonly most: number; readonly end: number }
}

/** Adds up the usage of processes that come and go; `first` is the one whose memory is followed. */
export class UsageWatch {
  readonly #cpu = new Map<number, number>()
  readonly #memory: number[] = []
  #most = 0

  sample(pids: readonly number[], first: number): void {
    for (const pid of pids) {
      const usage = usageOf(pid)
      if (!usage) continue
      this.#cpu.set(pid, usage.cpuSeconds)
      this.#most = Math.max(this.#most, usage.residentBytes)
      if (pid === first) this.#memory.push(usage.residentBytes)
    }
  }

  /** Start and end are means of a few samples, for a collection may have run before one; loading is not counted. */
  result(): Watched {
    const warm = this.#memory.slice(Math.min(WARM_UP_SAMPLES, Math.floor(this.#memory.length / 2)))
    const few = Math.max(1, Math.ceil(warm.length / 10))
    const mean = (bytes: readonly number[]) => bytes.reduce((sum, one) => sum + one, 0) / Math.max(1, bytes.length)
    return {
      cpuSeconds: [...this.#cpu.values()].reduce((sum, one) => sum + one, 0),
      memory: { start: mean(warm.slice(0, few)), most: this.#most, end: mean(warm.slice(-few)) },
    }
  }
}
