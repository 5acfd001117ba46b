import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { markLine, type MarkRequest, type Ready, type TimerRequest, type TimerResult } from './worker/messages.ts'

export type FunctionsHostOptions = {
  /** The folder with host.json and package.json, as it would be deployed. */
  readonly appDir: string
  /** The app's settings; of this process's own environment it gets only what a program needs to run. */
  readonly env: Readonly<Record<string, string>>
  /** A free one unless given. */
  readonly port?: number
  readonly onLog?: (line: string) => void
}

/** An app that answers, wherever it runs. */
export type App = {
  readonly url: string
  /** Every line the host and the app had logged when this was called: a process of its own is asked for those on their way. */
  logs(): Promise<string[]>
  /** Fires a timer trigger and waits for it. @throws Error with what the function threw */
  runTimer(name: string): Promise<void>
  /** Stops it in good order. */
  close(): Promise<void>
}

/** An app that has a process of its own. */
export type FunctionsHost = App & {
  readonly pid: number
  /** Settles with the exit code, null after a signal. */
  readonly exited: Promise<number | null>
  /** SIGKILL, as when a worker dies. */
  kill(): Promise<void>
}

const readySchema: z.ZodType<Ready> = z.object({ url: z.string() })
const timerResultSchema: z.ZodType<TimerResult> = z.object({
  kind: z.literal('timer-done'),
  id: z.number(),
  error: z.string().exactOptional(),
})
const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE']
const STOP_WITHIN_MS = 5_000

const ownEnvironment = () =>
  Object.fromEntries(
    PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const])),
  )

/** What the host gives its Node worker, which here runs in the host's own process. */
const workerArguments = ({ languageWorkers__node__arguments: text = '' }: FunctionsHostOptions['env']) =>
  text.split(' ').filter((argument) => argument !== '')

/** What it has logged, and how to wait for what is on its way: a mark, which comes after it in the same stream. */
function collectLogs(child: ChildProcess, exited: Promise<unknown>, onLog: FunctionsHostOptions['onLog']) {
  const lines: string[] = []
  const awaited = new Map<string, (line: string) => void>()
  if (child.stderr)
    createInterface({ input: child.stderr }).on('line', (line) => {
      const reached = awaited.get(line)
      awaited.delete(line)
      if (reached) {
        reached(line)
        return
      }
      lines.push(line)
      onLog?.(line)
    })
  let marks = 0
  const upToNow = async (): Promise<string[]> => {
    const request: MarkRequest = { kind: 'mark', id: ++marks }
    const reached = new Promise<string>((resolve) => awaited.set(markLine(request), resolve))
    // One that has ended takes no request; all it logged is there once its streams are closed.
    child.send(request, () => undefined)
    await Promise.race([reached, exited])
    return [...lines]
  }
  return { lines, upToNow }
}

async function readyUrl(child: ChildProcess, exited: Promise<number | null>, lines: string[]): Promise<string> {
  if (!child.stdout) throw new Error('the host has no stdout')
  const first = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>
  const failed = exited.then((code) => {
    throw new Error(`the functions host ended with ${code ?? 'a signal'} before it was ready:\n${lines.join('\n')}`)
  })
  const [line] = await Promise.race([first, failed])
  failed.catch(() => undefined)
  return readySchema.parse(JSON.parse(line)).url
}

/** Timer runs are matched to their answers by number. */
function timerCaller(child: ChildProcess, exited: Promise<number | null>) {
  let last = 0
  return async (name: string): Promise<void> => {
    const request: TimerRequest = { kind: 'timer', id: ++last, name }
    const done = new Promise<void>((resolve, reject) => {
      const listen = (message: unknown) => {
        const { data } = timerResultSchema.safeParse(message)
        if (data?.id !== request.id) return
        child.off('message', listen)
        if (data.error === undefined) resolve()
        else reject(new Error(data.error))
      }
      child.on('message', listen)
      void exited.then(() => reject(new Error('the functions host ended')))
      // Without somebody to hear of it, an error of the channel would be one of the process.
      child.send(request, (error) => error && reject(error))
    })
    await done
  }
}

/**
 * Runs an app as Azure would, in a process of its own, so that several instances can share one storage.
 * @throws Error with the log when the app does not start
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const host = [MAIN, options.appDir, '--port', String(options.port ?? 0)]
  const child = spawn(process.execPath, [...workerArguments(options.env), ...host], {
    env: { ...ownEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  const { lines, upToNow } = collectLogs(child, exited, options.onLog)
  const url = await readyUrl(child, exited, lines)
  return {
    url,
    pid: child.pid ?? -1,
    logs: upToNow,
    runTimer: timerCaller(child, exited),
    exited,
    async close() {
      child.kill('SIGTERM')
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
      await exited
      clearTimeout(force)
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
