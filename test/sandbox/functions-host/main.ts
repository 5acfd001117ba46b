import { Console } from 'node:console'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Core, createCore, installCore } from './worker/core-stub.ts'
import { loadApp } from './worker/load-app.ts'
import { type TimerResult, timerRequestSchema } from './worker/messages.ts'
import { serveApp } from './server.ts'
import { runTimer } from './timer.ts'

const HIDDEN = new Set(['trace', 'debug', 'none'])

function writeLog(level: string, category: string, message: string): void {
  if (HIDDEN.has(level)) return
  process.stderr.write(`[${level}] ${category === 'system' ? '(system) ' : ''}${message}\n`)
}

async function answerTimer(core: Core, message: unknown): Promise<void> {
  const request = timerRequestSchema.safeParse(message)
  if (!request.success) return
  const { id, name } = request.data
  const result: TimerResult = await runTimer(core, name).then(
    () => ({ kind: 'timer-done', id }),
    (error: unknown) => ({ kind: 'timer-done', id, error: String(error) }),
  )
  process.send?.(result)
}

/** stdout belongs to the line that says we are ready; what the app prints goes to stderr. */
function redirectConsole(): void {
  globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr })
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string', default: '0' } },
  })
  redirectConsole()
  const core = createCore(writeLog)
  installCore(core)
  const app = await loadApp(core, resolve(positionals[0] ?? '.'))
  const server = await serveApp(core, app, Number(values.port))
  const stop = () => void server.close().finally(() => process.exit(0))
  process.once('SIGTERM', stop).once('SIGINT', stop).once('disconnect', stop)
  process.on('message', (message) => void answerTimer(core, message))
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`)
}

await main().catch((error: unknown) => {
  const detail = error instanceof Error ? error.stack : String(error)
  process.stderr.write(`[critical] (system) ${detail ?? ''}\n`)
  process.exit(1)
})
