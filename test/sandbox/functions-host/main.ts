import { Console } from 'node:console'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Core, createCore, installCore, logTo } from './worker/core-stub.ts'
import { loadApp } from './worker/load-app.ts'
import { markLine, type MarkRequest, type Ready, type TimerRequest, type TimerResult } from './worker/messages.ts'
import { serveApp } from './server.ts'
import { runTimer } from './timer.ts'

async function answerTimer(core: Core, { id, name }: TimerRequest): Promise<void> {
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

/** Nothing here may load zod: its hundred files were a quarter of the start of each of some hundred processes. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string', default: '0' } },
  })
  redirectConsole()
  const core = createCore(logTo((line) => void process.stderr.write(`${line}\n`)))
  installCore(core)
  const app = await loadApp(core, resolve(positionals[0] ?? '.'))
  const server = await serveApp(core, app, Number(values.port))
  const stop = () => void server.close().finally(() => process.exit(0))
  process.once('SIGTERM', stop).once('SIGINT', stop).once('disconnect', stop)
  process.on('message', (request: TimerRequest | MarkRequest) => {
    if (request.kind === 'timer') void answerTimer(core, request)
    else process.stderr.write(`${markLine(request)}\n`)
  })
  process.stdout.write(`${JSON.stringify({ url: server.url } satisfies Ready)}\n`)
}

await main().catch((error: unknown) => {
  const detail = error instanceof Error ? error.stack : String(error)
  process.stderr.write(`[critical] (system) ${detail ?? ''}\n`)
  process.exit(1)
})
