import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export type Command = {
  readonly child: ChildProcess
  /** Settles with the first piece of stdout that holds `part`. */
  readonly says: (part: string) => Promise<void>
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>
  /** As Ctrl-C does in a terminal: to the program and to all that it started. */
  readonly signalAll: (signal: NodeJS.Signals) => void
  /** Whether the program or anything that it started still runs. */
  readonly someoneIsLeft: () => boolean
}

function groupSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}

/** Runs a script of this project as its own process group, without a terminal. */
export function run(script: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Command {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, NODE_OPTIONS: '', FORCE_COLOR: undefined, NO_COLOR: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const pid = child.pid ?? 0
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const ended = output.then(([stdout, stderr]) => ({ code: child.exitCode, stdout, stderr }))
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return {
    child,
    ended,
    says: async (part) => {
      while (!said.includes(part)) {
        const data = once(child.stdout, 'data')
        const early = ended.then(({ stderr }) => Promise.reject(new Error(`it ended without "${part}": ${stderr}`)))
        await Promise.race([data, early])
      }
    },
    signalAll: (signal) => void groupSignal(pid, signal),
    someoneIsLeft: () => groupSignal(pid, 0),
  }
}
