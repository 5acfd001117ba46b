import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'
import { DIST } from '../sandbox/start-sandbox.ts'

const run = promisify(execFile)
const loadedSchema = z.object({ milliseconds: z.number(), rss: z.number() })

const LOAD = `const started = performance.now()
await import(process.argv[1])
console.log(JSON.stringify({ milliseconds: performance.now() - started, rss: process.memoryUsage.rss() }))
process.exit()`

/** Loads the bundle's entry in a new process, without a host. */
export async function loadBundle(): Promise<z.infer<typeof loadedSchema>> {
  const args = ['--input-type=module', '--eval', LOAD, `${DIST}/index.js`]
  const { stdout } = await run(process.execPath, args, { env: {} })
  return loadedSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
}

/** Resident memory of a process in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)])
  return Number(stdout.trim()) * 1024
}
